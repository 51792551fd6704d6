// The state of the page lives in the address: #/front?runs=a,b&view=2d. A link shows a colleague who
// has the same runs the same view.

/** @typedef {{page: string, params: URLSearchParams}} Address */

/** The present address. @returns {Address} */
export function here() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { page: path || "runs", params: new URLSearchParams(query) };
}

/** The link to a page. @param {Object<string, any>} params empty ones are left out */
export function link(page, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (text !== null && text !== undefined && text !== "") query.set(name, text);
  }
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");
  return `#/${page}${text ? `?${text}` : ""}`;
}

// What pages take over from each other beside the runs: what is selected and picked on the front.
const KEPT = { front: ["at", "c", "sel", "pick", "cmp"], weights: ["at", "c", "sel", "pick", "cmp"], export: ["at", "c", "sel", "pick", "cmp"] };

/** The link to another page that keeps the runs, and what is selected where it counts there. */
export function sibling(page) {
  const { page: from, params } = here();
  const kept = KEPT[from] ? (KEPT[page] ?? []) : [];
  return link(page, Object.fromEntries(["runs", ...kept].map((name) => [name, params.get(name)])));
}

/** Goes to another page. */
export function go(page, params = {}) {
  location.hash = link(page, params);
}

/**
 * Changes parameters of the present address; null removes one. By default the step back leads to what was
 * before; replace is for what changes continuously.
 */
export function set(changes, { replace = false } = {}) {
  const { page, params } = here();
  const merged = Object.fromEntries(params);
  Object.assign(merged, changes);
  const hash = link(page, merged);
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  window.dispatchEvent(new CustomEvent("address"));
}

/** A parameter that is a list. @returns {string[]} */
export function list(params, name) {
  return (params.get(name) ?? "").split(",").filter((v) => v !== "");
}
