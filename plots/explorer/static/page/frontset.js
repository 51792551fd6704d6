// The fronts of one or several runs as one set of points: what is shown, what is selected and by which
// conditions, what is picked, how each point looks. All views of the Front page share it.
import { num, objectiveLabel, words } from "./format.js";
import { look, mix, property, sequential } from "./palette.js";
import { padded } from "../canvas/ticks.js";

const LEVELS = 24; // colours of a scale

export class FrontSet extends EventTarget {
  /**
   * @param {Array<{run: object, front: import("./fronts.js").Front}>} parts
   * @param {Array<{name: string, unit: string}>} objectives
   */
  constructor(parts, objectives) {
    super();
    const n = parts.reduce((sum, p) => sum + p.front.count, 0);
    const m = objectives.length;
    Object.assign(this, { parts, objectives, n, m, conditions: new Map(), chosen: null, picked: -1, compared: [], costs: false, hideDominated: false });
    this.values = new Float64Array(n * m);
    this.stderr = parts.every((p) => p.front.stderr) ? new Float64Array(n * m) : null;
    this.trained = parts.every((p) => p.front.selected) ? new Float64Array(n * m) : null;
    this.part = new Uint16Array(n);
    this.row = new Uint32Array(n);
    this.policies = [];
    this.origin = [];
    this.nondominated = new Uint8Array(n);
    this.measures = {};
    let at = 0;
    parts.forEach(({ front }, k) => {
      this.values.set(front.points, at * m);
      this.stderr?.set(front.stderr, at * m);
      this.trained?.set(front.selected, at * m);
      this.nondominated.set(front.nondominated, at);
      for (let i = 0; i < front.count; i++) {
        this.part[at + i] = k;
        this.row[at + i] = i;
        this.policies.push(front.policies[i]);
        this.origin.push(front.origin[i] ?? "");
      }
      for (const [name, v] of Object.entries(front.measures)) {
        this.measures[name] ??= new Float64Array(n).fill(NaN);
        this.measures[name].set(v, at);
      }
      at += front.count;
    });
    this.mask = new Uint8Array(n).fill(1);
    this.shown = new Uint8Array(n).fill(1);
    this.ranges = Array.from({ length: m }, (_, k) => this.range(k));
    this.peak = Array.from({ length: m }, (_, k) => this.column(k).reduce((a, b) => Math.max(a, b), -Infinity));
    this.colorBy("run");
    this.update();
  }

  /** Smallest and largest value of an objective, with a margin. @returns {[number, number]} */
  range(k) {
    let [lo, hi] = [Infinity, -Infinity];
    for (let i = k; i < this.values.length; i += this.m) {
      const v = this.values[i];
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
    return this.n ? padded(lo, hi) : [0, 1];
  }

  /** The values of point i. */
  point(i) {
    return this.values.subarray(i * this.m, (i + 1) * this.m);
  }

  /** The run of point i. */
  runOf(i) {
    return this.parts[this.part[i]].run;
  }

  /** The index of a policy of a run, or −1. */
  find(run, policy) {
    return this.policies.findIndex((p, i) => p === policy && (!run || this.runOf(i).id === run));
  }

  /** The index of a row of a run's front, or −1. */
  at(run, row) {
    for (let i = 0; i < this.n; i++) if (this.row[i] === row && this.runOf(i).id === run) return i;
    return -1;
  }

  /** Whether an objective is a cost: never above zero. */
  isCost(k) {
    return this.costs && this.peak[k] <= 0;
  }

  /** A value of objective k as it is shown: costs as positive numbers if so wished. */
  show(k, v, digits) {
    return num(this.isCost(k) ? -v || 0 : v, digits);
  }

  /** The label of objective k with unit and, for costs, sense. */
  label(k) {
    return objectiveLabel(this.objectives[k]) + (this.isCost(k) ? ", less is better" : "");
  }

  /** Adds or replaces the intervals of an objective; none removes them. @param {Array<[number, number]>} intervals */
  setConditions(k, intervals) {
    if (intervals.length) this.conditions.set(k, intervals);
    else this.conditions.delete(k);
    this.update();
  }

  /** Selects points by hand, or none at all (null). */
  choose(indexes) {
    this.chosen = indexes ? new Set(indexes) : null;
    this.update();
  }

  /** Selects everything. */
  clear() {
    this.conditions.clear();
    this.chosen = null;
    this.update();
  }

  /** Recomputes what is selected and tells the views. */
  update() {
    const { n, m, values, mask, shown } = this;
    for (let i = 0; i < n; i++) shown[i] = this.nondominated[i] || !this.hideDominated ? 1 : 0;
    mask.set(shown);
    for (const [k, intervals] of this.conditions) {
      for (let i = 0; i < n; i++) {
        if (!mask[i]) continue;
        const v = values[i * m + k];
        if (!intervals.some(([lo, hi]) => v >= lo && v <= hi)) mask[i] = 0;
      }
    }
    if (this.chosen) for (let i = 0; i < n; i++) if (!this.chosen.has(i)) mask[i] = 0;
    this.count = mask.reduce((sum, v) => sum + v, 0);
    this.dispatchEvent(new Event("selection"));
  }

  /** Whether anything is left out by conditions or by hand. */
  get filtered() {
    return this.conditions.size > 0 || this.chosen !== null;
  }

  /** The selected points. @returns {number[]} */
  selection() {
    const out = [];
    for (let i = 0; i < this.n; i++) if (this.mask[i]) out.push(i);
    return out;
  }

  /** Picks one point, or none (−1). */
  pick(i) {
    if (i === this.picked) return;
    this.picked = i;
    this.dispatchEvent(new Event("pick"));
  }

  /** A point in one sentence, for those who listen. */
  spoken(i) {
    const v = this.point(i);
    return `${this.policies[i]}: ${this.objectives.map((o, k) => `${words(o.name)} ${this.show(k, v[k])}`).join(", ")}`;
  }

  /** Conditions in words, each with what removes it. @returns {Array<{text: string, remove: () => void}>} */
  words() {
    const out = [];
    for (const [k, intervals] of [...this.conditions].sort((a, b) => a[0] - b[0])) {
      intervals.forEach((interval, i) => out.push({
        text: this.phrase(k, interval),
        remove: () => this.setConditions(k, intervals.filter((_, j) => j !== i)),
      }));
    }
    if (this.chosen) out.push({ text: `${this.chosen.size} chosen by hand`, remove: () => this.choose(null) });
    return out;
  }

  /** An interval in words: "comfort ≥ 9,800". Ends beyond all values are left out. */
  phrase(k, [lo, hi]) {
    const name = words(this.objectives[k].name);
    const [least, most] = this.ranges[k];
    let [from, to] = [lo > least, hi < most];
    let [a, b] = [this.show(k, lo), this.show(k, hi)];
    if (this.isCost(k)) [from, to, a, b] = [to, from, b, a];
    if (from && to) return `${a} ≤ ${name} ≤ ${b}`;
    if (from) return `${name} ≥ ${a}`;
    if (to) return `${name} ≤ ${b}`;
    return `${name}: any`;
  }

  /**
   * Colours the points: by run, algorithm, origin, cluster (labels with markers), or by an objective ("v3")
   * or a measure, on a scale.
   */
  colorBy(what) {
    this.colored = what;
    const numbers = what.startsWith("v") && this.m > +what.slice(1) ? this.column(+what.slice(1)) : this.measures[what];
    this.style = new Uint16Array(this.n);
    if (numbers) {
      let [lo, hi] = [Infinity, -Infinity];
      for (const v of numbers) if (Number.isFinite(v)) [lo, hi] = [Math.min(lo, v), Math.max(hi, v)];
      this.looks = Array.from({ length: LEVELS }, (_, i) => ({ color: sequential(i / (LEVELS - 1)), shape: "circle" }));
      numbers.forEach((v, i) => { this.style[i] = v === Infinity ? LEVELS - 1 : Math.round(((Math.min(Math.max(v, lo), hi) - lo) / (hi - lo || 1)) * (LEVELS - 1)) || 0; });
      this.legend = { scale: true, lo, hi, objective: what.startsWith("v") ? +what.slice(1) : -1 };
    } else {
      const labels = this.labelsBy(what);
      const all = [...new Set(labels)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
      const place = new Map(all.map((label, i) => [label, i]));
      this.looks = all.map((_, i) => look(i));
      labels.forEach((label, i) => { this.style[i] = place.get(label); });
      this.legend = { scale: false, labels: all };
    }
    this.faded = this.looks.map((l) => ({ ...l, color: mix(l.color, property("sheet") || "#ffffff", 0.7) }));
    this.dispatchEvent(new Event("look"));
  }

  column(k) {
    return Float64Array.from({ length: this.n }, (_, i) => this.values[i * this.m + k]);
  }

  labelsBy(what) {
    switch (what) {
      case "algorithm": return Array.from(this.part, (p) => this.parts[p].run.algorithm);
      case "origin": return this.origin.map((o) => o.split("/").slice(0, 2).join(", ").replace(/, (w|obj).*/, "") || "unknown");
      case "cluster": return Array.from({ length: this.n }, (_, i) => `group ${(this.clusters?.[i] ?? 0) + 1}`);
      default: return Array.from(this.part, (p) => runName(this.parts[p].run, this.parts.map((q) => q.run)));
    }
  }
}

/** The place of each name among all of them, sorted: it fixes colour and marker on every page. */
export function places(names) {
  const order = [...new Set(names)].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return names.map((n) => order.indexOf(n));
}

/** A name that tells a run from the others. */
export function runName(run, all) {
  const same = (f) => all.every((r) => f(r) === f(run));
  const parts = [run.label];
  if (!same((r) => r.environment)) parts.push(run.environment);
  if (all.length > 1 && !same((r) => r.seed)) parts.push(`seed ${run.seed}`);
  const name = parts.join(", ");
  const rivals = all.filter((r) => r !== run && r.label === run.label && r.seed === run.seed && r.environment === run.environment);
  return rivals.length ? `${run.experiment}: ${name}` : name;
}
