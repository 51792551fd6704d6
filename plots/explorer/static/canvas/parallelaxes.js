// The axes of parallel coordinates, their conditions, and the picked and compared lines.
import { s } from "../page/dom.js";
import { textWidth } from "./axes.js";
import { digitsOf, ticks } from "./ticks.js";

/** @param {import("./parallel.js").Parallel} view */
export function drawAxes(view) {
  const { set, box } = view;
  const out = [];
  const room = view.order.length > 1 ? box.width / (view.order.length - 1) : box.width;
  for (const [i, width] of [[view.hovered, 2.5], ...set.compared.map((i) => [i, 2]), [set.picked, 3.5]]) {
    if (i >= 0 && i < set.n) out.push(line(view, i, width));
  }
  view.order.forEach((k, n) => {
    const x = view.xs[n];
    const here = n === view.axis && document.activeElement === view.host;
    out.push(s("path", { class: "axis", d: `M${x} ${box.top}V${box.top + box.height}`, "stroke-width": here ? 3 : 1.2 }));
    const [lo, hi] = view.ranges[k];
    const marks = ticks(lo, hi, Math.max(2, box.height / 90));
    for (const v of marks) {
      const y = view.y(k, v);
      const text = set.show(k, v, digitsOf(marks));
      out.push(s("path", { class: "axis", d: `M${x - 3} ${y}H${x + 3}` }));
      const last = n === view.order.length - 1;
      if (room > 44) out.push(s("text", { class: "halo", x: last ? x - 6 : x + 6, y: y + 4, "text-anchor": last ? "end" : "start" }, text));
    }
    for (const [from, to] of set.conditions.get(k) ?? []) {
      const [a, b] = [view.y(k, from), view.y(k, to)];
      out.push(s("rect", { class: "brush", x: x - 8, y: Math.min(a, b), width: 16, height: Math.max(2, Math.abs(b - a)) }));
    }
    if (view.keyBrush && here) {
      const [a, b] = [view.y(k, view.keyBrush[0]), view.y(k, view.keyBrush[1])];
      out.push(s("rect", { class: "mark", x: x - 10, y: Math.min(a, b), width: 20, height: Math.abs(b - a) }));
    }
    out.push(...name(view, k, n, x, room));
  });
  view.layers.over.replaceChildren(...out);
}

/** The name of an axis above it, alternating in height where there is little room. */
function name(view, k, n, x, room) {
  const { set, box } = view;
  const text = set.label(k);
  const most = Math.max(4, Math.floor((2 * room - 12) / 7.4));
  const shown = text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  const half = textWidth(shown) / 2;
  const at = Math.max(half + 2, Math.min(view.layers.width - half - 2, x));
  const low = n % 2 === 0 || textWidth(text) < room - 10;
  const sense = view.flipped.has(k) ? "↓" : "↑";
  return [
    s("text", { class: "name halo", x: at, y: low ? box.top - 24 : box.top - 40, "text-anchor": "middle" }, shown),
    s("text", { class: "strong", x, y: box.top - 8, "text-anchor": "middle" }, sense),
    s("text", { x, y: box.top + box.height + 20, "text-anchor": "middle" }, sense === "↑" ? "" : "turned"),
  ];
}

function line(view, i, width) {
  const { set } = view;
  const points = view.order.map((k, n) => [view.xs[n], view.y(k, set.values[i * set.m + k])]).sort((a, b) => a[0] - b[0]);
  return s("g", {},
    s("polyline", { points: points.join(" "), fill: "none", stroke: "var(--sheet)", "stroke-width": width + 3 }),
    s("polyline", { points: points.join(" "), fill: "none", stroke: "var(--ink)", "stroke-width": width }));
}
