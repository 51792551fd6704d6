// What is believed after some answers: the recommended policy, how sure that is, and the weights.
import { link } from "../page/address.js";
import { h, setStyle } from "../page/dom.js";
import { num, percent, words } from "../page/format.js";
import { number } from "../page/fronts.js";

/** @param {object} state of an elicitation @param {object} run @returns {Node[]} */
export function posterior(state, run) {
  const r = state.recommendation;
  const best = state.items[r.item];
  const open = (i) => h("a", { href: link("policy", { runs: run.id, p: `${i.run}.${i.policy}` }) }, i.policy);
  const item = (name, ...value) => [h("dt", {}, name), h("dd", { class: "n" }, value)];
  const top = state.items.map((x, i) => [x, i]).sort((a, b) => b[0].chance - a[0].chance).slice(0, 6).filter(([x]) => x.chance > 0.005);
  return [
    h("section", { class: "sheet stack tight" }, h("h2", {}, "Recommended"), h("p", { class: "title" }, open(best)),
      h("div", { class: "bars" }, state.objectives.map((o, k) => [h("span", {}, words(o.name)), meter((number(best.value[k]) - state.nadir[k]) / (state.ideal[k] - state.nadir[k] || 1)), h("span", { class: "n" }, num(best.value[k]))])),
      h("dl", {}, item("chance to be best", percent(r.chance)), item("expected loss", percent(r.expected_loss, 1)), item("loss in 9 of 10 cases", `≤ ${percent(r.loss_90, 1)}`)),
      h("p", { class: "soft" }, "Losses are shares of the range of utility."),
      r.runner_up !== null && r.runner_up !== undefined && r.runner_up >= 0 ? h("p", {}, "Runner-up: ", open(state.items[r.runner_up]), r.better_than_runner_up !== undefined ? `, beaten with ${percent(r.better_than_runner_up)}` : "") : null,
      state.question ? null : h("p", { class: "good" }, "Nothing is left to ask."),
      h("p", {}, h("a", { href: link("export", { runs: run.id, p: `${best.run}.${best.policy}` }) }, "Export it"), " · ", h("a", { href: link("policy", { runs: run.id, p: `${best.run}.${best.policy}` }) }, "Replay it"))),
    state.conflict ? h("section", { class: "error" }, h("p", {}, state.conflict.sentence), h("p", {}, h("a", { href: link("front", { runs: run.id }) }, "Say it by reference points on the Front page instead"))) : null,
    r.weights?.length ? h("section", { class: "sheet stack tight" }, h("h2", {}, "Your weights, as far as they are known"),
      h("div", { class: "bars" }, r.weights.map((w, k) => [h("span", {}, words(w.objective)), interval(w, r.histograms?.[k]), h("span", { class: "n" }, `${Math.round(100 * w.low)}–${Math.round(100 * w.high)}\u00a0%`)])),
      h("p", { class: "soft" }, "The dark part holds the weight with 90 %, the line is the mean; heights show how likely each value is.")) : null,
    top.length > 1 ? h("section", { class: "sheet stack tight" }, h("h2", {}, "Chances of being your best"),
      h("div", { class: "bars" }, top.map(([x]) => [h("span", {}, open(x)), meter(x.chance), h("span", { class: "n" }, percent(x.chance))]))) : null,
  ];
}

function meter(share) {
  const bar = h("i");
  setStyle(bar, { width: `${100 * Math.min(1, Math.max(0.01, share))}%` });
  return h("span", { class: "meter", "aria-hidden": "true" }, bar);
}

/** A histogram over [0, 1] with an interval. */
function interval(w, histogram) {
  const canvas = h("canvas", { width: 200, height: 40, class: "density", "aria-hidden": "true" });
  const c = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const bins = histogram ?? [];
  const most = Math.max(...bins, 1e-9);
  const color = (name) => style.getPropertyValue(`--${name}`);
  bins.forEach((b, i) => {
    const from = i / bins.length;
    const inside = (i + 1) / bins.length > w.low && from < w.high;
    c.fillStyle = color(inside ? "accent" : "strong");
    c.globalAlpha = inside ? 0.8 : 0.4;
    const ht = (36 * b) / most;
    c.fillRect(from * 200, 38 - ht, 200 / bins.length - 1, ht);
  });
  c.globalAlpha = 1;
  c.fillStyle = color("ink");
  c.fillRect(0, 38, 200, 1);
  c.fillRect(200 * w.mean - 1, 0, 2, 40);
  return canvas;
}
