// C-MORL: how a front came about. Stage 1 trains policies for a few weights; each round of stage 2 selects some
// and extends them in one objective, which arrows show.
import { link, set as setAddress } from "../page/address.js";
import { get } from "../page/api.js";
import { announce, empty, trouble } from "../page/announce.js";
import { button, check, h, put, select, slider } from "../page/dom.js";
import { count, num, objectiveLabel, percent, plural, steps, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { number } from "../page/fronts.js";
import { objectivesOf } from "../page/frontload.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { calm } from "../page/theme.js";
import { table } from "../page/table.js";
import { LineageMap } from "../canvas/lineagemap.js";

// What the algorithm tells of a round, in words.
const COLUMNS = { "cmorl.infeasible": ["infeasible updates", percent], "cmorl.violation": ["mean violation, in slacks", num], "cmorl.paths": ["paths so far", num], "cmorl.selected": ["policies selected so far", num], "cmorl.reselections": ["selections begun anew", num] };

export async function show(root, params, ids) {
  const runs = await loadRuns(ids.slice(0, 1));
  if (!runs.length) {
    await noRuns(root, "C-MORL", "Choose a run of C-MORL.", (r) => r.algorithm === "cmorl");
    return {};
  }
  const run = runs[0];
  const head = runBar("C-MORL", runs, { single: true });
  let data;
  try {
    data = await get(`/runs/${run.id}/lineage`);
  } catch (e) {
    put(root, head, e.status === 404 ? empty(`${run.title} has no lineage: policies of this algorithm do not descend from each other.`) : trouble(e));
    return {};
  }
  const objectives = objectivesOf(run);
  const policies = data.policies.map((p) => ({ ...p, value: p.value.map(number) }));
  if (!policies.length) { put(root, head, empty("No policy has been evaluated yet.")); return {}; }
  if (policies.every((p) => !p.parent)) {
    put(root, head, empty(`In ${run.title} no policy descends from another, so there is no lineage to show.`));
    return {};
  }
  const last = Math.max(0, data.rounds.length - 1);
  let round = params.has("round") ? Math.min(last, Math.max(0, +params.get("round") || 0)) : last;
  let onlyFinal = params.get("final") === "1";
  let timer = 0;
  const axes = [+(params.get("x") ?? 0) || 0, Math.min(objectives.length - 1, params.has("y") ? +params.get("y") || 0 : 1)];
  const fig = figure({
    title: "Lineage in objective space", kind: "plot", data: () => ({
      columns: [{ name: "Policy", value: (p) => p.policy }, { name: "Parent", value: (p) => p.parent || "" }, { name: "Origin", value: (p) => p.origin }, ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (p) => p.value[k] }))],
      rows: policies.filter((p) => p.round <= round),
    }),
    tools: objectives.length > 2 ? ["Right", "Up"].map((label, n) => select(label, objectives.map((o, k) => [String(k), words(o.name)]), String(axes[n]), (v) => { axes[n] = +v; setAddress({ ["xy"[n]]: v }, { replace: true }); draw(); }, {}, "across")) : [],
  });
  const story = h("section", { class: "sheet stack tight" });
  const rows = h("div", { class: "stack" });
  const name = (k) => `${words(String(data.rounds[k]?.phase ?? `round ${k}`).replace("/r", ", round "))}`.replace("stage1", "stage 1").replace("stage2", "stage 2");
  const step = slider("Round", { min: 0, max: last, step: 1, value: round, text: (v) => `${+v + 1} of ${last + 1}`, change: () => announce(fig.node.querySelector("p").textContent) }, (v) => { stop(); to(v); });
  const play = button("Play", () => {
    if (timer) { stop(); return; }
    if (round === last) to(0);
    play.textContent = "Pause";
    timer = setInterval(() => { if (round >= last) stop(); else to(round + 1); }, calm() ? 2500 : 1200);
  });
  const stop = () => { clearInterval(timer); timer = 0; play.textContent = "Play"; };
  let map = null;

  function to(v) {
    round = v;
    step.set(v);
    setAddress({ round: v === last ? null : v }, { replace: true });
    draw();
  }

  function draw() {
    const seen = policies.filter((p) => p.round <= round && (!onlyFinal || p.final || policies.some((q) => q.final && q.parent === p.policy)));
    map?.show(seen, round, axes, new Set(data.rounds[round]?.front ?? []), data.rounds[round]?.paths ?? []);
    const now = policies.filter((p) => p.round === round);
    const kept = now.filter((p) => p.final).length;
    const front = data.rounds[round]?.front?.length;
    fig.say(`${name(round)}: ${plural(now.length, "policy")} measured, ${count(kept)} of them on the final front${front !== undefined ? `; the front has ${plural(front, "policy")} then` : ""}. Arrows lead from parent to child${data.rounds[round]?.paths?.length ? "; broken lines are thresholds" : ""}.`);
    drawStory(now);
  }

  function drawStory(now) {
    const r = data.rounds[round] ?? {};
    const parents = [...new Set(now.map((p) => p.parent).filter(Boolean))];
    const item = (label, value) => [h("dt", {}, label), h("dd", { class: "n" }, value)];
    const columns = Object.entries(r.columns ?? {}).filter(([, v]) => v !== null);
    put(story, h("h2", {}, name(round)), h("dl", {}, r.steps_train !== undefined ? item("training steps", steps(r.steps_train)) : null, r.from_eval !== undefined ? item("evaluations", `${r.from_eval} to ${r.to_eval}`) : null,
      columns.map(([k, v]) => item(COLUMNS[k]?.[0] ?? words(k.replace(/^cmorl\./, "")), (COLUMNS[k]?.[1] ?? num)(v)))),
      parents.length ? [h("h3", {}, "Selected and extended"), h("ul", {}, parents.map((p) => h("li", {}, p, h("span", { class: "soft" }, extended(now, p)))))] : h("p", { class: "soft" }, round === 0 ? "Policies trained for weights, each on its own." : "No policy was extended."));
    put(rows, r.paths?.length ? constraints(r.paths) : null, table({
      caption: `Policies of ${name(round)}`, height: "low", rows: now, faded: (p) => !p.final, columns: [
        { name: "Policy", value: (p) => p.policy, cell: (p) => (p.final ? h("a", { href: link("policy", { runs: run.id, p: `${run.id}.${p.policy}` }) }, p.policy) : p.policy) },
        { name: "Parent", value: (p) => p.parent || "" }, { name: "Origin", value: (p) => p.origin }, ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (p) => p.value[k] })), { name: "On the final front", value: (p) => (p.final ? "yes" : "no") }],
    }).node);
  }

  function extended(now, parent) {
    const along = [...new Set(now.filter((p) => p.parent === parent && p.objective !== null && p.objective !== undefined).map((p) => words(objectives[p.objective]?.name ?? "")))];
    return along.length ? ` towards more ${along.join(", ")}` : "";
  }

  function constraints(paths) {
    return table({
      caption: `Thresholds of ${name(round)}`, height: "low", rows: paths, columns: [
        { name: "Path", value: (p) => p.path }, { name: "From", value: (p) => p.parent }, { name: "Extends", value: (p) => (p.objective === null ? "a preference" : words(objectives[p.objective]?.name ?? "")) },
        ...objectives.map((o, k) => ({ name: `${words(o.name)} at least`, number: true, value: (p) => (p.thresholds[k] === null ? NaN : number(p.thresholds[k])), cell: (p) => (p.thresholds[k] === null ? "free" : num(number(p.thresholds[k]))) })),
        { name: "Updates", number: true, value: (p) => p.updates }, { name: "of them infeasible", number: true, value: (p) => p.infeasible }],
    }).node;
  }

  put(root, head, h("div", { class: "row" }, play, h("div", { class: "grow" }, step), check("Only what leads to the final front", onlyFinal, (on) => { onlyFinal = on; setAddress({ final: on ? 1 : null }, { replace: true }); draw(); })),
    h("div", { class: "two" }, h("div", { class: "stack" }, fig.node, rows), story));
  return {
    shown() {
      map = new LineageMap(fig.body, policies, objectives.map(objectiveLabel));
      fig.body.view = map;
      draw();
    },
    theme: () => draw(),
    dispose() { stop(); map?.dispose(); },
  };
}
