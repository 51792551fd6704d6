// Archives of quality diversity: the map of behaviours, a cell each; a click shows the behaviour, the cell's own
// front and a replay.
import { link, set as setAddress } from "../page/address.js";
import { get } from "../page/api.js";
import { announce, empty, trouble } from "../page/announce.js";
import { h, put, select } from "../page/dom.js";
import { count, num, percent, plural, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { number } from "../page/fronts.js";
import { objectivesOf } from "../page/frontload.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { table } from "../page/table.js";
import { CellMap } from "../canvas/cellmap.js";
import { replay } from "./replay.js";

export async function show(root, params, ids) {
  const runs = await loadRuns(ids.slice(0, 1));
  if (!runs.length) {
    await noRuns(root, "Archives", "Choose a run of quality diversity, such as MAP-Elites.", (r) => !["cmorl", "ppo", "ppo-lattice", "pql", "pcn", "pgmorl", "mpmoq"].includes(r.algorithm));
    return {};
  }
  const run = runs[0];
  const head = runBar("Archives", runs, { single: true });
  let data;
  try { data = await get(`/runs/${run.id}/archive`); } catch (e) {
    put(root, head, e.status === 404 ? empty(`${run.title} keeps no archive of behaviours. Train one with:`, "paretolab agents show map-elites") : trouble(e));
    return {};
  }
  const objectives = data.objectives?.map((o) => (typeof o === "string" ? { name: o, unit: "" } : o)) ?? objectivesOf(run);
  const cells = data.cells.map((c, i) => ({ ...c, i, value: (c.value ?? []).map(number), behaviour: (c.behaviour ?? c.centre).map(number) }));
  const names = data.names ?? ["behaviour 1", "behaviour 2"];
  if (!cells.length) { put(root, head, empty("The archive is empty so far.")); return {}; }
  let colored = params.get("color") ?? "0";
  let map = null;
  let player = null;
  const value = (c) => (colored === "front" ? c.front?.length ?? 1 : colored === "novelty" ? number(c.novelty) : c.value[+colored] ?? NaN);
  const options = [...objectives.map((o, k) => [String(k), words(o.name)]), ...(cells.some((c) => c.front?.length > 1) ? [["front", "policies in the cell"]] : []), ...(cells.some((c) => c.novelty !== undefined) ? [["novelty", "novelty"]] : [])];
  const fig = figure({
    title: "Map of behaviours", kind: "plot", tools: [select("Colour", options, colored, (v) => { colored = v; setAddress({ color: v }, { replace: true }); draw(); }, {}, "across")],
    data: () => ({ columns: [...names.map((n, k) => ({ name: words(n), number: true, value: (c) => c.behaviour[k] })), ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (c) => c.value[k] })), { name: "Policies", number: true, value: (c) => c.front?.length ?? 1 }, { name: "Policy", value: (c) => c.policy }], rows: cells }),
  });
  const side = h("section", { class: "sheet stack tight" });
  const replayBox = h("div");

  function draw() {
    const finite = cells.map(value).filter(Number.isFinite);
    const [lo, hi] = [Math.min(...finite), Math.max(...finite)];
    map?.color((c) => (hi > lo ? (value(c) - lo) / (hi - lo) : 0.5), options.find(([v]) => v === colored)?.[1] ?? "", num(lo), num(hi));
    const total = data.total ?? (data.shape ?? []).reduce((a, b) => a * b, 1);
    fig.say(`${count(data.filled ?? cells.length)}${total > 1 ? ` of ${count(total)} cells filled (${percent(data.coverage ?? cells.length / total)})` : " solutions kept"}${data.qd_score !== undefined && data.qd_score !== null ? `, QD score ${num(data.qd_score)}` : ""}. ${words(options.find(([v]) => v === colored)?.[1] ?? "")} from ${num(lo)} to ${num(hi)}.`);
  }

  async function pick(c) {
    player?.dispose();
    player = null;
    put(replayBox);
    setAddress({ cell: c ? c.i : null }, { replace: true });
    if (!c) { put(side, h("h2", {}, "No cell picked"), h("p", { class: "soft" }, "Click a cell, or walk with the arrow keys.")); return; }
    announce(`${names.map((n, k) => `${words(n)} ${num(c.behaviour[k], 3)}`).join(", ")}: ${objectives.map((o, k) => `${words(o.name)} ${num(c.value[k])}`).join(", ")}`);
    const front = (c.front ?? []).map((f) => ({ ...f, value: f.value.map(number) }));
    put(side, h("h2", {}, "Behaviour"), h("dl", {}, names.map((n, k) => [h("dt", {}, words(n)), h("dd", { class: "n" }, num(c.behaviour[k]))]), objectives.map((o, k) => [h("dt", {}, words(o.name)), h("dd", { class: "n" }, num(c.value[k]))])),
      front.length > 1 ? [h("h3", {}, `Local front of ${plural(front.length, "policy")}`), table({
        caption: "Local front", rows: front, height: "low", columns: [{ name: "Policy", value: (f) => f.policy, cell: (f) => (f.policy ? h("a", { href: link("policy", { runs: run.id, p: `${run.id}.${f.policy}` }) }, f.policy) : "–") },
          ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (f) => f.value[k] }))],
      }).node] : null,
      c.policy ? h("p", {}, h("a", { href: link("policy", { runs: run.id, p: `${run.id}.${c.policy}` }) }, "Open the policy")) : h("p", { class: "soft" }, "No file of this policy is kept, so it cannot be replayed."));
    if (!c.policy) return;
    try {
      const detail = await get(`/runs/${run.id}/policies/${encodeURIComponent(c.policy)}`);
      if (map.picked !== c.i) return;
      player = replay([{ ...detail, of: run }], objectives, new URLSearchParams());
      put(replayBox, player.node);
      player.start();
    } catch (e) { put(replayBox, trouble(e)); }
  }

  put(root, head, h("div", { class: "two" }, fig.node, side), replayBox);
  return {
    shown() {
      map = new CellMap(fig.body, data, cells, names, (c) => pick(c));
      draw();
      const first = cells[+(params.get("cell") ?? -1)];
      if (first) map.pick(first.i);
      else pick(null);
    },
    theme: () => draw(),
    dispose() { map?.dispose(); player?.dispose(); },
  };
}
