// The frame of the page: which view is shown, keys that hold everywhere, the theme.
import { empty, trouble } from "./page/announce.js";
import { here, list, sibling } from "./page/address.js";
import { h, put } from "./page/dom.js";
import { showKeys } from "./page/keys.js";
import { applyTheme, themeButton } from "./page/theme.js";

/**
 * A view is a module with a title and show(root, params), which may return {update(params), dispose()}.
 * Without update the view is made anew when the address changes.
 */
const PAGES = [
  ["runs", "Runs", () => import("./views/runs.js")],
  ["front", "Front", () => import("./views/front.js")],
  ["policy", "Policy", () => import("./views/policy.js")],
  ["weights", "Weights", () => import("./views/weights.js")],
  ["choose", "Choose", () => import("./views/choose.js")],
  ["live", "Live", () => import("./views/live.js")],
  ["compare", "Compare", () => import("./views/compare.js")],
  ["lineage", "C-MORL", () => import("./views/lineage.js")],
  ["archive", "Archives", () => import("./views/archive.js")],
  ["export", "Export", () => import("./views/export.js")],
  ["help", "Help", () => import("./views/help.js")],
];

let shown = { page: "", view: null, turn: 0 };
const content = document.getElementById("content");
const nav = document.getElementById("pages");

function drawNav(page) {
  put(nav, PAGES.map(([name, label]) => h("a", {
    href: sibling(name), "aria-current": name === page ? "page" : null,
  }, label)));
}

async function route() {
  const { page, params } = here();
  drawNav(page);
  if (page === shown.page && shown.view?.update) {
    try { await shown.view.update(params); } catch (e) { fail(e); }
    return;
  }
  const moved = page !== shown.page;
  shown.view?.dispose?.();
  const turn = shown.turn + 1;
  shown = { page, view: null, turn };
  const entry = PAGES.find(([name]) => name === page);
  if (!entry) {
    put(content, empty(`There is no page "${page}".`, h("a", { href: "#/runs" }, "Go to the runs")));
    return;
  }
  document.title = `${entry[1]} · paretolab`;
  if (moved) put(content, h("p", { class: "skeleton", "aria-label": "Loading" }));
  try {
    const module = await entry[2]();
    if (shown.turn !== turn) return;
    const root = h("div", { class: "stack" });
    const view = await module.show(root, params, list(params, "runs"));
    if (shown.turn !== turn) { view?.dispose?.(); return; }
    put(content, root);
    shown.view = view ?? null;
    view?.shown?.();
  } catch (e) {
    if (shown.turn === turn) fail(e);
  }
  if (moved && turn > 1) content.focus({ preventScroll: true });
}

function fail(e) {
  if (e?.name === "AbortError") return;
  if (!e?.status) console.error(e);
  put(content, trouble(e));
}

applyTheme();
themeButton(document.getElementById("theme"));
document.getElementById("keys").addEventListener("click", showKeys);
document.getElementById("skip").addEventListener("click", (e) => { e.preventDefault(); content.focus(); });
const menu = document.getElementById("menu");
const openMenu = (open) => { nav.classList.toggle("open", open); menu.setAttribute("aria-expanded", String(open)); };
menu.addEventListener("click", () => openMenu(!nav.classList.contains("open")));
nav.addEventListener("click", () => openMenu(false));

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
  if (e.key === "?") { e.preventDefault(); showKeys(); }
  if (e.key === "/") {
    const field = content.querySelector("input[type=search]");
    if (field) { e.preventDefault(); field.focus(); }
  }
});

window.addEventListener("hashchange", route);
window.addEventListener("popstate", () => { if (here().page === shown.page) route(); });
window.addEventListener("address", () => drawNav(here().page));
window.addEventListener("theme", () => { if (shown.view?.theme) shown.view.theme(); else if (shown.view) { shown.view.dispose?.(); shown = { ...shown, page: "", view: null }; route(); } });
route();
