// The front as it grows: the present points, and those of earlier evaluations paler.
import { loadFront } from "../page/fronts.js";
import { axis, chart, GRID } from "../page/charts.js";
import { h, select } from "../page/dom.js";
import { num, objectiveLabel, plural, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { objectivesOf } from "../page/frontload.js";
import { look, SHAPES } from "../page/palette.js";

const SYMBOLS = { circle: "circle", up: "triangle", square: "rect", diamond: "diamond", down: "path://M0 0L10 0L5 9Z", plus: "path://M4 0H6V4H10V6H6V10H4V6H0V4H4Z", star: "pin", cross: "path://M1 0L5 4L9 0L10 1L6 5L10 9L9 10L5 6L1 10L0 9L4 5L0 1Z" };

/** The symbol of a shape of markers in ECharts. */
export function symbolOf(shape) {
  return SYMBOLS[shape] ?? SYMBOLS[SHAPES[0]];
}

/** @param {number[]} place of each run in the order of colours */
export function growingFront(runs, names, place) {
  const objectives = objectivesOf(runs[0]);
  const same = runs.filter((r) => r.objectives.join() === runs[0].objectives.join());
  const fronts = new Map();
  let [x, y] = [0, Math.min(1, objectives.length - 1)];
  let c = null;
  const busy = new Set();
  const choice = (label, value, change) => select(label, objectives.map((o, k) => [String(k), words(o.name)]), String(value), (v) => { change(+v); draw(); }, {}, "across");
  const fig = figure({
    title: "Front now", kind: "chart", tools: objectives.length > 2 ? [choice("Right", x, (v) => { x = v; }), choice("Up", y, (v) => { y = v; })] : [],
    data: () => ({
      columns: [{ name: "Run", value: (r) => r.run }, ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (r) => r.v[k] }))],
      rows: same.flatMap((r) => rowsOf(r)),
    }),
  });

  function rowsOf(r) {
    const f = (fronts.get(r.id) ?? []).at(-1);
    return f ? Array.from({ length: f.count }, (_, i) => ({ run: names[runs.indexOf(r)], v: f.points.subarray(i * f.m, (i + 1) * f.m) })) : [];
  }

  async function refresh(id) {
    if (!same.some((r) => r.id === id) || busy.has(id)) return;
    busy.add(id);
    try {
      const list = fronts.get(id) ?? [];
      list.push(await loadFront(id, { at: "last" }));
      fronts.set(id, list.slice(-6));
      draw();
    } catch { /* no front yet */ } finally { busy.delete(id); }
  }

  function draw() {
    if (!c) return;
    const series = same.flatMap((r) => (fronts.get(r.id) ?? []).map((f, k, all) => {
      const newest = k === all.length - 1;
      const { color, shape } = look(place[runs.indexOf(r)]);
      return {
        name: names[runs.indexOf(r)], type: "scatter", symbol: symbolOf(shape), symbolSize: newest ? 9 : 6, itemStyle: { color, opacity: newest ? 0.9 : 0.12 + 0.06 * k }, silent: !newest,
        data: Array.from({ length: f.count }, (_, i) => [f.points[i * f.m + x], f.points[i * f.m + y]]),
      };
    }));
    c.set({
      grid: GRID, tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => `${p.seriesName}\n${p.value.map((v) => num(v)).join(", ")}`, confine: true },
      xAxis: { ...axis(objectiveLabel(objectives[x])), nameLocation: "middle", nameGap: 28 }, yAxis: axis(objectiveLabel(objectives[y]), { nameTextStyle: { align: "left", fontSize: 14 } }), series,
    });
    fig.say(same.map((r) => `${same.length > 1 ? `${names[runs.indexOf(r)]}: ` : ""}${plural((fronts.get(r.id) ?? []).at(-1)?.count ?? 0, "policy")}`).slice(0, 6).join(", "));
  }

  return {
    node: h("div", {}, fig.node), refresh, draw,
    start() {
      c = chart(fig.body);
      for (const r of same) refresh(r.id);
    },
    dispose() { c?.dispose(); },
  };
}
