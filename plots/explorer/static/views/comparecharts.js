// Charts of the statistics of a comparison.
import { axis, chart, GRID, lineOf, tip } from "../page/charts.js";
import { num, percent, steps, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { figure } from "../page/figure.js";
import { look, looks, property } from "../page/palette.js";

/** A chart that draws itself when it stands in the page. */
function lazy(fig, option) {
  let c = null;
  return {
    node: fig.node,
    start() { c = chart(fig.body); c.set(option()); },
    theme() { c?.set(option()); },
    dispose() { c?.dispose(); },
  };
}

/** A band between low and high around a line, as two stacked series. */
function band(name, color, xs, low, high) {
  const hidden = { type: "line", stack: `${name}-band`, stackStrategy: "all", symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return [{ ...hidden, data: xs.map((x, i) => [x, low[i]]) }, { ...hidden, areaStyle: { color, opacity: 0.18 }, data: xs.map((x, i) => [x, high[i] - low[i]]) }];
}

/** Values of the runs as dots and the interquartile mean with its interval, a row per variant. */
export function scoreChart(e, c) {
  const styles = looks(e.scores.map((s) => s.variant));
  const names = e.scores.map((s) => s.variant);
  const fig = figure({
    title: `${words(c.metric)} by variant`, kind: "chart short",
    summary: e.scores.map((s) => `${s.variant}: ${s.iqm ? `${num(s.iqm.value)} (${num(s.iqm.low)} to ${num(s.iqm.high)})` : (s.values ?? []).map((v) => num(v)).join(", ")}`).join("; "),
    data: () => ({ columns: [{ name: "Variant", value: (r) => r[0] }, { name: "Seed", number: true, value: (r) => r[1] }, { name: words(c.metric), number: true, value: (r) => r[2] }], rows: e.scores.flatMap((s) => (s.values ?? []).map((v, i) => [s.variant, s.seeds?.[i], number(v)])) }),
  });
  return lazy(fig, () => ({
    grid: { ...GRID, left: 24 }, tooltip: tip({ trigger: "item", formatter: (p) => (p.seriesType === "scatter" ? `${p.value[2] ?? ""}\n${num(p.value[0])}` : p.name) }), xAxis: { ...axis(""), scale: true }, yAxis: axis("", { type: "category", data: names, inverse: true }),
    series: [
      { type: "scatter", symbolSize: 7, data: e.scores.flatMap((s, k) => (s.values ?? []).map((v, i) => ({ value: [number(v), k, `${s.variant}, seed ${s.seeds?.[i]}`], itemStyle: { color: styles.get(s.variant).color, opacity: 0.6 } }))) },
      ...e.scores.flatMap((s, k) => (s.iqm ? [{ type: "line", symbol: "none", data: [[s.iqm.low, k], [s.iqm.high, k]], lineStyle: { color: property("ink"), width: 3 }, silent: true },
        { type: "scatter", symbol: "rect", symbolSize: [3, 22], itemStyle: { color: property("ink") }, data: [[s.iqm.value, k, `${s.variant}: mean of the middle half`]] }] : [])),
    ],
  }));
}

/** Interquartile means over training steps with their intervals. */
export function curveChart(e, c) {
  const styles = looks(e.scores.map((s) => s.variant));
  const all = [...styles.keys()];
  const fig = figure({
    title: "Over training", kind: "chart short", summary: `Mean of the middle half of the runs; bands hold it with ${percent(c.confidence)}.`,
    data: () => ({ columns: [{ name: "Variant", value: (r) => r[0] }, { name: "Steps", number: true, value: (r) => r[1], cell: (r) => steps(r[1]) }, { name: "Mean", number: true, value: (r) => r[2] }, { name: "Low", number: true, value: (r) => r[3] }, { name: "High", number: true, value: (r) => r[4] }],
      rows: e.curves.flatMap((q) => q.steps_train.map((s, i) => [q.variant, s, q.iqm[i].value, q.iqm[i].low, q.iqm[i].high])) }),
  });
  return lazy(fig, () => ({
    grid: GRID, tooltip: tip(), legend: { type: "scroll", right: 0, top: 0, textStyle: { color: property("soft"), fontSize: 14 }, data: e.curves.map((q) => q.variant) },
    xAxis: { ...axis("steps"), nameLocation: "middle", nameGap: 28, axisLabel: { color: property("soft"), fontSize: 14, hideOverlap: true, formatter: (v) => steps(v) } }, yAxis: axis(""),
    series: e.curves.flatMap((q) => {
      const k = all.indexOf(q.variant);
      return [...band(q.variant, look(k).color, q.steps_train, q.iqm.map((i) => i.low), q.iqm.map((i) => i.high)),
        { name: q.variant, type: "line", symbol: "none", data: q.steps_train.map((s, i) => [s, q.iqm[i].value]), lineStyle: lineOf(k), itemStyle: { color: look(k).color } }];
    }),
  }));
}

/** Shares of runs above a score. */
export function profileChart(c) {
  const all = [...looks(c.profiles.map((p) => p.variant)).keys()];
  const fig = figure({
    title: "Performance profiles", kind: "chart short", summary: "Share of the runs, on all environments together, that score above a threshold: higher is better.",
    data: () => ({ columns: [{ name: "Variant", value: (r) => r[0] }, { name: "Score above", number: true, value: (r) => r[1] }, { name: "Share", number: true, value: (r) => r[2] }], rows: c.profiles.flatMap((p) => p.thresholds.map((t, i) => [p.variant, t, p.shares[i].value])) }),
  });
  return lazy(fig, () => ({
    grid: GRID, tooltip: tip(), legend: { type: "scroll", right: 0, top: 0, textStyle: { color: property("soft"), fontSize: 14 }, data: c.profiles.map((p) => p.variant) }, xAxis: { ...axis(words(c.metric)), nameLocation: "middle", nameGap: 28 }, yAxis: axis("", { min: 0, max: 1 }),
    series: c.profiles.flatMap((p) => {
      const k = all.indexOf(p.variant);
      return [...band(p.variant, look(k).color, p.thresholds, p.shares.map((s) => s.low), p.shares.map((s) => s.high)),
        { name: p.variant, type: "line", symbol: "none", data: p.thresholds.map((t, i) => [t, p.shares[i].value]), lineStyle: lineOf(k), itemStyle: { color: look(k).color } }];
    }),
  }));
}
