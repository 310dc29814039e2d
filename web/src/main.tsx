import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./app/i18n";
import { SessionProvider } from "./app/session";
import "./style.css";

createRoot(document.getElementById("root")!).render(
  <SessionProvider>
    <App />
  </SessionProvider>,
);
