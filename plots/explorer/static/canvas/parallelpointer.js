// Mouse, finger and keys on parallel coordinates.
import { announce } from "../page/announce.js";
import { words } from "../page/format.js";

/** @param {import("./parallel.js").Parallel} view */
export function handleParallel(view) {
  const { host, set } = view;
  let start = null;
  const place = (e) => {
    const r = host.getBoundingClientRect();
    return [e.clientX - r.left, e.clientY - r.top];
  };
  const axisAt = (x, reach) => view.xs.findIndex((ax) => Math.abs(ax - x) <= reach);
  const headAt = (x) => view.xs.reduce((best, ax, n) => (Math.abs(ax - x) < Math.abs(view.xs[best] - x) ? n : best), 0);

  host.addEventListener("pointerdown", (e) => {
    const [x, y] = place(e);
    host.focus({ preventScroll: true });
    host.setPointerCapture(e.pointerId);
    const head = y < view.box.top - 4;
    const n = head ? headAt(x) : axisAt(x, 14);
    start = { x, y, n, head, moved: false, before: n >= 0 ? set.conditions.get(view.order[n]) ?? [] : [], add: e.shiftKey || e.ctrlKey || e.metaKey };
    if (n >= 0) view.axis = n;
    view.layers.showTip(null);
  });

  host.addEventListener("pointermove", (e) => {
    const [x, y] = place(e);
    if (!start) {
      const i = y > view.box?.top ? view.nearest(x, y) : -1;
      if (i !== view.hovered) {
        view.hovered = i;
        view.layers.showTip(i >= 0 ? view.describe(i) : null, x, y);
        view.layers.request("over");
      }
      return;
    }
    if (!start.moved && Math.hypot(x - start.x, y - start.y) < 4) return;
    start.moved = true;
    if (start.n < 0) return;
    view.hurry();
    if (start.head) dragAxis(view, start, x);
    else {
      const k = view.order[start.n];
      const inside = (v) => Math.min(view.box.top + view.box.height, Math.max(view.box.top, v));
      const [a, b] = [view.value(k, inside(start.y)), view.value(k, inside(y))];
      set.setConditions(k, [...(start.add ? start.before : []), [Math.min(a, b), Math.max(a, b)]]);
    }
  });

  const end = (e) => {
    if (!start) return;
    const was = start;
    start = null;
    if (view.dragAxis) {
      view.dragAxis = null;
      view.layers.request("order");
      view.arranged();
    } else if (was.moved && was.n >= 0) announce(`${set.count} of ${set.n} selected`);
    else if (!was.moved && e.type === "pointerup") click(view, was);
  };
  host.addEventListener("pointerup", end);
  host.addEventListener("pointercancel", end);
  host.addEventListener("pointerleave", () => {
    if (start) return;
    view.hovered = -1;
    view.layers.showTip(null);
    view.layers.request("over");
  });
  host.addEventListener("dblclick", (e) => {
    const [x, y] = place(e);
    if (y >= view.box.top && set.picked >= 0 && axisAt(x, 14) < 0) view.open(set.picked);
  });
  host.addEventListener("focus", () => view.layers.request("over"));
  host.addEventListener("blur", () => view.layers.request("over"));
  host.addEventListener("keydown", (e) => { if (e.target === host && keys(view, e)) e.preventDefault(); });
}

/** A click on a name turns the axis over, one on an interval removes it, one on a line picks it. */
function click(view, { x, y, n, head }) {
  const { set } = view;
  if (head && n >= 0) { flip(view, n); return; }
  if (n >= 0) {
    const k = view.order[n];
    const v = view.value(k, y);
    const intervals = set.conditions.get(k) ?? [];
    const rest = intervals.filter(([lo, hi]) => v < lo || v > hi);
    if (rest.length < intervals.length || intervals.length) { set.setConditions(k, rest.length < intervals.length ? rest : []); return; }
  }
  set.pick(view.nearest(x, y));
}

function flip(view, n) {
  const k = view.order[n];
  if (!view.flipped.delete(k)) view.flipped.add(k);
  view.layers.request("order");
  view.arranged();
  announce(`${words(view.set.objectives[k].name)} ${view.flipped.has(k) ? "turned over" : "upright"}`);
}

function dragAxis(view, start, x) {
  const at = Math.min(view.box.left + view.box.width, Math.max(view.box.left, x));
  view.dragAxis = { at: start.n, x: at };
  const step = view.order.length > 1 ? view.box.width / (view.order.length - 1) : 1;
  const to = Math.round((at - view.box.left) / step);
  if (to !== start.n) {
    move(view, start.n, to);
    start.n = view.axis = view.dragAxis.at = to;
  }
  view.layers.request("order");
}

function move(view, from, to) {
  const [k] = view.order.splice(from, 1);
  view.order.splice(to, 0, k);
}

/** Returns whether the key was used. */
function keys(view, e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return false;
  const { set } = view;
  const k = view.order[view.axis];
  const along = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  const up = { ArrowUp: 1, ArrowDown: -1 }[e.key];
  const say = () => announce(`${words(set.objectives[view.order[view.axis]].name)}, axis ${view.axis + 1} of ${view.order.length}`);
  if (along) {
    const to = Math.min(view.order.length - 1, Math.max(0, view.axis + along));
    if (e.shiftKey && to !== view.axis) {
      move(view, view.axis, to);
      view.arranged();
      view.layers.request("order");
    }
    view.axis = to;
    view.keyBrush = null;
    view.layers.request("over");
    say();
    return true;
  }
  if (up && view.keyBrush) {
    const step = (view.ranges[k][1] - view.ranges[k][0]) * 0.03 * up * (view.flipped.has(k) ? -1 : 1);
    const b = view.keyBrush;
    b[1] += step;
    if (!e.shiftKey) b[0] += step;
    view.hurry();
    set.setConditions(k, [...view.keyBefore, [Math.min(...b), Math.max(...b)]]);
    announce(`${set.phrase(k, [Math.min(...b), Math.max(...b)])}: ${set.count} of ${set.n}`);
    return true;
  }
  if (up) { stepLine(view, k, up); return true; }
  switch (e.key) {
    case "b": {
      const [lo, hi] = view.ranges[k];
      view.keyBefore = set.conditions.get(k) ?? [];
      view.keyBrush = [lo + 0.5 * (hi - lo), hi];
      set.setConditions(k, [...view.keyBefore, [...view.keyBrush]]);
      return true;
    }
    case "f": flip(view, view.axis); return true;
    case "Delete": case "Backspace": view.keyBrush = null; set.setConditions(k, []); return true;
    case "Enter":
      if (view.keyBrush) { view.keyBrush = null; view.layers.request("over"); announce(`${set.count} of ${set.n} selected`); } else if (set.picked >= 0) view.open(set.picked);
      return true;
    case "Escape":
      if (view.keyBrush) { view.keyBrush = null; set.setConditions(k, view.keyBefore); return true; }
      if (!set.filtered) return false;
      set.clear();
      return true;
  }
  return false;
}

/** Picks the next selected line in the order of an axis. */
function stepLine(view, k, by) {
  const { set } = view;
  const lines = set.selection().sort((a, b) => set.values[a * set.m + k] - set.values[b * set.m + k] || a - b);
  if (!lines.length) return;
  const now = lines.indexOf(set.picked);
  set.pick(lines[now < 0 ? 0 : Math.min(lines.length - 1, Math.max(0, now + by))]);
  announce(set.spoken(set.picked));
}
