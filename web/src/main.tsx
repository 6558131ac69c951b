import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { showTheme } from "./settings/theme";
import "./ui/page.css";

// After a deployment, the files of the old page are gone. The new page has the same address.
window.addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("minutehand.reloaded"));
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem("minutehand.reloaded", String(Date.now()));
  window.location.reload();
});

showTheme();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
