// Live: curves and fronts of runs while they train, from the server's stream, or by asking when it breaks.
import { link, set as setAddress } from "../page/address.js";
import { get } from "../page/api.js";
import { announce } from "../page/announce.js";
import { axis, chart, GRID, lineOf, tip } from "../page/charts.js";
import { button, check, h, put, select } from "../page/dom.js";
import { count, duration, num, percent, steps, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { places, runName } from "../page/frontset.js";
import { look } from "../page/palette.js";
import { loadRuns, noRuns, runBar, swatch } from "../page/runbar.js";
import { bandSeries, groupsOf } from "./liveband.js";
import { growingFront } from "./livefront.js";
import { status } from "./runs.js";
import { follow } from "./livestream.js";

const STANDARD = [["hypervolume", "Hypervolume"], ["eum", "Expected utility"], ["cardinality", "Policies on the front"]];

export async function show(root, params, ids) {
  const runs = await loadRuns(ids);
  if (!runs.length) {
    await noRuns(root, "Live", "Choose the runs that you want to watch.");
    return {};
  }
  const names = runs.map((r) => runName(r, runs));
  const place = places(names);
  const data = new Map();
  let rows = new Map(runs.map((r) => [r.id, r]));
  let paused = false;
  let standing = false; // whether the page is shown, so that charts have a size
  let log = params.get("log") === "1";
  let against = params.get("against") ?? "steps_train";
  const columns = new Set();

  const cards = h("div", { class: "cards" });
  const state = h("span", { class: "soft", role: "status" });
  const figures = h("div", { class: "even" });
  const charts = new Map();
  const front = growingFront(runs, names, place);

  const pause = button("Pause", () => {
    paused = !paused;
    pause.textContent = paused ? "Go on" : "Pause";
    pause.setAttribute("aria-pressed", String(paused));
    if (!paused) drawAll();
  }, { "aria-pressed": "false" });
  const more = h("span");
  const controls = h("div", { class: "row" }, pause,
    select("Over", [["steps_train", "training steps"], ["seconds_total", "seconds"], ["eval", "evaluations"]], against, (v) => { against = v; setAddress({ against: v }, { replace: true }); drawAll(); }, {}, "across"),
    check("Logarithmic", log, (on) => { log = on; setAddress({ log: on ? 1 : null }, { replace: true }); drawAll(); }), more, state);

  function addChart(name, title) {
    if (charts.has(name)) return;
    const fig = figure({ title, kind: "chart", data: () => table(name) });
    const c = chart(fig.body);
    charts.set(name, { fig, c, title });
    figures.append(fig.node);
    draw(name);
  }

  /** The charts of the standard columns, each once it has values. */
  function addStandard() {
    if (!standing) return;
    for (const [name, title] of STANDARD) if (runs.some((r) => data.get(r.id)?.[name]?.some((v) => v !== null))) addChart(name, title);
  }

  function table(name) {
    const all = runs.flatMap((r, k) => (data.get(r.id)?.eval ?? []).map((e, i) => ({ run: names[k], e, steps: data.get(r.id).steps_train[i], v: data.get(r.id)[name]?.[i] })));
    return { columns: [{ name: "Run", value: (x) => x.run }, { name: "Evaluation", number: true, value: (x) => x.e }, { name: "Steps", number: true, value: (x) => x.steps, cell: (x) => steps(x.steps) }, { name: charts.get(name).title, number: true, value: (x) => x.v }], rows: all };
  }

  function points(id, name) {
    const d = data.get(id);
    if (!d?.[name]) return [];
    return d[name].map((v, i) => [d[against]?.[i] ?? d.steps_train[i], v]).filter(([x, v]) => x !== null && v !== null && Number.isFinite(+v) && (!log || +v > 0)).map(([x, v]) => [x, +v]);
  }

  function draw(name) {
    const entry = charts.get(name);
    if (!entry || paused) return;
    const groups = groupsOf(runs, names);
    const series = runs.map((r, k) => ({
      name: names[k], type: "line", showSymbol: points(r.id, name).length < 3, symbolSize: 6, sampling: "lttb", data: points(r.id, name),
      lineStyle: groups.banded ? { ...lineOf(groups.index[k]), width: 1, opacity: 0.45 } : lineOf(place[k]), itemStyle: { color: look(groups.banded ? groups.index[k] : place[k]).color },
      ...(k === 0 ? { markLine: phaseMarks(r) } : {}),
    }));
    if (groups.banded) series.push(...bandSeries(groups, runs, (id) => points(id, name)));
    const x = against === "seconds_total" ? { name: "s" } : { name: words(against === "eval" ? "evaluation" : "steps") };
    entry.c.set({
      grid: GRID, tooltip: tip({ axisPointer: { type: "line" } }), xAxis: { ...axis(x.name), nameLocation: "middle", nameGap: 28, scale: true, min: 0, axisLabel: { color: axis("").axisLabel.color, fontSize: 14, hideOverlap: true, formatter: (v) => (against === "steps_train" ? steps(v) : num(v, 3)) } },
      yAxis: axis("", { type: log ? "log" : "value", scale: true }), series,
    });
    const last = runs.map((r, k) => [names[k], points(r.id, name).at(-1)]).filter(([, p]) => p);
    entry.fig.say(last.length ? `Last: ${last.slice(0, 6).map(([n, p]) => `${last.length > 1 ? `${n} ` : ""}${num(p[1])}`).join(", ")}${last.length > 6 ? " …" : ""}` : "No value yet.");
  }

  /** Vertical lines where a phase begins. */
  function phaseMarks(run) {
    const d = data.get(run.id);
    if (!d?.phase) return undefined;
    const starts = d.phase.map((p, i) => [p, i]).filter(([p, i]) => i > 0 && stage(p) !== stage(d.phase[i - 1]));
    return { silent: true, symbol: "none", label: { formatter: (m) => m.name, fontSize: 14, color: axis("").axisLabel.color, position: "end", distance: 3 }, lineStyle: { color: axis("").axisLine.lineStyle.color, type: "dashed" }, data: starts.slice(0, 12).map(([p, i]) => ({ xAxis: d[against]?.[i] ?? d.steps_train[i], name: stage(p) })) };
  }

  const stage = (p) => String(p ?? "").split("/")[0].replace(/^stage(\d)$/, "stage $1");

  function drawCards() {
    put(cards, runs.map((r, k) => {
      const row = rows.get(r.id) ?? r;
      const d = data.get(r.id) ?? {};
      const speed = (d.steps_per_s ?? []).filter((v) => v !== null).at(-1);
      const done = Math.max(row.steps, d.steps_train?.at(-1) ?? 0);
      const left = row.budget - done;
      const item = (name, value) => [h("dt", {}, name), h("dd", { class: "n" }, value)];
      return h("section", { class: "sheet stack tight" }, h("div", { class: "row spread" }, h("h2", {}, runs.length > 1 ? [swatch(look(place[k])), " "] : null, names[k]), status(row.status)),
        h("progress", { max: row.budget || 1, value: done, "aria-label": `Progress of ${names[k]}` }),
        h("dl", {}, item("steps", `${steps(done)} of ${steps(row.budget)}`), d.phase?.length ? item("phase", d.phase.at(-1)) : null, item("speed", speed ? `${steps(speed)} steps/s` : "–"),
          row.status === "running" ? item("left", speed && left > 0 ? duration(left / speed) : "–") : item("time", duration(row.seconds)),
          item("policies", count(row.front_size ?? d.cardinality?.at(-1))), row.hv_ratio ? item("of known", percent(row.hv_ratio, 1)) : null),
        row.error ? h("p", { class: "bad" }, row.error) : null, h("a", { href: link("front", { runs: r.id }) }, "Front"));
    }));
  }

  function drawAll() {
    if (paused) return;
    drawCards();
    for (const name of charts.keys()) draw(name);
  }

  /** Takes new rows of a run. */
  function take(id, fresh) {
    const d = data.get(id) ?? {};
    const seen = d.eval?.at(-1) ?? -1;
    const from = (fresh.eval ?? []).findIndex((e) => e > seen);
    if (from < 0) return false;
    const before = d.eval?.length ?? 0;
    const added = fresh.eval.length - from;
    for (const name of new Set([...Object.keys(d), ...Object.keys(fresh)])) {
      d[name] = [...(d[name] ?? new Array(before).fill(null)), ...(fresh[name]?.slice(from) ?? new Array(added).fill(null))];
      if (!STANDARD.some(([s]) => s === name) && name.includes(".")) columns.add(name);
    }
    data.set(id, d);
    return true;
  }

  function offerColumns() {
    put(more, columns.size ? select("Show also", [["", "a column …"], ...[...columns].sort().map((c) => [c, words(c)])], "", (v) => {
      if (v) { addChart(v, words(v)); setAddress({ cols: [...charts.keys()].filter((c) => c.includes(".")).join(",") }, { replace: true }); }
    }, {}, "across") : null);
  }

  put(root, runBar("Live", runs, { colors: true }), controls, cards, figures, front.node);
  await Promise.all(runs.map(async (r) => take(r.id, (await get(`/runs/${r.id}/metrics`)).columns)));
  offerColumns();
  const stream = follow(runs.map((r) => r.id), {
    metrics(id, fresh) { if (take(id, fresh)) { offerColumns(); addStandard(); drawAll(); } },
    run(row) {
      const before = rows.get(row.id)?.status;
      rows.set(row.id, { ...rows.get(row.id), ...row });
      if (before !== row.status) announce(`${names[runs.findIndex((r) => r.id === row.id)] ?? row.label} is ${row.status}`);
      if (!paused) drawCards();
      if ([...rows.values()].every((r) => r.status !== "running")) state.textContent = "";
    },
    front(id) { if (!paused) front.refresh(id); },
    state(text) { state.textContent = text; },
    last: (id) => data.get(id)?.eval?.at(-1) ?? -1,
  }, runs.some((r) => r.status === "running"));
  return {
    shown() {
      standing = true;
      addStandard();
      for (const name of (params.get("cols") ?? "").split(",")) if (columns.has(name)) addChart(name, words(name));
      drawAll();
      front.start();
    },
    theme: () => { drawAll(); front.draw(); },
    dispose() {
      stream.close();
      front.dispose();
      for (const { c } of charts.values()) c.dispose();
    },
  };
}
