// The map of the best policy over all weights: a strip for two objectives, a triangle for three.
import { post } from "../page/api.js";
import { h, s } from "../page/dom.js";
import { percent, plural, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { selectionOf } from "../page/frontload.js";
import { mix, property, sequential } from "../page/palette.js";

const DIVISIONS = 120; // of the triangle

/**
 * @param {import("../page/frontset.js").FrontSet} set @param {string} at of which its values are
 * @param {(w: number[]) => void} change called when a place is chosen
 */
export function simplexMap(set, at, change) {
  const m = set.m;
  let map = null;
  let order = [];
  let w = new Array(m).fill(1 / m);
  let here = null;
  const fig = figure({
    title: "The best policy for all weights", kind: m === 2 ? "chart short" : "chart big",
    data: () => ({ columns: [{ name: "Policy", value: (k) => map.policies[k].policy }, { name: "Share of weights", number: true, value: (k) => map.shares[k], cell: (k) => percent(map.shares[k], 1) }], rows: map ? map.policies.map((_, k) => k) : [] }),
  });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const over = s("svg", { "aria-hidden": "true" });
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": "Map of weights: arrows change the weights" }, canvas, over);
  plot.className = m === 2 ? "plot strip" : "plot small";
  fig.body.className = "stack";
  fig.body.removeAttribute("tabindex");
  fig.body.append(plot);
  const observer = new ResizeObserver(() => draw());
  observer.observe(plot);

  /** Corners of the picture of the simplex in pixels. */
  function corners() {
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (m === 2) return [[width - 20, height / 2], [20, height / 2]];
    const side = Math.min(width - 40, ((height - 60) * 2) / Math.sqrt(3));
    const top = 30;
    return [[width / 2, top], [width / 2 - side / 2, top + (side * Math.sqrt(3)) / 2], [width / 2 + side / 2, top + (side * Math.sqrt(3)) / 2]];
  }

  const place = (v) => corners().reduce(([x, y], [cx, cy], k) => [x + v[k] * cx, y + v[k] * cy], [0, 0]);

  /** The weights at a place, kept inside the simplex. */
  function weightsAt(x, y) {
    const c = corners();
    if (m === 2) {
      const t = Math.min(1, Math.max(0, (x - c[1][0]) / (c[0][0] - c[1][0])));
      return [t, 1 - t];
    }
    const [[x0, y0], [x1, y1], [x2, y2]] = c;
    const d = (y1 - y2) * (x0 - x2) + (x2 - x1) * (y0 - y2);
    const a = ((y1 - y2) * (x - x2) + (x2 - x1) * (y - y2)) / d;
    const b = ((y2 - y0) * (x - x2) + (x0 - x2) * (y - y2)) / d;
    const inside = [a, b, 1 - a - b].map((v) => Math.max(0, v));
    const sum = inside.reduce((p, q) => p + q, 0);
    return inside.map((v) => v / sum);
  }

  /** Colours go along the front, so that neighbours differ little: by the rank in the first objective. */
  const colorOf = (k) => (order.length < 2 ? property("accent") : sequential(order.indexOf(k) / (order.length - 1)));

  function draw() {
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (!width) return;
    [canvas.width, canvas.height] = [width * scale, height * scale];
    const c = canvas.getContext("2d");
    c.scale(scale, scale);
    if (map) m === 2 ? drawStrip(c, height) : drawTriangle(c);
    drawOver(height);
  }

  function drawStrip(c, height) {
    const [right, left] = corners();
    const n = map.best.length;
    const width = (right[0] - left[0]) / n;
    map.weights.forEach((v, k) => {
      const [x] = place(v);
      c.fillStyle = colorOf(map.best[k]);
      c.fillRect(x - width / 2 - 0.5, height / 2 - 34, width + 1, 68);
    });
  }

  function drawTriangle(c) {
    const points = corners();
    const r = ((points[2][0] - points[1][0]) / DIVISIONS) * 0.72;
    c.save();
    c.beginPath();
    points.forEach(([x, y], k) => c[k ? "lineTo" : "moveTo"](x, y));
    c.clip();
    map.weights.forEach((v, k) => {
      const [x, y] = place(v);
      const here3 = here !== null && map.best[k] === here;
      c.fillStyle = here3 ? colorOf(map.best[k]) : mix(colorOf(map.best[k]), property("sheet"), 0.25);
      c.beginPath();
      for (let a = 0; a < 6; a++) c.lineTo(x + r * Math.cos(a * Math.PI / 3 + Math.PI / 6), y + r * Math.sin(a * Math.PI / 3 + Math.PI / 6));
      c.fill();
    });
    c.restore();
  }

  function drawOver(height) {
    const c = corners();
    const [x, y] = place(w);
    const out = [];
    if (m === 2) {
      out.push(s("text", { class: "name", x: c[1][0], y: height / 2 - 46 }, `only ${words(set.objectives[1].name)}`), s("text", { class: "name", x: c[0][0], y: height / 2 - 46, "text-anchor": "end" }, `only ${words(set.objectives[0].name)}`));
      out.push(s("path", { class: "axis", "stroke-width": 2, d: `M${x} ${height / 2 - 40}V${height / 2 + 40}` }),
        s("circle", { cx: x, cy: height / 2, r: 9, fill: "var(--sheet)" }), s("circle", { class: "ring", cx: x, cy: height / 2, r: 9 }));
    } else {
      out.push(s("path", { class: "axis", d: `M${c.join("L")}Z` }));
      [["middle", 0, -10], ["start", -20, 24], ["end", 20, 24]].forEach(([anchor, dx, dy], k) => out.push(s("text", { class: "name", x: c[k][0] + dx, y: c[k][1] + dy, "text-anchor": anchor }, `only ${words(set.objectives[k].name)}`)));
      out.push(s("circle", { cx: x, cy: y, r: 10, fill: "none", stroke: "var(--sheet)", "stroke-width": 5 }), s("circle", { class: "ring", cx: x, cy: y, r: 10 }));
    }
    over.replaceChildren(...out);
  }

  let dragging = false;
  const move = (e) => {
    const r = plot.getBoundingClientRect();
    change(weightsAt(e.clientX - r.left, e.clientY - r.top));
  };
  plot.addEventListener("pointerdown", (e) => { dragging = true; plot.setPointerCapture(e.pointerId); plot.focus({ preventScroll: true }); move(e); });
  plot.addEventListener("pointermove", (e) => { if (dragging) move(e); });
  plot.addEventListener("pointerup", () => { dragging = false; });
  plot.addEventListener("pointercancel", () => { dragging = false; });
  plot.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!step) return;
    e.preventDefault();
    const [x, y] = place(w);
    const d = (plot.clientWidth / DIVISIONS) * (e.shiftKey ? 3 : 1);
    change(weightsAt(x + d * step[0], y + d * step[1]));
  });

  return {
    node: h("section", { class: "sheet" }, fig.node),
    draw,
    point(v) { w = v; drawOver(plot.clientHeight); },
    best(ref) {
      const before = here;
      here = map ? map.policies.findIndex((p) => p.run === ref.run && p.row === ref.row) : null;
      if (before !== here) draw();
    },
    async load(scaled) {
      try {
        map = await post("/best/map", { ...selectionOf(set, at), scaled, divisions: m === 2 ? 200 : DIVISIONS });
      } catch (e) { fig.say(e.message); return; }
      order = map.policies.map((_, k) => k).sort((a, b) => map.policies[a].value[0] - map.policies[b].value[0]);
      const top = map.policies.map((p, k) => [p.policy, map.shares[k]]).sort((a, b) => b[1] - a[1]).slice(0, 3);
      fig.say(`${plural(map.policies.length, "policy")} of ${set.n} ${map.policies.length === 1 ? "is" : "are"} the best somewhere; the largest shares: ${top.map(([p, share]) => `${p} ${percent(share)}`).join(", ")}.`);
      draw();
    },
    dispose: () => observer.disconnect(),
  };
}
