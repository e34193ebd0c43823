import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";

/**
 * Counts connections that this process opens to other machines, from the call on. The demo says that there are none;
 * this is how it knows.
 * @returns how many so far
 */
export function countOutbound(): () => number {
  let count = 0;
  subscribe("net.client.socket", (message) => {
    if (!hasSocket(message)) return;
    const { socket } = message;
    // A Unix socket has no remote address.
    socket.once("connect", () => {
      if (socket.remoteAddress !== undefined && !LOOPBACK.test(socket.remoteAddress)) count += 1;
    });
  });
  return () => count;
}

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

const hasSocket = (message: unknown): message is { readonly socket: Socket } =>
  typeof message === "object" && message !== null && "socket" in message && message.socket instanceof Socket;
