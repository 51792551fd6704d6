// The views of the Front page as figures.
import { set as setAddress } from "../page/address.js";
import { check, h, put, segmented, select } from "../page/dom.js";
import { count, num, words } from "../page/format.js";
import { figure } from "../page/figure.js";
import { runName } from "../page/frontset.js";
import { table } from "../page/table.js";
import { anchors, principal } from "../canvas/kernel.js";
import { Matrix } from "../canvas/matrix.js";
import { Parallel } from "../canvas/parallel.js";
import { Scatter } from "../canvas/scatter.js";
import { writeReferences } from "./frontstate.js";

/** Kinds of views and their names. */
export const VIEWS = [["2d", "2-D"], ["3d", "3-D"], ["plane", "Projection"], ["matrix", "Matrix"], ["parallel", "Parallel axes"], ["table", "Table"]];

/**
 * Makes a view.
 * @returns {{node: HTMLElement, start: () => void, dispose: () => void, view?: object}}
 */
export function makeView(kind, page) {
  return { "2d": twoD, "3d": threeD, plane: projected, matrix, parallel, table: rows }[kind](page);
}

/** The selected points as a table of numbers. */
function numbers(set) {
  return () => ({
    columns: [{ name: "Policy", value: (i) => set.policies[i] }, ...set.objectives.map((_, k) => ({ name: set.label(k), number: true, value: (i) => set.values[i * set.m + k], cell: (i) => set.show(k, set.values[i * set.m + k]) }))],
    rows: set.selection(),
  });
}

/** The summary of a picture of the points, renewed with the selection. */
function summary(page, text) {
  const { set } = page;
  return () => {
    const ends = (k) => {
      let [lo, hi] = [Infinity, -Infinity];
      for (let i = 0; i < set.n; i++) if (set.mask[i]) { const v = set.values[i * set.m + k]; [lo, hi] = [Math.min(lo, v), Math.max(hi, v)]; }
      if (set.isCost(k)) [lo, hi] = [hi, lo];
      return set.count ? `${words(set.objectives[k].name)} from ${set.show(k, lo, 3)} to ${set.show(k, hi, 3)}` : "";
    };
    return `${count(set.count)} of ${count(set.n)}. ${text(ends)}`;
  };
}

function wrap(page, fig, say, make) {
  let view = null;
  const speak = () => fig.say(say());
  const { set } = page;
  speak();
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(speak, 150); };
  set.addEventListener("selection", later);
  return {
    node: fig.node,
    get view() { return view; },
    start() {
      view = make();
      fig.body.view = view;
    },
    dispose() {
      clearTimeout(timer);
      set.removeEventListener("selection", later);
      view?.dispose();
    },
  };
}

function actions(page) {
  return {
    describe: page.describe, open: (i) => page.open(i), compare: (i) => page.compare(i),
    moveReference(k, values) {
      page.references[k] = { values };
      writeReferences(page);
      page.marked();
      page.referencesMoved?.();
    },
  };
}

/** Choices of an objective for axes. */
function axisSelect(page, label, n, change) {
  return select(label, page.set.objectives.map((o, k) => [String(k), words(o.name)]), String(page.axes[n]), (v) => {
    page.axes[n] = +v;
    setAddress({ ["xyz"[n]]: v });
    change();
  }, {}, "across");
}

function twoD(page) {
  const { set } = page;
  let result = null;
  const moved = () => { result.view.axes = page.axes.slice(0, 2); result.view.home(); result.say(); };
  const tools = [segmented("Dragging", [["brush", "Select"], ["move", "Move"]], "brush", (m) => { result.view.mode = m; }),
    ...(set.m > 2 ? [axisSelect(page, "Right", 0, moved), axisSelect(page, "Up", 1, moved)] : [])];
  const fig = figure({ title: set.m === 1 ? "Front in one objective" : "Front in two objectives", kind: "plot", tools, data: numbers(set) });
  const say = summary(page, (ends) => [...new Set(page.axes.slice(0, 2))].map(ends).join(", "));
  if (set.m === 1) page.axes = [0, 0, 0];
  result = wrap(page, fig, say, () => new Scatter(fig.body, set, { kind: "axes", axes: page.axes.slice(0, 2), ...actions(page) }));
  result.say = () => fig.say(say());
  return result;
}

function threeD(page) {
  const { set } = page;
  let result = null;
  const moved = () => { result.view.axes = page.axes.slice(); result.view.home(); };
  const tools = [segmented("Dragging", [["move", "Turn"], ["brush", "Select"]], "move", (m) => { result.view.mode = m; }),
    ...(set.m > 3 ? [axisSelect(page, "First", 0, moved), axisSelect(page, "Second", 1, moved), axisSelect(page, "Up", 2, moved)] : [])];
  const fig = figure({ title: "Front in three objectives", kind: "plot", tools, data: numbers(set) });
  result = wrap(page, fig, summary(page, (ends) => page.axes.map(ends).join(", ")), () => {
    const view = new Scatter(fig.body, set, { kind: "turn", axes: page.axes.slice(), ...actions(page) });
    view.mode = "move";
    return view;
  });
  return result;
}

function projected(page) {
  const { set } = page;
  let result = null;
  const choose = () => {
    const [u, v] = page.plane === "anchors" ? anchors(set.m) : principal(set.values, set.n, set.m, set.ranges);
    return { u, v };
  };
  const tools = [segmented("Dragging", [["brush", "Select"], ["move", "Move"]], "brush", (m) => { result.view.mode = m; }), select("Plane", [["components", "principal components"], ["anchors", "objectives around a circle"]], page.plane, (v) => {
    page.plane = v;
    setAddress({ plane: v });
    Object.assign(result.view, { plane: choose(), farthest: 0 });
    result.view.moved();
  })];
  const fig = figure({ title: "All objectives in a plane", kind: "plot", tools, data: numbers(set) });
  result = wrap(page, fig, summary(page, () => "Arrows show where each objective grows; near points have similar values in all that the plane shows."), () =>
    new Scatter(fig.body, set, { kind: "plane", axes: [0, 1], plane: choose(), ...actions(page) }));
  return result;
}

function matrix(page) {
  const { set } = page;
  const fig = figure({ title: "Every pair of objectives", kind: set.m > 4 ? "plot tall" : "plot", wide: set.m > 4, room: set.m > 3 ? 64 * set.m : 0, data: numbers(set) });
  return wrap(page, fig, summary(page, () => "Numbers above the diagonal are correlations."), () => new Matrix(fig.body, set, {
    ...actions(page),
    openPair(i, j) {
      setAddress({ views: "2d", x: i, y: j });
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    },
  }));
}

function parallel(page) {
  const { set } = page;
  let result = null;
  const tools = [check("Common scale", page.common, (on) => {
    page.common = result.view.common = on;
    setAddress({ common: on ? 1 : null });
    result.view.layers.request("order");
  })];
  const fig = figure({ title: "An axis per objective", kind: "plot", wide: set.m > 4, room: set.m > 3 ? 72 * set.m : 0, tools, data: numbers(set) });
  const say = summary(page, () => `${set.n > 2000 ? "Darker where more lines run. " : ""}Drag along an axis to select, a name to move the axis; a click on the name turns it over.`);
  result = wrap(page, fig, say, () => new Parallel(fig.body, set, {
    order: page.order, flipped: page.flipped, common: page.common, ...actions(page),
    arranged: () => setAddress({ order: page.order.join(","), flip: [...page.flipped].join(",") }, { replace: true }),
  }));
  return result;
}

function rows(page) {
  const { set } = page;
  const t = table({
    caption: "Policies", height: "tall", rows: set.selection(),
    selected: (i) => i === set.picked, faded: (i) => !set.nondominated[i], open: (i) => set.pick(i),
    columns: [
      { name: "Policy", value: (i) => set.policies[i], cell: (i) => h("a", { href: `#/policy?runs=${page.runs.map((r) => r.id).join(",")}&p=${encodeURIComponent(page.key(i))}` }, set.policies[i]) },
      ...(page.runs.length > 1 ? [{ name: "Run", value: (i) => runName(set.runOf(i), page.runs) }] : []),
      ...set.objectives.map((_, k) => ({ name: set.label(k), number: true, value: (i) => set.values[i * set.m + k], cell: (i) => set.show(k, set.values[i * set.m + k]) })),
      ...(set.stderr ? set.objectives.map((o, k) => ({ name: `± ${words(o.name)}`, title: "standard error", number: true, value: (i) => set.stderr[i * set.m + k], cell: (i) => num(set.stderr[i * set.m + k], 2) })) : []),
      { name: "Origin", value: (i) => set.origin[i] },
    ],
  });
  const events = [["selection", () => t.rows(set.selection())], ["pick", () => t.refresh()], ["look", () => t.refresh()]];
  const heading = h("h2", {}, "Values");
  return {
    node: h("section", { class: "wide" }, heading, t.node),
    start: () => events.forEach(([e, f]) => set.addEventListener(e, f)),
    dispose: () => events.forEach(([e, f]) => set.removeEventListener(e, f)),
  };
}
