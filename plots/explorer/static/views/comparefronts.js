// Fronts of several runs of one environment in one picture: colours by run, dominated points faded, and
// the matrices of dominance, coverage and additive epsilon.
import { h, put, segmented, select } from "../page/dom.js";
import { go } from "../page/address.js";
import { trouble } from "../page/announce.js";
import { num, percent, plural, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { number } from "../page/fronts.js";
import { loadSet } from "../page/frontload.js";
import { runName } from "../page/frontset.js";
import { swatch } from "../page/runbar.js";
import { Scatter } from "../canvas/scatter.js";

/** @param {object} f the fronts of an environment as /compare answers @param {object[]} runs those of it */
export function comparedFronts(f, runs) {
  const node = h("section", { class: "stack" });
  let set = null;
  let view = null;

  async function start() {
    try {
      set = await loadSet(runs);
    } catch (e) { put(node, trouble(e)); return; }
    if (!set.n) return;
    // What another run dominates is faded as if dominated in its own.
    let best = 0;
    for (let i = 0; i < set.n; i++) {
      const r = f.runs.indexOf(set.runOf(i).id);
      const inUnion = f.union?.[r]?.[set.row[i]];
      if (inUnion === false) set.nondominated[i] = 0;
      best += set.nondominated[i];
    }
    const axes = [0, Math.min(1, set.m - 1)];
    let color = "run";
    const legend = h("ul", { class: "legend" });
    const colors = () => {
      set.colorBy(color);
      put(legend, set.legend.labels.map((label, k) => h("li", {}, swatch(set.looks[k]), label)));
    };
    const choice = (label, n) => select(label, set.objectives.map((o, k) => [String(k), words(o.name)]), String(axes[n]), (v) => { axes[n] = +v; view.axes = axes.slice(); view.home(); }, {}, "across");
    const fig = figure({
      title: `Fronts on ${runs[0].environment}`, kind: "plot small",
      summary: `${plural(best, "point")} of ${set.n} on the common front; the others, which some run dominates, are pale.${set.m === 2 && runs.length > 1 ? " The band lies between what some and what all runs attain, the line is what half of them attain." : ""}`,
      tools: [segmented("Colour by", [["run", "By run"], ["algorithm", "By algorithm"]], color, (v) => { color = v; colors(); }), ...(set.m > 2 ? [choice("Right", 0), choice("Up", 1)] : [])],
      data: () => ({ columns: [{ name: "Run", value: (i) => runName(set.runOf(i), runs) }, { name: "Policy", value: (i) => set.policies[i] }, ...set.objectives.map((o, k) => ({ name: words(o.name), number: true, value: (i) => set.values[i * set.m + k] })), { name: "Common front", value: (i) => (set.nondominated[i] ? "yes" : "no") }], rows: Array.from({ length: set.n }, (_, i) => i) }),
    });
    colors();
    set.extras = { band: set.m === 2 && runs.length > 1, known: runs[0].known_front?.points ?? null };
    const names = runs.map((r) => runName(r, runs));
    put(node, fig.node, legend, runs.length > 1 ? h("div", { class: runs.length > 4 ? "even broad" : "even" },
      matrix("Dominated", "Share of the row's points that the column dominates.", names, f.dominance, (v) => percent(v)),
      matrix("Covered", "Share of the column's points that the row weakly dominates.", names, f.coverage, (v) => percent(v)),
      matrix("Additive ε", "By how much the row has to rise in every objective to cover the column.", names, f.epsilon, (v) => num(v, 3))) : null);
    const describe = (i) => h("div", {}, h("strong", {}, set.policies[i]), h("div", {}, runName(set.runOf(i), runs)), set.objectives.map((o, k) => h("div", { class: "n" }, `${words(o.name)} ${num(set.values[i * set.m + k])}`)));
    const open = (i) => go("policy", { runs: runs.map((r) => r.id), p: `${set.runOf(i).id}.${set.policies[i]}` });
    view = new Scatter(fig.body, set, { kind: "axes", axes, describe, open, compare: open });

    function matrix(title, what, labels, values, text) {
      const ordered = f.runs.map((id) => labels[runs.findIndex((r) => r.id === id)]);
      return h("section", { class: "stack tight" }, h("h3", {}, title), h("p", { class: "soft" }, what), h("div", { class: "scroll" }, h("table", {}, h("caption", { class: "hidden" }, title),
        h("thead", {}, h("tr", {}, h("th"), ordered.map((_, k) => h("th", { scope: "col", class: "n" }, String(k + 1))))),
        h("tbody", {}, values.map((row, a) => h("tr", {}, h("th", { scope: "row" }, `${a + 1} · ${ordered[a]}`), row.map((v, b) => h("td", { class: "n" }, a === b ? "·" : text(number(v))))))))));
    }
  }

  return { node, start, theme: () => set?.colorBy(set.colored), dispose: () => view?.dispose() };
}
