// Help: the words in one sentence each, with a picture, and the keys.
import { h, put, s } from "../page/dom.js";
import { keyList } from "../page/keys.js";

const FRONT = [[20, 22], [48, 30], [72, 46], [88, 68], [96, 98]];

/** A small picture of a front in two objectives. */
function picture(label, ...inside) {
  return s("svg", { viewBox: "0 0 130 120", width: 130, height: 120, role: "img", "aria-label": label }, s("path", { class: "axis", d: "M8 4V112H126" }), inside);
}

const dots = (points, fill = "var(--accent)") => points.map(([cx, cy]) => s("circle", { cx, cy, r: 4, fill }));
const stairs = () => `M8 22H20${FRONT.slice(1).map(([x, y]) => `V${y}H${x}`).join("")}V112`;

const WORDS = [
  ["Dominance", "One policy dominates another if it is at least as good in every objective and better in one; what nobody dominates is the Pareto front.",
    picture("A point with the region that it dominates", s("rect", { x: 8, y: 46, width: 64, height: 66, fill: "var(--accent)", opacity: 0.15 }), dots([[72, 46]]), dots([[40, 80], [55, 100]], "var(--point)"))],
  ["Pareto front", "All policies between which only your taste can choose: to gain in one objective, another has to lose.",
    picture("Points of a front joined by stairs", s("path", { d: stairs(), fill: "none", stroke: "var(--strong)" }), dots(FRONT), dots([[40, 70], [60, 84]], "var(--point)"))],
  ["Hypervolume (HV)", "The area, or volume, that a front dominates above a reference point: larger means nearer to the best and without gaps.",
    picture("The area below a front", s("path", { d: `${stairs()}H8Z`, fill: "var(--accent)", opacity: 0.18 }), dots(FRONT), s("path", { class: "mark", d: "M4 112h8M8 108v8" }))],
  ["Expected utility (EUM)", "How well a user with weights that nobody knows is served on average, when he takes his best policy of the front.",
    picture("A front with directions of preference", dots(FRONT), [[20, 0.4], [50, 0.8], [75, 1.2]].map(([, a]) => s("path", { class: "axis", d: `M8 112L${8 + 70 * Math.sin(a)} ${112 - 70 * Math.cos(a)}` })))],
  ["Knee", "A policy from which every step along the front costs much and gains little: often a good first choice.",
    picture("A front with a sharp bend", s("path", { class: "axis", d: "M14 20L84 36L100 106" }), dots([[14, 20], [48, 28], [92, 70], [100, 106]]), dots([[84, 36]], "var(--bad)"), s("circle", { class: "mark", cx: 84, cy: 36, r: 9 }))],
  ["Ideal and nadir", "The best and the worst value that each objective has on the front, taken together as two points that bound it.",
    picture("The corners of the box around a front", s("rect", { class: "grid", x: 20, y: 22, width: 76, height: 76 }), dots(FRONT), dots([[96, 22]], "var(--good)"), dots([[20, 98]], "var(--bad)"))],
  ["Reference point", "Levels that you wish to reach in each objective; the policy that comes nearest to all of them wins.",
    picture("A cross beyond the front and the nearest point", dots(FRONT), s("path", { class: "mark", d: "M80 30h18M89 21v18" }), s("path", { class: "axis", d: "M86 33L75 43", "stroke-dasharray": "2 2" }))],
  ["Standard error", "How much a measured value may be off, since policies act and are measured by chance.",
    picture("Points with crosses", FRONT.slice(1, 4).map(([x, y]) => s("path", { class: "axis", d: `M${x - 12} ${y}h24M${x} ${y - 9}v18` })), dots(FRONT.slice(1, 4)))],
  ["Selected and re-evaluated", "Training keeps what once looked good; measured again on fresh seeds it is usually a little worse, which the arrows show.",
    picture("Arrows from selected to measured values", FRONT.slice(1, 4).map(([x, y]) => s("path", { class: "mark", d: `M${x + 12} ${y - 10}L${x} ${y}` })), dots(FRONT.slice(1, 4)))],
];

const PAGES = [
  ["Runs", "All runs; tick several to see them together."], ["Front", "The policies of runs as points, in views that share one selection."], ["Policy", "One policy or several side by side: values, origin, replay."],
  ["Weights", "The best policy for weights that you set, and how far they may change."], ["Choose", "Questions of two policies at a time, until your taste is known well enough."], ["Live", "Curves and front of runs while they train."],
  ["Compare", "Fronts and statistics of several runs or algorithms."], ["C-MORL", "How the front of a C-MORL run came about, round by round."], ["Archives", "Archives of quality diversity: a cell per behaviour."], ["Export", "Tables, figures and policies as files, each with the command that makes it."],
];

export async function show(root) {
  put(root, h("h1", {}, "Help"),
    h("section", { class: "stack" }, h("h2", { class: "title" }, "Words"), h("div", { class: "cards" }, WORDS.map(([word, sentence, pic]) => h("article", { class: "sheet stack tight" }, pic, h("h3", {}, word), h("p", {}, sentence))))),
    h("div", { class: "even" }, h("section", { class: "sheet" }, h("h2", { class: "title" }, "Pages"), h("dl", {}, PAGES.map(([name, what]) => [h("dt", {}, name), h("dd", {}, what)]))),
      h("section", { class: "sheet" }, h("h2", { class: "title" }, "Keys"), keyList())),
    h("section", { class: "sheet stack tight" }, h("h2", { class: "title" }, "For programs"), h("p", {}, "Everything that this page shows is JSON below /api/v1, and every number in it is computed there: ", h("a", { href: "/api/v1/help" }, "the interface, route by route"), ". The same text on the command line:"),
      h("pre", {}, "paretolab help explorer-api")),
    h("section", { class: "sheet stack tight" }, h("h2", { class: "title" }, "On another machine"), h("p", {}, "The page is served on the machine's own address only. To see runs of a remote machine, forward the port over ssh and open the printed address here:"),
      h("pre", {}, "ssh -L 8080:127.0.0.1:8080 MACHINE paretolab explore runs --addr 127.0.0.1:8080"),
      h("p", {}, "What is in the address bar is the whole state of the page: a colleague who has the same runs sees the same view. Nothing here changes a run.")));
}
