// Axes, grid lines and the cube of a view, as SVG.
import { s } from "../page/dom.js";
import { locate } from "./kernel.js";
import { digitsOf, ticks } from "./ticks.js";

/** Pixels that a text of numbers takes. */
export function textWidth(text) {
  return 7.4 * text.length;
}

/**
 * The margins around two axes: enough for the numbers on the left.
 * @param {import("../page/frontset.js").FrontSet} set
 */
export function boxOf(set, j, yr, width, height) {
  const marks = ticks(yr[0], yr[1], Math.max(2, height / 55));
  const labels = marks.map((v) => set.show(j, v, digitsOf(marks)));
  const left = Math.min(width / 3, 16 + Math.max(20, ...labels.map(textWidth)));
  return { left, top: 30, width: Math.max(10, width - left - 18), height: Math.max(10, height - 30 - 50) };
}

/** Two axes with grid and names. @returns {SVGElement[]} */
export function axes2(set, i, j, xr, yr, box) {
  const out = [];
  const bottom = box.top + box.height;
  const right = box.left + box.width;
  const few = ticks(xr[0], xr[1], 5);
  const wide = Math.max(...few.map((v) => textWidth(set.show(i, v, digitsOf(few)))), 20) + 18;
  const across = ticks(xr[0], xr[1], Math.max(1, Math.min(8, box.width / wide)));
  for (const v of across) {
    const x = box.left + (box.width * (v - xr[0])) / (xr[1] - xr[0]);
    out.push(s("path", { class: "grid", d: `M${x} ${box.top}V${bottom}` }));
    out.push(s("text", { x, y: bottom + 18, "text-anchor": "middle" }, set.show(i, v, digitsOf(across))));
  }
  const up = ticks(yr[0], yr[1], Math.max(2, box.height / 55));
  for (const v of up) {
    const y = bottom - (box.height * (v - yr[0])) / (yr[1] - yr[0]);
    out.push(s("path", { class: "grid", d: `M${box.left} ${y}H${right}` }));
    out.push(s("text", { x: box.left - 8, y: y + 4.5, "text-anchor": "end" }, set.show(j, v, digitsOf(up))));
  }
  out.push(s("path", { class: "axis", d: `M${box.left} ${box.top}V${bottom}H${right}` }));
  out.push(s("text", { class: "name", x: right, y: bottom + 40, "text-anchor": "end" }, set.label(i) + " →"));
  out.push(s("text", { class: "name", x: 4, y: 16 }, "↑ " + set.label(j)));
  return out;
}

/** The cube of three axes, its hidden edges left out, with the range at the ends of the axes. @returns {SVGElement[]} */
export function axes3(set, axes, ranges, p, box) {
  const m = set.m;
  const corner = (bits) => {
    const v = new Float64Array(m);
    axes.forEach((k, n) => { v[k] = ranges[k][(bits >> n) & 1]; });
    return v;
  };
  const depth = (v) => p.cz + v.reduce((sum, x, k) => sum + p.c[k] * x, 0);
  let far = 0;
  for (let bits = 1; bits < 8; bits++) if (depth(corner(bits)) < depth(corner(far))) far = bits;
  const out = [];
  for (let bits = 0; bits < 8; bits++) {
    for (let n = 0; n < 3; n++) {
      const other = bits ^ (1 << n);
      if (other < bits) continue;
      const [x0, y0] = locate(p, corner(bits));
      const [x1, y1] = locate(p, corner(other));
      out.push(s("path", { class: bits === far || other === far ? "axis" : "grid", d: `M${x0} ${y0}L${x1} ${y1}` }));
    }
  }
  axes.forEach((k, n) => {
    const [x0, y0] = locate(p, corner(far & ~(1 << n)));
    const [x1, y1] = locate(p, corner(far | (1 << n)));
    const marks = ticks(ranges[k][0], ranges[k][1], 3);
    for (const t of marks) {
      const u = (t - ranges[k][0]) / (ranges[k][1] - ranges[k][0]);
      out.push(s("text", { class: "halo", x: x0 + u * (x1 - x0), y: y0 + u * (y1 - y0) + 4, "text-anchor": "middle" }, set.show(k, t, digitsOf(marks))));
    }
    const away = [(x1 - x0), (y1 - y0)];
    const size = Math.hypot(...away) || 1;
    const half = textWidth(set.label(k)) / 2 + 4;
    const x = Math.max(box.left + half, Math.min(box.left + box.width - half, x1 + (16 * away[0]) / size));
    const y = Math.max(14, Math.min(box.top + box.height - 8, y1 + (22 * away[1]) / size + 4));
    out.push(s("text", { class: "name halo", x, y, "text-anchor": "middle" }, set.label(k)));
  });
  return out;
}

/** Arrows that show where each objective grows in a plane. @returns {SVGElement[]} */
export function axesPlane(set, u, v, box) {
  const out = [];
  const r = Math.min(box.width, box.height) * 0.42;
  const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
  const longest = Math.max(...u.map((x, k) => Math.hypot(x, v[k]))) || 1;
  const taken = [];
  u.forEach((x, k) => {
    const [px, py] = [cx + (r * x) / longest, cy - (r * v[k]) / longest];
    out.push(s("path", { class: "axis", d: `M${cx} ${cy}L${px} ${py}` }));
    const lx = Math.max(60, Math.min(2 * cx - 60, px + 0.05 * (px - cx)));
    let ly = Math.max(14, py + (py < cy ? -6 : 16));
    const half = textWidth(set.label(k)) / 2;
    while (taken.some((t) => Math.abs(t.x - lx) < t.half + half && Math.abs(t.y - ly) < 15)) ly += 15;
    taken.push({ x: lx, y: ly, half });
    out.push(s("text", { class: "name halo", x: lx, y: ly, "text-anchor": "middle" }, set.label(k)));
  });
  return out;
}
