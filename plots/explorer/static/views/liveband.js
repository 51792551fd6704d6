// Several seeds of one algorithm: thin lines of the seeds, the interquartile mean and the band of the middle
// half, from three seeds up.
import { lineOf } from "../page/charts.js";
import { look } from "../page/palette.js";

/** Groups runs by label and environment. */
export function groupsOf(runs, names) {
  const keys = runs.map((r) => `${r.label} on ${r.environment}`);
  const distinct = [...new Set(keys)];
  const sizes = distinct.map((k) => keys.filter((x) => x === k).length);
  return { banded: Math.max(...sizes) >= 3, index: keys.map((k) => distinct.indexOf(k)), names: distinct, sizes };
}

/** The value of a curve at x, linear between its points; null outside. */
function at(points, x) {
  if (!points.length || x < points[0][0] || x > points[points.length - 1][0]) return null;
  let [lo, hi] = [0, points.length - 1];
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (points[mid][0] <= x) lo = mid;
    else hi = mid;
  }
  const [[x0, y0], [x1, y1]] = [points[lo], points[hi]];
  return x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y1;
}

/** The mean of what remains when a quarter of the values, rounded down, is dropped at each end, as `paretolab compare` takes it. */
export function interquartileMean(values) {
  const v = [...values].sort((a, b) => a - b);
  const drop = Math.floor(v.length / 4);
  const kept = v.slice(drop, v.length - drop);
  return kept.reduce((sum, x) => sum + x, 0) / kept.length;
}

/** The quantile p, linear between order statistics. */
function quantile(values, p) {
  const v = [...values].sort((a, b) => a - b);
  const k = p * (v.length - 1);
  const i = Math.floor(k);
  return v[i] + (k - i) * ((v[i + 1] ?? v[i]) - v[i]);
}

/** Lines and bands of the groups of three and more. */
export function bandSeries(groups, runs, points) {
  const out = [];
  groups.names.forEach((name, g) => {
    const curves = runs.filter((_, k) => groups.index[k] === g).map((r) => points(r.id)).filter((p) => p.length);
    if (curves.length < 3) return;
    const all = [...new Set(curves.flat().map(([x]) => x))].sort((a, b) => a - b);
    const every = Math.max(1, Math.floor(all.length / 300));
    const rows = all.filter((_, i) => i % every === 0).map((x) => [x, curves.map((c) => at(c, x)).filter((v) => v !== null)]).filter(([, v]) => v.length >= 3);
    const color = look(g).color;
    const hidden = { type: "line", stack: `band${g}`, symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false }, stackStrategy: "all" };
    out.push({ ...hidden, name: `${name} low`, data: rows.map(([x, v]) => [x, quantile(v, 0.25)]) });
    out.push({ ...hidden, name: `${name} band`, areaStyle: { color, opacity: 0.18 }, data: rows.map(([x, v]) => [x, quantile(v, 0.75) - quantile(v, 0.25)]) });
    out.push({ name: `${name}, mean of the middle half`, type: "line", symbol: "none", lineStyle: { ...lineOf(g), width: 3 }, itemStyle: { color }, data: rows.map(([x, v]) => [x, interquartileMean(v)]) });
  });
  return out;
}
