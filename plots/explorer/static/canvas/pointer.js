// Mouse, finger and keys on a scatter view.
import { announce } from "../page/announce.js";

/** @param {import("./scatter.js").Scatter} view */
export function handlePointer(view) {
  const { host, set } = view;
  let start = null;

  const place = (e) => {
    const r = host.getBoundingClientRect();
    return [e.clientX - r.left, e.clientY - r.top];
  };

  host.addEventListener("pointerdown", (e) => {
    if (e.button > 1 || e.target.closest?.(".grab")) return;
    host.focus({ preventScroll: true });
    host.setPointerCapture(e.pointerId);
    const [x, y] = place(e);
    start = { x, y, lastX: x, lastY: y, moved: false, brush: (view.mode === "brush") !== (e.shiftKey || e.button === 1) };
    view.layers.showTip(null);
  });

  host.addEventListener("pointermove", (e) => {
    const [x, y] = place(e);
    if (!start) { hover(view, view.nearest(x, y), x, y); return; }
    if (!start.moved && Math.hypot(x - start.x, y - start.y) < 4) return;
    start.moved = true;
    if (start.brush) {
      view.dragged = { x0: start.x, y0: start.y, x1: x, y1: y };
      view.brush(view.dragged);
    } else view.drag(x - start.lastX, y - start.lastY);
    [start.lastX, start.lastY] = [x, y];
  });

  const end = (e) => {
    if (!start) return;
    const was = start;
    start = null;
    if (view.dragged) {
      view.dragged = null;
      view.layers.request("over");
      announce(`${set.count} of ${set.n} selected`);
    } else if (!was.moved && e.type === "pointerup") {
      const i = view.nearest(was.x, was.y);
      if (i < 0 && view.mode === "brush" && view.kind === "axes" && set.filtered) clearAxes(view);
      if (i >= 0 && (e.ctrlKey || e.metaKey)) view.compare(i);
      else set.pick(i);
    }
  };
  host.addEventListener("pointerup", end);
  host.addEventListener("pointercancel", end);
  host.addEventListener("pointerleave", () => { if (!start) hover(view, -1); });
  host.addEventListener("dblclick", () => { if (set.picked >= 0) view.open(set.picked); });
  host.addEventListener("wheel", (e) => {
    if (document.activeElement !== host && !e.ctrlKey) return;
    e.preventDefault();
    view.zoomAt(Math.exp(-e.deltaY * 0.0015), ...place(e));
  }, { passive: false });
  host.addEventListener("keydown", (e) => { if (e.target === host && keys(view, e)) e.preventDefault(); });
}

function hover(view, i, x, y) {
  if (i === view.hovered) return;
  view.hovered = i;
  view.layers.showTip(i >= 0 ? view.describe(i) : null, x, y);
  view.layers.request("over");
}

/** A click beside all points removes the conditions of the two axes. */
function clearAxes(view) {
  for (const k of view.axes) view.set.conditions.delete(k);
  view.set.update();
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Returns whether the key was used. */
function keys(view, e) {
  if (e.ctrlKey || e.metaKey || e.altKey) return false;
  const { set } = view;
  const arrow = ARROWS[e.key];
  if (view.keyRect) return brushKeys(view, e);
  if (arrow && e.shiftKey) { view.drag(-30 * arrow[0], 30 * arrow[1]); return true; }
  if (arrow) { step(view, arrow[0] ? view.axes[0] : view.axes[1], arrow[0] + arrow[1]); return true; }
  switch (e.key) {
    case "Enter": if (set.picked >= 0) view.open(set.picked); return true;
    case " ": if (set.picked >= 0) view.compare(set.picked); return true;
    case "b": {
      const b = view.box;
      view.keyRect = { x0: b.left + b.width * 0.4, y0: b.top + b.height * 0.4, x1: b.left + b.width * 0.6, y1: b.top + b.height * 0.6 };
      view.layers.request("over");
      announce("Brush: arrows move it, Shift and arrows size it, Enter keeps it, Escape ends");
      return true;
    }
    case "+": case "=": view.zoomAt(1.25, view.layers.width / 2, view.layers.height / 2); return true;
    case "-": view.zoomAt(0.8, view.layers.width / 2, view.layers.height / 2); return true;
    case "0": view.home(); return true;
    case "r": view.turn(!view.turning); return view.kind === "turn";
    case "Escape": if (!set.filtered && set.picked < 0) return false; set.picked >= 0 ? set.pick(-1) : set.clear(); return true;
  }
  return false;
}

/** Moves, sizes, keeps or ends the brush of a view; returns whether the key was used. */
export function brushKeys(view, e) {
  const r = view.keyRect;
  const arrow = ARROWS[e.key];
  if (arrow) {
    const d = 12;
    r.x1 += d * arrow[0];
    r.y0 -= d * arrow[1];
    if (!e.shiftKey) { r.x0 += d * arrow[0]; r.y1 -= d * arrow[1]; }
    view.brush(r);
    announce(`${view.set.count} of ${view.set.n} selected`);
    return true;
  }
  if (e.key === "Enter" || e.key === "Escape" || e.key === "b") {
    if (e.key === "Enter") view.brush(r);
    if (e.key === "Escape") clearAxes(view);
    view.keyRect = null;
    view.layers.request("over");
    announce(`${view.set.count} of ${view.set.n} selected`);
    return true;
  }
  return false;
}

/** Picks the next selected point in the order of objective k. */
function step(view, k, by) {
  const { set } = view;
  const points = set.selection();
  if (points.length === 0) return;
  points.sort((a, b) => set.values[a * set.m + k] - set.values[b * set.m + k] || a - b);
  const now = points.indexOf(set.picked);
  const next = points[now < 0 ? (by > 0 ? 0 : points.length - 1) : Math.min(points.length - 1, Math.max(0, now + by))];
  set.pick(next);
  view.layers.showTip(view.describe(next), view.x[next], view.y[next]);
  announce(set.spoken(next));
}
