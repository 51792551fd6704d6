// What is drawn besides the points: below them the known front, the attainment band, error crosses and
// arrows from selected to re-evaluated values; above them rings, knees, extremes and reference points.
import { s } from "../page/dom.js";
import { property } from "../page/palette.js";
import { bands } from "./attainment.js";
import { marker } from "./raster.js";

/** Draws the lines below the points. @param {import("./scatter.js").Scatter} view */
export function drawUnder(view) {
  const { lines: c, scale } = view.layers;
  const { set } = view;
  c.setTransform(scale, 0, 0, scale, 0, 0);
  c.clearRect(0, 0, view.layers.width, view.layers.height);
  c.save();
  c.beginPath();
  c.rect(view.box.left, view.box.top, view.box.width, view.box.height);
  c.clip();
  const extras = set.extras ?? {};
  if (view.kind === "axes" && set.m === 2 && extras.band) drawBand(c, view);
  if (extras.known) drawKnown(c, view, extras.known);
  if (extras.errors && set.stderr) drawErrors(c, view);
  if (extras.optimism && set.trained) drawOptimism(c, view);
  c.restore();
}

function drawBand(c, view) {
  const { set } = view;
  const groups = set.parts.map((_, k) => {
    const points = [];
    for (let i = 0; i < set.n; i++) if (set.part[i] === k && set.nondominated[i]) points.push([set.values[i * 2 + view.axes[0]], set.values[i * 2 + view.axes[1]]]);
    return points;
  });
  const { best, median, worst } = bands(groups, view.xr[0], view.yr[0]);
  const place = ([x, y]) => view.at(view.axes[0] === 0 ? [x, y] : [y, x]);
  const trace = (line) => line.forEach((q, k) => c[k ? "lineTo" : "moveTo"](...place(q)));
  c.beginPath();
  trace(best);
  [...worst].reverse().forEach((q) => c.lineTo(...place(q)));
  c.closePath();
  c.fillStyle = property("accent");
  c.globalAlpha = 0.13;
  c.fill();
  c.globalAlpha = 0.7;
  c.beginPath();
  trace(median);
  c.strokeStyle = property("accent");
  c.lineWidth = 1.5;
  c.stroke();
  c.globalAlpha = 1;
}

/** The known front: grey crosses, and in two dimensions a wide grey staircase. */
function drawKnown(c, view, known) {
  c.strokeStyle = property("strong");
  if (view.kind === "axes" && view.set.m === 2) {
    const [i] = view.axes;
    const places = [...known].sort((a, b) => a[i] - b[i]).map((v) => view.at(v));
    c.globalAlpha = 0.35;
    c.lineWidth = 5;
    c.beginPath();
    places.forEach(([x, y], k) => {
      if (k) c.lineTo(places[k - 1][0], y);
      c[k ? "lineTo" : "moveTo"](x, y);
    });
    c.stroke();
    c.globalAlpha = 1;
  }
  c.lineWidth = 1.2;
  for (const v of known) {
    const [x, y] = view.at(v);
    c.save();
    c.translate(x, y);
    marker(c, "cross", 5);
    c.restore();
    c.stroke();
  }
}

function drawErrors(c, view) {
  const { set, p } = view;
  c.strokeStyle = property("strong");
  c.lineWidth = 1;
  c.beginPath();
  for (let i = 0; i < set.n; i++) {
    if (!set.mask[i]) continue;
    const [x, y] = [view.x[i], view.y[i]];
    for (const k of view.axes) {
      const e = set.stderr[i * set.m + k];
      if (!(e > 0)) continue;
      c.moveTo(x - p.a[k] * e, y - p.b[k] * e);
      c.lineTo(x + p.a[k] * e, y + p.b[k] * e);
    }
  }
  c.stroke();
}

/** Arrows from the value by which training chose a policy to the re-evaluated one. */
function drawOptimism(c, view) {
  const { set } = view;
  c.strokeStyle = c.fillStyle = property("bad");
  c.lineWidth = 1.2;
  for (let i = 0; i < set.n; i++) {
    if (!set.mask[i]) continue;
    const [x0, y0] = view.at(set.trained.subarray(i * set.m, (i + 1) * set.m));
    const [x1, y1] = [view.x[i], view.y[i]];
    if (Math.hypot(x1 - x0, y1 - y0) < 2) continue;
    const a = Math.atan2(y1 - y0, x1 - x0);
    c.beginPath();
    c.moveTo(x0, y0);
    c.lineTo(x1, y1);
    c.stroke();
    c.beginPath();
    c.moveTo(x1, y1);
    c.lineTo(x1 - 7 * Math.cos(a - 0.4), y1 - 7 * Math.sin(a - 0.4));
    c.lineTo(x1 - 7 * Math.cos(a + 0.4), y1 - 7 * Math.sin(a + 0.4));
    c.fill();
  }
}

const NUMBERED = "①②③④⑤⑥⑦⑧⑨";

/** Rings, labels and reference points above the points. @returns {SVGElement[]} */
export function drawMarks(view) {
  const { set } = view;
  const extras = set.extras ?? {};
  const out = [];
  if (view.kind === "axes") out.push(...conditionRects(view));
  const taken = [];
  const label = (x, y, text, kind) => {
    const width = 7.6 * text.length;
    const left = x + 11 + width > view.layers.width && x - 11 - width > 0;
    const from = left ? x - 11 - width : Math.min(x + 11, Math.max(2, view.layers.width - width));
    let to = Math.max(14, y - 9);
    for (let turn = 0; turn < 12 && taken.some((t) => from < t.from + t.width && from + width > t.from && Math.abs(t.to - to) < 16); turn++) to += 16;
    taken.push({ from, width, to });
    out.push(s("text", { class: `halo ${kind}`, x: from, y: to }, text));
  };
  for (const { i, text } of extras.labels ?? []) {
    if (i < 0 || !set.shown[i]) continue;
    out.push(s("circle", { class: "mark", cx: view.x[i], cy: view.y[i], r: 9 }));
    label(view.x[i], view.y[i], text, "strong");
  }
  for (const i of extras.representatives ?? []) {
    if (i >= 0) out.push(s("rect", { class: "ideal", x: view.x[i] - 9, y: view.y[i] - 9, width: 18, height: 18 }));
  }
  set.compared.forEach((i, k) => {
    out.push(s("circle", { class: "ring", cx: view.x[i], cy: view.y[i], r: 8 }));
    label(view.x[i], view.y[i], NUMBERED[k] ?? String(k + 1), "name");
  });
  for (const i of [view.hovered, set.picked]) {
    if (i < 0 || i >= set.n) continue;
    out.push(s("circle", { class: "ring", cx: view.x[i], cy: view.y[i], r: i === set.picked ? 10 : 7 }));
  }
  (extras.references ?? []).forEach((r, k) => out.push(reference(view, r, k)));
  return out;
}

/** The conditions on the two axes as a rectangle, when each has one interval. */
function conditionRects(view) {
  const { set, box } = view;
  if (view.dragged || view.keyRect) return [];
  const [i, j] = view.axes;
  if (!set.conditions.has(i) && !set.conditions.has(j)) return [];
  const out = [];
  for (const [x0, x1] of set.conditions.get(i) ?? [view.xr]) {
    for (const [y0, y1] of set.conditions.get(j) ?? [view.yr]) {
      const at = (v, [lo, hi], size) => Math.min(size, Math.max(0, ((v - lo) / (hi - lo)) * size));
      const l = at(x0, view.xr, box.width);
      const r = at(x1, view.xr, box.width);
      const b = at(y0, view.yr, box.height);
      const t = at(y1, view.yr, box.height);
      if (r > l && t > b) out.push(s("rect", { class: "brush", x: box.left + l, y: box.top + box.height - t, width: r - l, height: t - b }));
    }
  }
  return out;
}

/** A reference point, which can be dragged in a view of two axes. */
function reference(view, r, k) {
  const [x, y] = view.at(r.values);
  const g = s("g", { class: view.kind === "axes" ? "grab" : "" },
    s("circle", { cx: x, cy: y, r: 12, fill: "transparent" }),
    s("path", { class: "mark", d: `M${x - 9} ${y}H${x + 9}M${x} ${y - 9}V${y + 9}` }),
    s("text", { class: "name halo", x: x + 9, y: y - 7 }, `R${k + 1}`));
  if (view.kind === "axes" && view.moveReference) {
    g.addEventListener("pointerdown", (e) => {
      e.stopPropagation();
      view.layers.over.setPointerCapture(e.pointerId);
      const move = (ev) => {
        const rect = view.host.getBoundingClientRect();
        const values = [...r.values];
        values[view.axes[0]] = view.xr[0] + ((ev.clientX - rect.left - view.box.left) / view.box.width) * (view.xr[1] - view.xr[0]);
        values[view.axes[1]] = view.yr[1] - ((ev.clientY - rect.top - view.box.top) / view.box.height) * (view.yr[1] - view.yr[0]);
        view.moveReference(k, values);
      };
      const end = () => {
        view.layers.over.removeEventListener("pointermove", move);
        view.layers.over.removeEventListener("pointerup", end);
      };
      view.layers.over.addEventListener("pointermove", move);
      view.layers.over.addEventListener("pointerup", end);
    });
  }
  return g;
}
