import "./explorer.css";
import { createRoot } from "react-dom/client";
import { App } from "./app.js";
import { signInSettings } from "./sign-in.js";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App settings={signInSettings()} />);
