// The runs that a page shows: their names as chips, and a dialogue that adds others.
import { dialogue, empty, trouble } from "./announce.js";
import { go, here, link, set } from "./address.js";
import { get } from "./api.js";
import { button, h, put } from "./dom.js";
import { count, plural, steps } from "./format.js";
import { places, runName } from "./frontset.js";
import { look } from "./palette.js";

/** Loads the runs of the address. Those that are gone are left out. */
export async function loadRuns(ids, signal) {
  const runs = await Promise.all(ids.map((id) => get(`/runs/${encodeURIComponent(id)}`, {}, signal).catch((e) => {
    if (e.status === 404) return null;
    throw e;
  })));
  return runs.filter(Boolean);
}

/** A small marker as in the charts. */
export function swatch({ color, shape }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[shape] ?? PATHS.circle);
  if (shape === "plus" || shape === "cross") {
    path.setAttribute("stroke", color);
    path.setAttribute("stroke-width", "4");
  } else path.setAttribute("fill", color);
  svg.append(path);
  return svg;
}

const PATHS = {
  circle: "M-8 0A8 8 0 1 0 8 0A8 8 0 1 0-8 0Z", up: "M0-9L9 7H-9Z", down: "M0 9L9-7H-9Z", square: "M-7-7H7V7H-7Z", diamond: "M0-10L10 0L0 10L-10 0Z",
  plus: "M-8 0H8M0-8V8", cross: "M-7-7L7 7M-7 7L7-7", star: "M0-10L3-3L10-3L4 2L6 9L0 5L-6 9L-4 2L-10-3L-3-3Z",
};

/**
 * The head of a page: its title and the runs in it, each removable.
 * @param {object} o
 * @param {boolean} [o.single] the page shows one run: another one replaces it
 * @param {Node[]} [o.tools]
 */
export function runBar(title, runs, { single = false, tools = [], colors = false } = {}) {
  const ids = runs.map((r) => r.id);
  const names = runs.map((r) => runName(r, runs));
  const place = places(names);
  const one = runs.length === 1;
  return h("div", { class: "head" }, h("h1", {}, title),
    h("ul", { class: "chips grow", "aria-label": "Runs on this page" },
      runs.map((r, k) => h("li", { class: "chip" }, colors && !one ? swatch(look(place[k])) : null, h("span", {}, one ? `${r.title ?? runName(r, runs)}` : names[k]),
        single ? null : button("×", () => change(ids.filter((id) => id !== r.id)), { "aria-label": `Remove ${r.title ?? r.label}` }))),
      h("li", {}, button(single && runs.length ? "Another run" : "Add a run", () => addRun(runs, single), { class: "quiet" }))),
    tools);
}

function change(ids) {
  set({ runs: ids.join(","), p: null, pick: null, w: null, ref: null });
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

/** Opens the dialogue that adds a run, those of the same environment first. */
async function addRun(runs, single) {
  const results = h("div", { class: "stack tight" });
  const field = h("input", { type: "search", "aria-label": "Search runs", placeholder: "algorithm, environment, seed …" });
  const wanted = runs[0]?.environment;
  const close = dialogue(single ? "Choose a run" : "Add a run", h("label", { class: "field search" }, h("span", {}, "Search"), field), results);
  const ids = runs.map((r) => r.id);
  const fill = async () => {
    try {
      const found = (await get("/runs", { q: field.value, limit: 200, environment: single ? "" : wanted })).runs.filter((r) => !ids.includes(r.id));
      put(results, found.length ? h("ul", {}, found.slice(0, 40).map((r) => h("li", {},
        h("button", { type: "button", class: "quiet", on: { click: () => { close(); change(single ? [r.id] : [...ids, r.id]); } } }, oneLine(r))))) : h("p", {}, "No other run fits."));
      if (found.length > 40) results.append(h("p", { class: "soft" }, `and ${count(found.length - 40)} more: type to narrow`));
    } catch (e) { put(results, trouble(e)); }
  };
  field.addEventListener("input", fill);
  await fill();
  field.focus();
}

function oneLine(r) {
  return `${r.experiment}: ${r.label} on ${r.environment}, seed ${r.seed} (${r.status}, ${steps(r.steps)} steps${r.front_size ? `, ${plural(r.front_size, "policy")}` : ""})`;
}

/** What a page says that has no run: where to take one from. */
export async function noRuns(root, title, what, filter = () => true) {
  const recent = (await get("/runs", { limit: 50 })).runs.filter(filter).slice(0, 12);
  const { page, params } = here();
  put(root, h("div", { class: "head" }, h("h1", {}, title)), recent.length
    ? h("div", { class: "sheet" }, h("p", {}, what), h("ul", {}, recent.map((r) => h("li", {}, h("a", { href: link(page, { ...Object.fromEntries(params), runs: r.id }) }, oneLine(r))))),
      h("p", {}, button("All runs", () => go("runs"))))
    : empty("There are no runs yet. Train some, and they appear here:", "paretolab run experiments/configs/quickstart.yaml"));
}
