// Weights: the best policy for weights that you set, its runner-up, and how far each weight may change.
import { link, set as setAddress } from "../page/address.js";
import { post } from "../page/api.js";
import { announce, command, empty, trouble } from "../page/announce.js";
import { button, check, h, put, setStyle } from "../page/dom.js";
import { num, percent, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { loadSet, selectionOf } from "../page/frontload.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { simplexMap } from "./simplexmap.js";

export async function show(root, params, ids) {
  const runs = await loadRuns(ids);
  if (!runs.length) {
    await noRuns(root, "Weights", "Choose the run whose best policy for your weights you want to see.");
    return {};
  }
  let set;
  const at = params.get("at") ?? "";
  try { set = await loadSet(runs, at); } catch (e) { put(root, runBar("Weights", runs), trouble(e)); return {}; }
  if (!set.n) { put(root, runBar("Weights", runs), empty("This run has no front yet.")); return {}; }
  const m = set.m;
  const given = (params.get("w") ?? "").split(",").map(Number);
  let w = given.length === m && given.every((v) => v >= 0) && given.some((v) => v > 0) ? given : new Array(m).fill(1 / m);
  w = unit(w);
  let scaled = params.get("scaled") !== "0";
  let turn = 0;
  let timer = 0;
  let answer = null;

  const sliders = set.objectives.map((o, k) => weightRow(set.label(k), (v) => change(rest(w, k, v)), () => change(unit(w.map((_, j) => (j === k ? 1 : 0))))));
  const result = h("section", { class: "sheet stack", "aria-live": "off" });
  const ranking = h("section", { class: "sheet stack tight" });
  const map = m === 2 || m === 3 ? simplexMap(set, at, change) : null;

  function change(next) {
    w = unit(next);
    drawSliders();
    map?.point(w);
    setAddress({ w: w.map((v) => +v.toFixed(4)).join(",") }, { replace: true });
    clearTimeout(timer);
    timer = setTimeout(ask, 30);
  }

  function drawSliders() {
    sliders.forEach((s, k) => s.draw(w[k], answer?.stable?.[k]));
  }

  async function ask() {
    const mine = ++turn;
    const of = params.get("pick") ? set.find(params.get("pick").split(".")[0], params.get("pick").slice(params.get("pick").indexOf(".") + 1)) : -1;
    try {
      const a = await post("/best", { ...selectionOf(set, at), weights: w, scaled, ...(of >= 0 ? { of: { run: set.runOf(of).id, row: set.row[of] } } : {}) });
      if (mine !== turn) return;
      const before = answer?.best.policy;
      answer = a;
      drawSliders();
      drawResult(of);
      map?.best(a.best);
      if (before !== a.best.policy) announce(`Best: ${a.best.policy}`);
    } catch (e) { if (mine === turn) put(result, trouble(e)); }
  }

  const open = (ref) => h("a", { href: link("policy", { runs: ids, p: `${ref.run}.${ref.policy}` }) }, ref.policy);

  function drawResult(of) {
    const a = answer;
    const second = a.runner_up;
    put(result, h("h2", {}, "Best for these weights"), h("p", { class: "title" }, open(a.best)),
      h("div", { class: "bars" }, set.objectives.map((o, k) => {
        const bar = h("i");
        const [lo, hi] = set.ranges[k];
        setStyle(bar, { width: `${Math.max(1, (100 * (number(a.best.value[k]) - lo)) / (hi - lo))}%` });
        return [h("span", {}, words(o.name)), h("span", { class: "meter", "aria-hidden": "true" }, bar), h("span", { class: "n" }, set.show(k, number(a.best.value[k])))];
      })),
      second ? h("p", {}, "Runner-up: ", open(second), `, behind by ${a.margin_percent === undefined ? num(a.margin) : `${num(a.margin_percent, 2)}\u00a0%`} of the spread of utilities.`) : h("p", {}, "It is the only policy."),
      a.of && of >= 0 ? h("p", {}, `${set.policies[of]}, which you picked, is number ${a.of.rank} and loses ${num(a.of.loss_percent, 2)}\u00a0%.`) : null,
      a.command ? [h("h3", {}, "Let it act"), command(a.command)] : null);
    put(ranking, h("h2", {}, "In order"), h("ol", {}, a.order.map((r) => h("li", {}, open(r), " ", h("span", { class: "soft n" }, num(r.utility))))),
      second ? h("p", {}, h("a", { href: link("policy", { runs: ids, p: [a.best, second].map((r) => `${r.run}.${r.policy}`).join(",") }) }, "Replay the first two side by side")) : null);
  }

  put(root, runBar("Weights", runs),
    h("div", { class: "two" }, h("div", { class: "stack" },
      h("section", { class: "sheet stack" }, h("div", { class: "row spread" }, h("h2", {}, "How much each objective counts"), button("Equal weights", () => change(new Array(m).fill(1 / m)), { class: "quiet" })),
        sliders.map((s) => s.node), h("p", { class: "soft" }, "The weights sum to 1: moving one moves the others in proportion. The bar below a slider shows how far its weight may go before another policy is best."),
        check("Weigh each objective by its range on the front", scaled, (on) => { scaled = on; setAddress({ scaled: on ? null : "0" }, { replace: true }); ask(); map?.load(scaled); })),
      map?.node), h("div", { class: "stack" }, result, ranking)));
  drawSliders();
  return {
    async shown() {
      map?.point(w);
      await ask();
      await map?.load(scaled);
    },
    theme: () => map?.draw(),
    dispose: () => map?.dispose(),
  };
}

/** Scales weights to sum 1. */
function unit(w) {
  const sum = w.reduce((a, b) => a + b, 0);
  return sum > 0 ? w.map((v) => v / sum) : w.map(() => 1 / w.length);
}

/** Sets weight k to v and shares the rest among the others in proportion. */
function rest(w, k, v) {
  const others = w.reduce((sum, x, j) => (j === k ? sum : sum + x), 0);
  return w.map((x, j) => (j === k ? v : others > 1e-9 ? (x / others) * (1 - v) : (1 - v) / (w.length - 1)));
}

/** A slider of one weight, with the range in which the best policy stays the best. */
function weightRow(label, input, only) {
  const range = h("input", { type: "range", min: 0, max: 1, step: 0.005, "aria-label": `Weight of ${label}`, on: { input: () => input(+range.value), dblclick: only } });
  const out = h("output");
  const bar = h("i");
  const stable = h("span", { class: "meter" }, bar);
  const said = h("span", { class: "soft n range" });
  const node = h("div", { class: "stack tight weight" }, h("label", { class: "slider" }, h("span", {}, label), range, out), h("div", { class: "slider" }, h("span"), stable, said));
  return {
    node,
    draw(v, s) {
      range.value = v;
      out.textContent = percent(v, 1);
      setStyle(bar, { left: `${100 * (s?.low ?? 0)}%`, width: `${100 * ((s?.high ?? 0) - (s?.low ?? 0))}%` });
      said.textContent = s ? `${(100 * s.low).toFixed(0)}–${(100 * s.high).toFixed(0)}\u00a0%` : "";
    },
  };
}

