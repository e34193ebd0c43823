// In the window that the issuer sends back: tells the page that waits, which alone can use the code, and goes.
const { search } = location;
history.replaceState(null, "", location.pathname);
const channel = new BroadcastChannel("signed-in");
channel.postMessage(search);
window.close();
