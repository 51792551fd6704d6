// Archives of quality diversity: the map of behaviours, a cell each; a click shows the cell's individuals, their
// front and a replay.
import { link, set as setAddress } from "../page/address.js";
import { get } from "../page/api.js";
import { announce, empty, trouble } from "../page/announce.js";
import { readArchive } from "../page/archives.js";
import { h, put, select } from "../page/dom.js";
import { count, num, percent, plural, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { objectivesOf } from "../page/frontload.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { table } from "../page/table.js";
import { CellMap } from "../canvas/cellmap.js";
import { replay } from "./replay.js";

const MAPS = { cells: "cells of behaviour", individuals: "every individual", learned: "the learned space" };

export async function show(root, params, ids) {
  const runs = await loadRuns(ids.slice(0, 1));
  if (!runs.length) {
    await noRuns(root, "Archives", "Choose a run of quality diversity, such as MAP-Elites.", (r) => !["cmorl", "ppo", "ppo-lattice", "pql", "pcn", "pgmorl", "mpmoq"].includes(r.algorithm));
    return {};
  }
  const run = runs[0];
  const head = runBar("Archives", runs, { single: true });
  const objectives = objectivesOf(run);
  let answer = null;
  try { answer = await get(`/runs/${run.id}/archive`); } catch (e) {
    if (e.status !== 404) { put(root, head, trouble(e)); return {}; }
  }
  const data = answer && readArchive(answer, objectives.map((o) => o.name));
  if (!data || !data.maps.cells.length) {
    put(root, head, empty(`${run.title} left no archive of behaviours. Algorithms of quality diversity leave one when they are done; they are listed by:`, "paretolab agents list"));
    return {};
  }
  let kind = data.maps[params.get("map")] ? params.get("map") : "cells";
  let colored = params.get("color") ?? "reward";
  let axes = [0, Math.min(1, data.dimensions - 1)];
  let map = null;
  let player = null;
  const cells = () => data.maps[kind];
  const value = (c) => (/^\d+$/.test(colored) ? c.value[+colored] : colored === "front" ? c.front.length : c[colored]);
  const options = [["reward", "best reward"], ...objectives.map((o, k) => [String(k), `return: ${words(o.name)}`]), ["visits", "visits"], ["front", "individuals kept"], ["novelty", "novelty"]];
  const names = () => (kind === "learned" ? cells()[0].behaviour.map((_, k) => `learned ${k + 1}`) : data.names.map(words));
  const say = (c) => `${names().map((n, k) => `${n} ${num(c.behaviour[k], 3)}`).join(", ")}; ${objectives.map((o, k) => `${words(o.name)} ${num(c.value[k])}`).join(", ")}`;
  const dimension = (label, n) => select(label, names().map((t, k) => [String(k), t]), String(axes[n]), (v) => { axes[n] = +v; build(); }, {}, "across");
  const fig = figure({
    title: "Map of behaviours", kind: "plot", tools: [
      select("Show", Object.keys(data.maps).map((k) => [k, MAPS[k]]), kind, (v) => { kind = v; axes = [0, 1]; setAddress({ map: v, cell: null }, { replace: true }); build(); pick(null); }, {}, "across"),
      select("Colour by", options, colored, (v) => { colored = v; setAddress({ color: v }, { replace: true }); draw(); }, {}, "across"),
      ...(data.dimensions > 2 ? [dimension("Right", 0), dimension("Up", 1)] : [])],
    data: () => ({ columns: [...names().map((n, k) => ({ name: n, number: true, value: (c) => c.behaviour[k] })), ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (c) => c.value[k] })), { name: "Best reward", number: true, value: (c) => c.reward }, { name: "Visits", number: true, value: (c) => c.visits }, { name: "Individuals", number: true, value: (c) => c.front.length }, { name: "Best", value: (c) => c.policy ?? "" }], rows: cells() }),
  });
  const side = h("section", { class: "sheet stack tight" });
  const keptBox = h("section", { class: "stack tight" });
  const replayBox = h("div");

  function build() {
    map?.dispose();
    put(fig.body);
    const two = axes.map((k) => k);
    const grid = kind === "cells" && data.dimensions <= 2;
    map = new CellMap(fig.body, { kind: grid ? "grid" : "points", shape: two.map((k) => data.shape[k]), low: kind === "learned" ? [] : two.map((k) => data.low[k]), high: kind === "learned" ? [] : two.map((k) => data.high[k]) },
      cells().map((c) => ({ ...c, behaviour: two.map((k) => c.behaviour[k]), index: c.index && two.map((k) => c.index[k]) })), two.map((k) => names()[k]), (c) => pick(c && cells()[c.i]));
    fig.body.view = map;
    draw();
  }

  function draw() {
    const finite = cells().map(value).filter(Number.isFinite);
    const [lo, hi] = [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)];
    const label = options.find(([v]) => v === colored)?.[1] ?? "";
    map?.color((c) => (hi > lo ? (value(c) - lo) / (hi - lo) : 0.5), num(lo), num(hi));
    const m = answer.measures ?? {};
    fig.say(`${count(data.maps.cells.length)} of ${count(data.total)} cells reached (${percent(m.coverage ?? data.maps.cells.length / data.total)}), ${plural(data.individuals, "individual")} kept${m.qd_score !== undefined && m.qd_score !== null ? `, QD score ${num(m.qd_score)}` : ""}${m.uniformity !== undefined && m.uniformity !== null ? `, uniformity ${num(m.uniformity, 3)}` : ""}. Colour: ${label}${finite.length ? ` from ${num(lo)} to ${num(hi)}` : ""}.${kind === "cells" && cells().some((c) => !c.policy) ? " Dots: somebody of the cell is kept." : ""}`);
  }

  function pick(c) {
    player?.dispose();
    player = null;
    put(keptBox);
    put(replayBox);
    setAddress({ cell: c ? c.i : null }, { replace: true });
    if (!c) { put(side, h("h2", {}, "No cell picked"), h("p", { class: "soft" }, "Click one, or walk with the arrow keys, to see its individuals act.")); return; }
    announce(say(c));
    const href = (policy) => link("policy", { runs: run.id, p: `${run.id}.${policy}` });
    put(side, h("h2", {}, kind === "cells" ? "Cell" : "Individual"),
      h("dl", {}, names().map((n, k) => [h("dt", {}, n), h("dd", { class: "n" }, num(c.behaviour[k]))]), [["best reward", c.reward], ["visits", c.visits]].map(([n, v]) => [h("dt", {}, n), h("dd", { class: "n" }, num(v))])),
      c.front.length ? null : h("p", { class: "soft" }, "The cell was reached, but nobody of it is kept."));
    if (c.front.length) {
      put(keptBox, h("h2", {}, c.front.length > 1 ? `${plural(c.front.length, "individual")} kept` : "Kept"), table({
        caption: "Individuals of the cell", rows: c.front, height: "low", columns: [{ name: "Policy", value: (f) => f.policy, cell: (f) => h("a", { href: href(f.policy) }, f.policy) },
          ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (f) => f.value[k] })), { name: "Novelty", number: true, value: (f) => f.novelty }, { name: "Origin", value: (f) => f.origin }],
      }).node, c.front.length > 1 ? h("p", {}, h("a", { href: link("policy", { runs: run.id, p: c.front.slice(0, 3).map((f) => `${run.id}.${f.policy}`).join(",") }) }, "Replay the first ones side by side")) : null);
    }
    if (!c.policy) return;
    player = replay([{ policy: c.policy, replayable: true, of: run }], objectives, new URLSearchParams());
    put(replayBox, player.node);
    player.start();
  }

  put(root, head, h("div", { class: "two" }, fig.node, side), keptBox, replayBox);
  return {
    shown() {
      build();
      const first = cells()[+(params.get("cell") ?? -1)];
      if (first) map.pick(first.i);
      else pick(null);
    },
    theme: () => draw(),
    dispose() { map?.dispose(); player?.dispose(); },
  };
}
