// Front: the points of one or several runs in several views, which share one selection.
import { set as setAddress, go, link, list } from "../page/address.js";
import { post } from "../page/api.js";
import { empty, trouble } from "../page/announce.js";
import { button, h, put, select } from "../page/dom.js";
import { count, plural, words } from "../page/format.js";
import { indexOf, loadSet, selectionOf } from "../page/frontload.js";
import { runName } from "../page/frontset.js";
import { loadRuns, noRuns, runBar } from "../page/runbar.js";
import { readState, writeConditions } from "./frontstate.js";
import { sidePanel } from "./frontpanel.js";
import { VIEWS, makeView } from "./frontviews.js";

/** What the parts of the page share. */
class FrontPage {
  constructor(runs, set, params) {
    Object.assign(this, { runs, set, knees: null, views: [], closed: false });
    readState(this, params);
  }

  /** Opens the page of a policy. */
  open(i) {
    go("policy", { runs: this.runs.map((r) => r.id), p: this.key(i) });
  }

  /** A point in the address: run.policy. */
  key(i) {
    return `${this.set.runOf(i).id}.${this.set.policies[i]}`;
  }

  /** Puts a point among those to compare, or takes it out. */
  compare(i) {
    const { set } = this;
    const at = set.compared.indexOf(i);
    if (at >= 0) set.compared.splice(at, 1);
    else if (set.compared.length < 6) set.compared.push(i);
    setAddress({ cmp: set.compared.map((k) => this.key(k)).join(",") }, { replace: true });
    set.dispatchEvent(new Event("pick"));
    set.dispatchEvent(new Event("compared"));
  }

  /** Tells the views that marks around the points have changed. */
  marked() {
    const { set, shows, runs } = this;
    set.extras = {
      ...set.extras, errors: shows.has("errors"), optimism: shows.has("optimism"), band: shows.has("band"),
      known: shows.has("known") ? runs[0].known_front?.points : null, references: this.references,
      correlation: this.knees?.correlation, labels: this.kneeLabels(),
      representatives: this.representatives ? this.knees?.representatives.policies.map((r) => indexOf(set, r)) ?? [] : [],
    };
    set.dispatchEvent(new Event("extras"));
  }

  /** Names of knees, extremes and the point nearest to the ideal. */
  kneeLabels() {
    if (!this.knees) return [];
    const out = new Map();
    const add = (ref, text) => {
      const i = indexOf(this.set, ref);
      if (i >= 0) out.set(i, [...(out.get(i) ?? []), text]);
    };
    if (this.knee !== "none") (this.knees.methods.find((m) => m.name === this.knee)?.top ?? []).forEach((t, k) => add(t, k ? `knee ${k + 1}` : "knee"));
    if (this.shows.has("extremes")) this.knees.extremes.forEach((r, k) => add(r, `best ${words(this.set.objectives[k].name)}`));
    if (this.shows.has("nearest")) add(this.knees.nearest.l2, "nearest to ideal");
    return [...out].map(([i, texts]) => ({ i, text: texts.slice(0, 2).join(", ") + (texts.length > 2 ? `, +${texts.length - 2}` : "") }));
  }

  async loadKnees() {
    try {
      this.knees = await post("/knees", { ...selectionOf(this.set, this.at), count: 3, representatives: Math.max(2, this.representatives || 5) });
    } catch (e) {
      this.kneesError = e;
    }
    if (this.closed) return;
    this.clusters();
    this.marked();
    this.set.dispatchEvent(new Event("knees"));
  }

  /** Takes over which point belongs to which representative. */
  clusters() {
    const { set } = this;
    set.clusters = new Uint16Array(set.n);
    for (const c of this.knees?.representatives.cluster ?? []) {
      const i = set.at(c.run, c.row);
      if (i >= 0) set.clusters[i] = c.cluster;
    }
    if (set.colored === "cluster") set.colorBy("cluster");
  }

  /** Content of the tip of a point. */
  describe = (i) => {
    const { set } = this;
    const v = set.point(i);
    return h("div", {}, h("strong", {}, set.policies[i]), this.runs.length > 1 ? h("div", {}, runName(set.runOf(i), this.runs)) : null,
      set.origin[i] ? h("div", { class: "soft" }, set.origin[i]) : null,
      h("table", {}, h("tbody", {}, set.objectives.map((o, k) => h("tr", {}, h("th", { scope: "row" }, words(o.name)), h("td", { class: "n" }, set.show(k, v[k])),
        set.stderr ? h("td", { class: "soft n" }, `± ${set.show(k, set.isCost(k) ? -set.stderr[i * set.m + k] : set.stderr[i * set.m + k], 2)}`) : null)))),
      set.nondominated[i] ? null : h("div", { class: "soft" }, "dominated"));
  };
}

export async function show(root, params, ids) {
  const runs = await loadRuns(ids);
  if (!runs.length) {
    await noRuns(root, "Front", "Choose the run whose front you want to see.");
    return {};
  }
  let set;
  try {
    set = await loadSet(runs, params.get("at") ?? "");
  } catch (e) {
    put(root, runBar("Front", runs), trouble(e));
    return {};
  }
  if (!set.n) {
    put(root, runBar("Front", runs), empty("This run has no front yet: its first evaluation is still to come.", h("a", { href: link("live", { runs: ids }) }, "Watch it live")));
    return {};
  }
  const page = new FrontPage(runs, set, params);
  const summary = h("strong", { role: "status" });
  const chips = h("ul", { class: "chips", "aria-label": "Conditions" });
  const figures = h("div", { class: page.kinds.length > 1 ? "even" : "stack" });
  const side = sidePanel(page);

  const switches = h("div", { class: "row", role: "group", "aria-label": "Views" }, VIEWS.filter(([kind]) => page.possible(kind)).map(([kind, label]) => {
    const b = button(label, () => {
      const on = page.kinds.includes(kind);
      if (on && page.kinds.length === 1) return;
      page.kinds = on ? page.kinds.filter((k) => k !== kind) : VIEWS.map(([k]) => k).filter((k) => k === kind || page.kinds.includes(k));
      b.setAttribute("aria-pressed", String(!on));
      setAddress({ views: page.kinds.join(",") });
      drawFigures();
    }, { "aria-pressed": String(page.kinds.includes(kind)) });
    return b;
  }));

  const when = runs.some((r) => r.evals_with_front?.length) ? select("Values", [["", runs[0].status === "complete" ? "re-evaluated at the end" : "last evaluation"], ...(runs[0].status === "complete" ? [["last", "last of training"]] : []),
    ...sampled(runs[0].evals_with_front ?? []).map((e) => [String(e), `evaluation ${e}`])], page.at, (v) => { setAddress({ at: v }); window.dispatchEvent(new HashChangeEvent("hashchange")); }, {}, "across") : null;

  function drawFigures() {
    for (const v of page.views) v.dispose();
    figures.className = page.kinds.length > 1 ? "even" : "stack";
    put(figures);
    page.views = page.kinds.map((kind) => {
      const view = makeView(kind, page);
      figures.append(view.node);
      view.start();
      return view;
    });
  }

  function drawSelection() {
    summary.textContent = set.filtered ? `${count(set.count)} of ${plural(set.n, "policy")} selected` : plural(set.n, "policy");
    const found = set.words();
    put(chips, h("li", {}, summary), found.map((c) => h("li", { class: "chip" }, c.text, button("×", c.remove, { "aria-label": `Remove: ${c.text}` }))),
      found.length > 1 ? h("li", {}, button("Clear all", () => set.clear(), { class: "quiet" })) : null,
      found.length ? null : h("li", { class: "soft" }, "Drag over points or along an axis to select; ", h("kbd", {}, "B"), " does it by keys."));
    writeConditions(page);
  }

  put(root, runBar("Front", runs, { colors: true }),
    h("div", { class: "row end" }, switches, when), chips, h("div", { class: "two" }, figures, side.node));
  set.addEventListener("selection", drawSelection);
  set.addEventListener("pick", () => setAddress({ pick: set.picked >= 0 ? page.key(set.picked) : null }, { replace: true }));
  drawSelection();
  return {
    page,
    shown() {
      drawFigures();
      page.marked();
      page.loadKnees();
    },
    theme() {
      set.colorBy(set.colored);
      side.draw();
    },
    dispose() {
      page.closed = true;
      for (const v of page.views) v.dispose();
    },
  };
}

/** At most twenty of the evaluations, evenly. */
function sampled(evals) {
  const n = Math.min(20, evals.length);
  return Array.from({ length: n }, (_, k) => evals[Math.round((k * (evals.length - 1)) / Math.max(1, n - 1))]);
}
