// Light or dark: as the system says, or as the reader chose.
import { announce } from "./announce.js";

const KEY = "paretolab-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try { return localStorage.getItem(KEY) ?? "system"; } catch { return "system"; }
}

/** Applies the theme and says so to the views that draw. */
export function applyTheme() {
  const theme = chosen() === "system" ? (system.matches ? "dark" : "light") : chosen();
  const before = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = theme;
  if (before && before !== theme) window.dispatchEvent(new CustomEvent("theme"));
}

/** Makes a button change the theme. */
export function themeButton(b) {
  const label = () => { b.textContent = document.documentElement.dataset.theme === "dark" ? "Light" : "Dark"; };
  b.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem(KEY, next === (system.matches ? "dark" : "light") ? "system" : next); } catch { /* kept for this visit only */ }
    applyTheme();
    label();
    announce(next === "dark" ? "Dark colours" : "Light colours");
  });
  system.addEventListener("change", () => { applyTheme(); label(); });
  label();
}

/** Whether the reader asks for less motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
