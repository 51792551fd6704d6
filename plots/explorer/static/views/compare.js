// Compare: fronts of several runs in one picture, who dominates whom, and the statistics over seeds.
import { set as setAddress } from "../page/address.js";
import { get, post } from "../page/api.js";
import { command, empty, trouble } from "../page/announce.js";
import { h, put, select } from "../page/dom.js";
import { duration, num, percent, plural, steps, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { grid } from "../page/table.js";
import { comparedFronts } from "./comparefronts.js";
import { curveChart, profileChart, scoreChart } from "./comparecharts.js";

const METRICS = ["hv_ratio", "hypervolume", "eum_norm", "eum", "eum_min", "mul", "igd_plus", "eps_add", "cardinality"];

export async function show(root, params, ids) {
  const runs = await loadRuns(ids);
  if (!runs.length) {
    await noRuns(root, "Compare", "Choose runs to compare: tick them on the Runs page, or begin with one of these.");
    return {};
  }
  let metric = params.get("metric") ?? (runs.every((r) => r.hv_ratio !== null) ? "hv_ratio" : "hypervolume");
  let by = params.get("by") ?? "label";
  let parts = [];
  let turn = 0;
  const body = h("div", { class: "stack" });
  const meta = await get("/meta").catch(() => ({}));
  const controls = h("div", { class: "row" }, select("Compare", (meta.metrics ?? METRICS).map((m) => [m, words(m)]), metric, (v) => { metric = v; setAddress({ metric: v }); load(); }, {}, "across"),
    select("Variants by", [["label", "label"], ["algorithm", "algorithm"], ["preset", "preset"]], by, (v) => { by = v; setAddress({ by: v }); load(); }, {}, "across"));

  async function load(force = false) {
    const mine = ++turn;
    put(body, h("p", { class: "skeleton", "aria-label": "Comparing" }));
    let answer;
    try {
      answer = await post("/compare", { runs: runs.map((r) => r.id), metric, by, resamples: 5000, include_incomplete: runs.some((r) => r.status !== "complete"), force });
    } catch (e) {
      if (mine === turn) put(body, trouble(e));
      return;
    }
    if (mine !== turn) return;
    for (const p of parts) p.dispose?.();
    parts = [];
    const c = answer.comparison;
    const sections = [];
    if (answer.refused) sections.push(h("div", { class: "error note" }, h("p", {}, answer.refused), h("button", { type: "button", on: { click: () => load(true) } }, "Compare nevertheless")));
    if (answer.few) sections.push(h("p", { class: "soft" }, answer.few));
    if (c?.notes?.length) sections.push(h("ul", { class: "soft" }, c.notes.map((note) => h("li", {}, note))));
    for (const f of answer.fronts) {
      const view = comparedFronts(f, runs.filter((r) => f.runs.includes(r.id)));
      parts.push(view);
      sections.push(view.node);
    }
    for (const e of c?.environments ?? []) sections.push(statistics(e, c, parts));
    if (c?.profiles?.length) { const p = profileChart(c); parts.push(p); sections.push(p.node); }
    if (c?.ranks) sections.push(ranks(c.ranks));
    if (c?.excluded?.length) sections.push(h("section", {}, h("h2", {}, "Left out"), h("ul", {}, c.excluded.map((x) => h("li", {}, `${x.dir}: ${x.reason}`)))));
    if (answer.command) sections.push(h("section", { class: "sheet" }, h("h2", {}, "The same on the command line"), command(answer.command)));
    put(body, sections.length ? sections : empty("There is nothing to compare yet."));
    for (const p of parts) p.start?.();
  }

  put(root, runBar("Compare", runs, { colors: true }), controls, body);
  return {
    shown: () => load(),
    theme: () => { for (const p of parts) p.theme?.(); },
    dispose: () => { turn++; for (const p of parts) p.dispose?.(); },
  };
}

const estimate = (e) => (e ? `${num(e.value)} (${num(e.low, 3)} to ${num(e.high, 3)})` : "–");

/** Scores and tests of an environment. */
function statistics(e, c, parts) {
  const scores = scoreChart(e, c);
  parts.push(scores);
  const curves = e.curves?.length ? curveChart(e, c) : null;
  if (curves) parts.push(curves);
  return h("section", { class: "stack" }, h("h2", { class: "title" }, `${words(c.metric)} on ${e.environment}`),
    h("p", { class: "soft" }, `${c.better === "larger" ? "Larger" : "Smaller"} is better.${e.against ? ` Measured against: ${e.against}.` : ""} Discount ${num(e.discount)}, reference point (${e.reference_point.map((v) => num(v)).join(", ")}), ${plural(e.episodes, "episode")} per policy.`),
    h("div", { class: "even" }, scores.node, curves?.node),
    grid(`Scores on ${e.environment}`, "Variant", ["runs", `mean of middle half (${percent(c.confidence)})`, "median", "mean", "hypervolume", "EUM", "policies", "steps", "time"],
      e.scores.map((s) => [s.variant, s.runs, estimate(s.iqm), estimate(s.median), estimate(s.mean), num(s.hypervolume), num(s.eum), num(s.cardinality), steps(s.steps_train), duration(s.seconds)])),
    e.pairs?.length ? grid(`Tests on ${e.environment}`, "Pair", ["probability that the first is better", "difference", "p", "p, corrected", "verdict"],
      e.pairs.map((p) => [`${p.a} against ${p.b}`, estimate(p.probability_of_improvement), estimate(p.iqm_difference), num(p.p, 2), num(p.p_holm, 2), p.verdict])) : null,
    e.fronts?.length ? grid(`Fronts of all runs together on ${e.environment}`, "Front", ["dominated", "covered", "ε to cover the other", "ε of the other"],
      e.fronts.map((f) => [`${f.a} by ${f.b}`, percent(f.dominated), percent(f.covered), num(number(f.eps_add_to_b), 3), num(number(f.eps_add_to_a), 3)])) : null);
}

function ranks(r) {
  return h("section", { class: "stack tight" }, h("h2", {}, `Mean ranks over ${plural(r.environments.length, "environment")}`), h("p", { class: "soft" }, `Friedman p ${num(r.p, 2)}; ranks that differ by less than ${num(r.critical_difference, 3)} are not told apart.`),
    grid("Mean ranks", "Variant", ["mean rank"], r.variants.map((v, k) => [v, num(r.mean_ranks[k], 3)])));
}
