// What stands beside the views of the Front page: the picked policy and its trade-offs, colours, marks,
// reference points.
import { set as setAddress } from "../page/address.js";
import { post } from "../page/api.js";
import { announce, trouble } from "../page/announce.js";
import { button, check, h, put, select, setStyle, slider } from "../page/dom.js";
import { listed, num, words } from "../page/format.js";
import { addMeasure, indexOf, selectionOf } from "../page/frontload.js";
import { sequential } from "../page/palette.js";
import { swatch } from "../page/runbar.js";
import { writeReferences } from "./frontstate.js";
import { tradeoffs } from "./tradeoff.js";

/** @returns {{node: HTMLElement, draw: () => void}} */
export function sidePanel(page) {
  const { set } = page;
  const picked = h("section", { class: "sheet stack tight" });
  const colors = h("section", { class: "sheet stack tight" });
  const marks = h("section", { class: "sheet" });
  const references = h("section", { class: "sheet" });

  const draw = () => { drawColors(page, colors); drawMarksBox(page, marks, draw); };
  const drawPicked = () => picks(page, picked);
  set.addEventListener("pick", drawPicked);
  set.addEventListener("compared", drawPicked);
  set.addEventListener("knees", () => drawMarksBox(page, marks, draw));
  set.addEventListener("look", () => drawColors(page, colors));
  page.referencesMoved = referenceBox(page, references);
  draw();
  drawPicked();
  if (set.measures[page.wantedColor] === undefined && /^(crowding|ideal_distance|marginal_utility)$/.test(page.wantedColor)) recolor(page, page.wantedColor);
  return { node: h("aside", { class: "stack", "aria-label": "Details" }, picked, colors, marks, references), draw };
}

async function picks(page, box) {
  const { set } = page;
  const i = set.picked;
  const compared = set.compared.length ? h("div", { class: "stack tight" }, h("h3", {}, "To compare"),
    h("ul", { class: "chips" }, set.compared.map((k, n) => h("li", { class: "chip" }, `${n + 1} · ${set.policies[k]}`, button("×", () => page.compare(k), { "aria-label": `Remove ${set.policies[k]}` })))),
    button(set.compared.length > 1 ? "Replay side by side" : "Replay", () => { location.hash = `#/policy?runs=${page.runs.map((r) => r.id).join(",")}&p=${set.compared.map((k) => encodeURIComponent(page.key(k))).join(",")}`; }, { class: "main" })) : null;
  if (i < 0) {
    put(box, h("h2", {}, "No policy picked"), h("p", { class: "soft" }, "Click a point, or walk with the arrow keys, to see its values and what it trades."), compared);
    return;
  }
  const v = set.point(i);
  const trade = h("div", {}, h("p", { class: "soft" }, "Trade-offs …"));
  put(box, h("h2", {}, set.policies[i]), set.origin[i] ? h("p", { class: "soft" }, set.origin[i], set.nondominated[i] ? "" : ", dominated") : null,
    h("div", { class: "bars" }, set.objectives.map((o, k) => {
      const bar = h("i");
      const [lo, hi] = set.ranges[k];
      setStyle(bar, { width: `${Math.max(1, (100 * (v[k] - lo)) / (hi - lo))}%` });
      return [h("span", {}, words(o.name)), h("span", { class: "meter", "aria-hidden": "true" }, bar),
        h("span", { class: "n" }, set.show(k, v[k]), set.stderr ? h("span", { class: "soft" }, ` ± ${num(set.stderr[i * set.m + k], 2)}`) : null)];
    })),
    h("div", { class: "row" }, button("Open", () => page.open(i), { class: "main" }),
      button(set.compared.includes(i) ? "Do not compare" : "Compare", () => page.compare(i))), compared, trade);
  try {
    // Within its own run, where its neighbours are: another run may dominate it.
    const t = await post("/tradeoff", { ...selectionOf(set, page.at), runs: [set.runOf(i).id], run: set.runOf(i).id, row: set.row[i], neighbours: 4, ...(set.nondominated[i] ? {} : { dominated: true }) });
    if (set.picked === i) put(trade, tradeoffs(t, set, (ref) => set.pick(indexOf(set, ref))));
  } catch (e) { if (set.picked === i) put(trade, trouble(e)); }
}

/** Colours by what, and what they mean. */
function drawColors(page, box) {
  const { set } = page;
  const options = [["run", "run"], ["algorithm", "algorithm"], ["origin", "origin"], ["cluster", "group of similar ones"],
    ...set.objectives.map((o, k) => [`v${k}`, words(o.name), "Objective"]),
    ["crowding", "crowding", "Measure"], ["marginal_utility", "expected marginal utility", "Measure"], ["ideal_distance", "distance to the ideal", "Measure"]];
  const { legend } = set;
  let meaning;
  if (legend.scale) {
    const canvas = h("canvas", { class: "scale", width: 100, height: 1, "aria-hidden": "true" });
    const c = canvas.getContext("2d");
    for (let x = 0; x < 100; x++) { c.fillStyle = sequential(x / 99); c.fillRect(x, 0, 1, 1); }
    const shown = (v) => (legend.objective >= 0 ? set.show(legend.objective, v, 3) : num(v, 3));
    meaning = h("div", { class: "row" }, h("span", { class: "n" }, shown(legend.lo)), canvas, h("span", { class: "n" }, shown(legend.hi)));
  } else meaning = h("ul", { class: "legend" }, legend.labels.map((label, k) => h("li", {}, swatch(set.looks[k]), label)));
  put(box, select("Colour by", options, set.colored, (what) => recolor(page, what)), meaning);
}

async function recolor(page, what) {
  if (/^(crowding|ideal_distance|marginal_utility)$/.test(what)) {
    try { await addMeasure(page.set, what, page.at); } catch (e) { announce(e.message); return; }
  }
  page.set.colorBy(what);
  setAddress({ color: what });
}

/** Knees, extremes, representatives, error crosses and the like. */
function drawMarksBox(page, box, redraw) {
  const { set, shows, runs } = page;
  const toggle = (name, label, title) => check(label, shows.has(name), (on) => {
    if (on) shows.add(name);
    else shows.delete(name);
    setAddress({ show: [...shows].join(",") || "none" });
    page.marked();
  }, { title });
  const methods = page.knees?.methods ?? [];
  const known = runs[0].known_front;
  put(box, h("h2", {}, "Marks"),
    select("Knees", [["none", "none"], ...methods.map((m) => [m.name, words(m.name)])], page.knee, (v) => { page.knee = v; setAddress({ knee: v }); page.marked(); redraw(); }),
    h("p", { class: "soft" }, methods.find((m) => m.name === page.knee)?.method ?? page.kneesError?.message ?? ""),
    toggle("extremes", "Best in each objective"), h("br"), toggle("nearest", "Nearest to the ideal"), h("br"),
    known?.points?.length ? [toggle("known", "Known front", known.source), h("br")] : null,
    set.m === 2 && page.runs.length > 1 ? [toggle("band", "Attained by some, half and all runs"), h("br")] : null,
    set.stderr ? [toggle("errors", "Standard errors"), h("br")] : null,
    set.trained ? [toggle("optimism", "Arrows from selected to re-evaluated values"), h("br")] : null,
    check("Hide dominated ones", set.hideDominated, (on) => { set.hideDominated = on; setAddress({ dominated: on ? "hide" : null }); set.update(); set.dispatchEvent(new Event("look")); }), h("br"),
    set.peak.some((p) => p <= 0) ? [check("Costs as positive numbers", set.costs, (on) => { set.costs = on; setAddress({ costs: on ? 1 : null }); set.dispatchEvent(new Event("look")); set.dispatchEvent(new Event("pick")); set.update(); }), h("br")] : null,
    slider("Representatives", { min: 0, max: Math.min(20, set.n), step: 1, value: page.representatives, text: (v) => (+v ? String(v) : "none"), change: (v) => { setAddress({ rep: v || null }); page.loadKnees(); } }, (v) => { page.representatives = v; }),
    page.representatives && page.knees ? h("p", { class: "soft" }, `Every policy is within ${num(page.knees.representatives.radius, 2)} of one of them, in shares of the ranges.`) : null);
}

/** Reference points: levels that are wished for, and the policy that comes nearest. */
function referenceBox(page, box) {
  const { set } = page;
  const list = h("div", { class: "stack" });
  let turn = 0;
  const add = () => {
    const values = Array.from({ length: set.m }, (_, k) => +(set.ranges[k][0] + 0.6 * (set.ranges[k][1] - set.ranges[k][0])).toPrecision(4));
    page.references.push({ values });
    changed();
  };
  const changed = () => { writeReferences(page); page.marked(); draw(); };
  async function draw() {
    const mine = ++turn;
    const answers = await Promise.all(page.references.map((r) => post("/best", { ...selectionOf(set, page.at), reference: r.values }).catch((e) => ({ error: e }))));
    if (mine !== turn) return;
    const focus = document.activeElement?.dataset?.reference;
    put(list, page.references.map((r, n) => {
      const a = answers[n];
      return h("div", { class: "stack tight" }, h("div", { class: "row spread" }, h("h3", {}, `R${n + 1}`), button("Remove", () => { page.references.splice(n, 1); changed(); }, { class: "quiet" })),
        set.objectives.map((o, k) => {
          const field = h("input", { type: "number", step: "any", dataset: { reference: `${n}.${k}` }, on: { change: (e) => { const v = e.target.valueAsNumber; if (Number.isFinite(v)) { r.values[k] = v; changed(); } } } });
          field.value = +r.values[k].toPrecision(5);
          return h("label", { class: "field across" }, h("span", { class: "grow" }, words(o.name)), field);
        }),
        a.error ? trouble(a.error) : h("div", {}, h("p", {}, a.sentence), h("p", {}, "Winner: ", button(a.best.policy, () => set.pick(indexOf(set, a.best)), { class: "quiet" }))));
    }));
    if (focus) list.querySelector(`[data-reference="${CSS.escape(focus)}"]`)?.focus();
  }
  put(box, h("h2", {}, "Reference points"), h("p", { class: "soft" }, "Levels that you wish to reach; drag their crosses in the 2-D view."), list, button("Add one", add));
  if (page.references.length) draw();
  return draw;
}
