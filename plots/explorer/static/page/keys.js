// The keys of the page.
import { dialogue } from "./announce.js";
import { h } from "./dom.js";

export const KEYS = [
  ["Everywhere", [["?", "this list"], ["/", "go to the search field"], ["Tab", "to the next control"], ["Esc", "close, or end what was begun"]]],
  ["On a chart", [["T", "its data as a table"], ["← → ↑ ↓", "from point to point, in the order of an axis"], ["Enter", "open the picked policy"], ["Space", "pick for comparison"],
    ["B", "brush: arrows move, Shift and arrows size, Enter keeps"], ["+ −", "larger, smaller"], ["0", "show everything"], ["R", "turn a 3-D view on or off"]]],
  ["On parallel axes", [["← →", "to another axis"], ["Shift ← →", "move the axis"], ["F", "turn the axis over"], ["B", "brush: arrows move, Shift and arrows size, Enter keeps"], ["Delete", "remove the axis's conditions"]]],
  ["In a replay", [["Space", "play or pause"], ["← →", "one step back or on"], ["Home End", "first or last step"]]],
  ["When choosing", [["1", "the left one"], ["2", "the right one"], ["3", "both alike"], ["4", "cannot say"], ["U", "take the last answer back"]]],
];

/** The list of keys as content. */
export function keyList() {
  return KEYS.map(([where, keys]) => h("section", {}, h("h3", {}, where),
    h("dl", {}, keys.map(([key, what]) => [h("dt", {}, key.split(" ").map((k) => [h("kbd", {}, k), " "])), h("dd", {}, what)]))));
}

/** Opens the list of keys. */
export function showKeys() {
  dialogue("Keys", keyList(), h("p", {}, h("a", { href: "#/help" }, "Words explained")));
}
