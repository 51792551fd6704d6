// The returns of replayed episodes over their steps, an objective a chart, with the present step marked.
import { h, s } from "../page/dom.js";
import { segmented } from "../page/dom.js";
import { num, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { look } from "../page/palette.js";
import { ticks, padded } from "../canvas/ticks.js";
import { textWidth } from "../canvas/axes.js";

const KINDS = [["total", "Return"], ["discounted", "Discounted return"], ["r", "Reward per step"]];

/** @param {(t: number) => void} seek called with the step that was clicked */
export function returnCurves(policies, objectives, seek) {
  let kind = "total";
  let last = [[], 0];
  const charts = objectives.map((o, k) => {
    const fig = figure({
      title: words(o.name), kind: "chart short",
      data: () => ({
        columns: [{ name: "Step", number: true, value: (t) => t }, ...policies.map((p, n) => ({ name: p.policy, number: true, value: (t) => last[0][n]?.steps[t]?.[kind][k] }))],
        rows: Array.from({ length: Math.max(0, ...last[0].map((e) => e.length)) + 1 }, (_, t) => t),
      }),
    });
    const svg = s("svg", { "aria-hidden": "true", width: "100%", height: "100%" });
    fig.body.append(svg);
    fig.body.addEventListener("pointerdown", (e) => {
      const chart = charts[k];
      if (!chart.box) return;
      const x = e.clientX - fig.body.getBoundingClientRect().left;
      seek(Math.round(((x - chart.box.left) / chart.box.width) * chart.steps));
    });
    return { fig, svg, box: null, steps: 1 };
  });

  function draw(episodes = last[0], t = last[1]) {
    last = [episodes, t];
    charts.forEach((chart, k) => drawOne(chart, k, episodes, t));
  }

  function drawOne(chart, k, episodes, t) {
    const width = chart.fig.body.clientWidth;
    const height = chart.fig.body.clientHeight;
    if (!width || !episodes.length) return;
    const all = episodes.flatMap((e) => e.steps.map((p) => p[kind][k]));
    const [lo, hi] = padded(all.reduce((a, b) => Math.min(a, b), 0), all.reduce((a, b) => Math.max(a, b), 0));
    const marks = ticks(lo, hi, 4);
    const left = 16 + Math.max(24, ...marks.map((v) => textWidth(num(v, 3))));
    const box = { left, top: 8, width: width - left - 12, height: height - 40 };
    chart.box = box;
    chart.steps = Math.max(1, ...episodes.map((e) => e.length));
    const x = (i) => box.left + (box.width * i) / chart.steps;
    const y = (v) => box.top + box.height * (1 - (v - lo) / (hi - lo));
    const out = marks.map((v) => [s("path", { class: "grid", d: `M${box.left} ${y(v)}h${box.width}` }), s("text", { x: box.left - 8, y: y(v) + 4, "text-anchor": "end" }, num(v, 3))]).flat();
    for (const v of ticks(0, chart.steps, box.width / 90)) if (Number.isInteger(v)) out.push(s("text", { x: x(v), y: height - 10, "text-anchor": "middle" }, num(v)));
    out.push(s("path", { class: "axis", d: `M${box.left} ${box.top}v${box.height}h${box.width}` }));
    episodes.forEach((e, n) => {
      const { color, dash } = look(n);
      const every = Math.max(1, Math.floor(e.steps.length / 1000));
      const points = e.steps.filter((_, i) => i % every === 0 || i === e.length).map((p) => `${x(p.t).toFixed(1)},${y(p[kind][k]).toFixed(1)}`);
      out.push(s("polyline", { points: points.join(" "), fill: "none", stroke: color, "stroke-width": 1.8, "stroke-dasharray": dash.join(" ") }));
      const now = e.steps[Math.min(t, e.length)];
      if (now) out.push(s("circle", { cx: x(now.t), cy: y(now[kind][k]), r: 4, fill: color }));
    });
    out.push(s("path", { class: "axis", d: `M${x(Math.min(t, chart.steps))} ${box.top}v${box.height}` }));
    chart.svg.replaceChildren(...out);
    chart.fig.say(episodes.map((e) => `${episodes.length > 1 ? `${e.policy.policy}: ` : ""}${num(e.steps[e.length]?.[kind][k])} ${kind === "r" ? "in the last step" : "in the end"}`).join("; "));
  }

  const choice = segmented("What the curves show", KINDS, kind, (v) => { kind = v; draw(); });
  const observer = new ResizeObserver(() => draw());
  const node = h("div", { class: "stack" }, choice, h("div", { class: "even" }, charts.map((c) => c.fig.node)));
  observer.observe(node);
  return { node, draw, dispose: () => observer.disconnect() };
}
