// Policy: what a policy is worth, where it comes from, and how it behaves; several side by side.
import { set as setAddress, link, list } from "../page/address.js";
import { get } from "../page/api.js";
import { command, trouble } from "../page/announce.js";
import { button, h, put } from "../page/dom.js";
import { count, num, plural, words } from "../page/format.js";
import { number } from "../page/fronts.js";
import { objectivesOf } from "../page/frontload.js";
import { runName } from "../page/frontset.js";
import { look } from "../page/palette.js";
import { loadRuns, noRuns, runBar, swatch } from "../page/runbar.js";
import { table } from "../page/table.js";
import { replay } from "./replay.js";

/** Splits run.policy. */
function split(key) {
  const at = key.indexOf(".");
  return at < 0 ? ["", key] : [key.slice(0, at), key.slice(at + 1)];
}

export async function show(root, params, ids) {
  const keys = list(params, "p");
  const runs = await loadRuns([...new Set([...ids, ...keys.map((k) => split(k)[0]).filter(Boolean)])]);
  if (!runs.length) {
    await noRuns(root, "Policy", "Choose the run whose policies you want to see.");
    return {};
  }
  if (!keys.length) {
    await choose(root, runs);
    return {};
  }
  const policies = await Promise.all(keys.map(async (key) => {
    const [run, policy] = split(key);
    const of = runs.find((r) => r.id === (run || runs[0].id));
    const detail = await get(`/runs/${of.id}/policies/${encodeURIComponent(policy)}`);
    return { ...detail, key, of };
  }));
  const remove = (key) => {
    setAddress({ p: keys.filter((k) => k !== key).join(",") });
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  };
  const objectives = objectivesOf(policies[0].of);
  const same = policies.every((p) => p.of.environment === policies[0].of.environment);
  const chips = h("ul", { class: "chips", "aria-label": "Policies" }, policies.map((p, i) => h("li", { class: "chip" }, policies.length > 1 ? swatch(look(i)) : null, p.policy,
    policies.length > 1 ? button("×", () => remove(p.key), { "aria-label": `Remove ${p.policy}` }) : null)),
    h("li", {}, h("a", { href: link("policy", { runs: runs.map((r) => r.id) }) }, "Choose another")),
    policies.length < 4 ? h("li", {}, button("Add a policy", () => addPolicy(runs, keys), { class: "quiet" })) : null);
  const player = same ? replay(policies, objectives, params) : null;
  put(root, runBar(policies.length > 1 ? "Policies" : "Policy", runs), chips,
    values(policies, objectives), player ? player.node : h("p", {}, "These policies act in different environments, so they are not replayed side by side."),
    h("div", { class: "even" }, policies.map((p) => about(p, objectives))));
  return { dispose: () => player?.dispose(), theme: () => player?.draw(), shown: () => player?.start() };
}

/** The policies of the runs as a table to choose from. */
async function choose(root, runs) {
  const fronts = await Promise.all(runs.map((r) => get(`/runs/${r.id}/front`).catch(() => null)));
  const rows = runs.flatMap((run, k) => (fronts[k]?.policies ?? []).map((policy, i) => ({ run, policy, value: fronts[k].points[i], origin: fronts[k].origin?.[i] ?? "", best: fronts[k].nondominated[i] })));
  const objectives = objectivesOf(runs[0]);
  const href = (r) => link("policy", { runs: runs.map((x) => x.id), p: `${r.run.id}.${r.policy}` });
  put(root, runBar("Policy", runs), h("p", { class: "soft" }, "Choose one of them, or pick points on the Front page to see several side by side."),
    table({
      caption: "Policies", rows, height: "tall", faded: (r) => !r.best, columns: [
        { name: "Policy", value: (r) => r.policy, cell: (r) => h("a", { href: href(r) }, r.policy) },
        ...(runs.length > 1 ? [{ name: "Run", value: (r) => runName(r.run, runs) }] : []),
        ...objectives.map((o, k) => ({ name: words(o.name), number: true, value: (r) => number(r.value[k]) })),
        { name: "Origin", value: (r) => r.origin },
      ],
    }).node);
}

async function addPolicy(runs, keys) {
  const { dialogue } = await import("../page/announce.js");
  const fronts = await Promise.all(runs.map((r) => get(`/runs/${r.id}/front`).catch(() => null)));
  const found = runs.flatMap((run, k) => (fronts[k]?.policies ?? []).map((policy, i) => ({ key: `${run.id}.${policy}`, text: `${runs.length > 1 ? `${runName(run, runs)}: ` : ""}${policy} (${fronts[k].points[i].map((v) => num(v, 3)).join(", ")})` }))).filter((p) => !keys.includes(p.key));
  const close = dialogue("Add a policy", h("ul", {}, found.slice(0, 300).map((p) => h("li", {}, button(p.text, () => {
    close();
    setAddress({ p: [...keys, p.key].join(",") });
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, { class: "quiet" })))));
}

/** Values with errors of all policies, an objective a row. */
function values(policies, objectives) {
  const extra = policies.some((p) => p.undiscounted) ? ["undiscounted"] : [];
  return h("div", { class: "scroll" }, h("table", {}, h("caption", { class: "hidden" }, "Values"),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Expected return"), policies.map((p, i) => [h("th", { scope: "col", class: "n" }, policies.length > 1 ? [swatch(look(i)), " "] : null, p.policy),
      h("th", { scope: "col", class: "n" }, "± error"), extra.map((e) => h("th", { scope: "col", class: "n" }, e))]))),
    h("tbody", {}, objectives.map((o, k) => {
      const best = Math.max(...policies.map((p) => number(p.value[k])));
      return h("tr", {}, h("th", { scope: "row" }, words(o.name), o.unit ? h("span", { class: "soft" }, ` (${o.unit})`) : null), policies.map((p) => [
        h("td", { class: "n" }, policies.length > 1 && number(p.value[k]) === best ? h("strong", {}, num(p.value[k])) : num(p.value[k])), h("td", { class: "n soft" }, p.stderr ? num(p.stderr[k], 2) : "–"),
        extra.map(() => h("td", { class: "n" }, p.undiscounted ? num(p.undiscounted[k]) : "–"))]));
    }))));
}

/** Origin, support, neighbours, file. */
function about(p, objectives) {
  const item = (name, ...what) => [h("dt", {}, name), h("dd", {}, what)];
  const weights = (w) => w.map((v, k) => `${words(objectives[k].name)} ${num(v, 3)}`).join(", ");
  const other = (policy) => h("a", { href: link("policy", { runs: p.of.id, p: `${p.of.id}.${policy}` }) }, policy);
  return h("section", { class: "sheet stack" }, h("h2", {}, `About ${p.policy}`), h("dl", {},
    item("run", p.of.title), item("origin", p.origin || "–"), p.steps === null || p.steps === undefined ? null : item("after", `${count(p.steps)} training steps`),
    p.parent ? item("parent", other(p.parent)) : null,
    p.children?.length ? item("children", p.children.slice(0, 8).map((c, i) => [i ? ", " : "", other(c)]), p.children.length > 8 ? ` and ${p.children.length - 8} more` : "") : null,
    p.weight ? item("trained for", weights(p.weight)) : null,
    item("front", p.nondominated ? "non-dominated" : "dominated by another policy of the run"),
    item("weights", p.supported ? ["the best for some weights", p.support_weight ? `, such as ${weights(p.support_weight)}` : ""] : "the best for no weights: its point lies in a hollow of the front"),
    p.selected ? item("chosen by", `${p.selected.map((v) => num(v)).join(", ")} in training`) : null,
    p.episodes ? item("measured", `${plural(p.episodes, "episode")}${p.length ? ` of ${num(p.length, 3)} steps on average` : ""}`) : null,
    p.file ? item("file", `${p.file.name}, ${p.file.kind}, ${count(p.file.bytes)} bytes${p.file.parameters ? `, ${plural(p.file.parameters, "parameter")}` : ""}`) : item("file", "none is kept"),
    p.file ? item("SHA-256", h("span", { class: "mono" }, p.file.sha256)) : null),
    p.neighbours?.length ? h("div", {}, h("h3", {}, "Neighbours"), h("ul", {}, p.neighbours.map((n) => h("li", {}, other(n.policy), ": ",
      objectives.map((o, k) => { const d = number(n.delta[k]); return h("span", { class: `n ${d > 0 ? "good" : d < 0 ? "bad" : ""}` }, `${k ? ", " : ""}${words(o.name)} ${d > 0 ? "+" : ""}${num(d, 3)}`); }))))) : null,
    h("h3", {}, "Evaluate it again"), command(p.command));
}
