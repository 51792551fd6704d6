// The scatter matrix: every pair of objectives below the diagonal, histograms on it, correlations above it.
// All panels are stamped into one picture.
import { announce } from "../page/announce.js";
import { s } from "../page/dom.js";
import { num } from "../page/format.js";
import { property } from "../page/palette.js";
import { Layers } from "./layers.js";
import { project, twoAxes } from "./kernel.js";
import { Picker } from "./pick.js";
import { brushKeys } from "./pointer.js";
import { stampOf } from "./raster.js";

const GAP = 8; // pixels between panels
const MOST = 60000; // markers in a frame while dragging
const REST = 120; // milliseconds of rest before the full picture

export class Matrix {
  /**
   * @param {HTMLElement} host @param {import("../page/frontset.js").FrontSet} set
   * @param {{describe: (i: number) => Node, open: (i: number) => void, openPair: (i: number, j: number) => void}} options
   */
  constructor(host, set, options) {
    Object.assign(this, { host, set, hovered: -1, frames: [] }, options);
    const { n, m } = set;
    this.panels = [];
    for (let j = 1; j < m; j++) for (let i = 0; i < j; i++) this.panels.push({ i, j, x: new Float32Array(n), y: new Float32Array(n), picker: null });
    this.layers = new Layers(host, (what) => this.draw(what));
    this.listeners = [["selection", "selection"], ["look", "look"], ["pick", "over"], ["extras", "over"]].map(([event, what]) => {
      const f = () => {
        if (what === "selection") this.hurry();
        this.layers.request(what);
      };
      set.addEventListener(event, f);
      return [event, f];
    });
    this.listen();
  }

  /** The selection moves: draw samples until it rests. */
  hurry() {
    if (this.set.n * this.panels.length <= MOST) return;
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moving = false;
      this.layers.request("look");
    }, REST);
  }

  draw(what) {
    const started = performance.now();
    if (what.has("size")) this.place();
    if (what.has("size") || what.has("look") || what.has("selection")) this.stampAll(what.has("size") || what.has("look") || this.filtered !== this.set.filtered);
    this.drawOver();
    this.frames.push(performance.now() - started);
    if (this.frames.length > 600) this.frames.shift();
  }

  cell(i, j) {
    const { m } = this.set;
    const [w, ht] = [this.layers.width / m, this.layers.height / m];
    return { left: i * w + GAP / 2, top: j * ht + GAP / 2, width: w - GAP, height: ht - GAP };
  }

  place() {
    const { set } = this;
    for (const p of this.panels) {
      p.box = this.cell(p.i, p.j);
      project(set.values, set.n, set.m, twoAxes(set.m, p.i, p.j, set.ranges[p.i], set.ranges[p.j], p.box), p.x, p.y);
      p.picker = null;
    }
  }

  stampAll(all) {
    const { set, layers: { raster, scale } } = this;
    const r = (set.n > 2000 ? 1.3 : set.n > 300 ? 1.8 : set.m > 5 ? 2 : 3) * scale;
    const edge = property("sheet");
    const background = stampOf({ shape: "circle", color: property("point"), edge: property("point"), radius: r * 0.8 });
    // While something is dragged, so many points that all panels are drawn in a frame.
    const every = this.moving ? Math.ceil((set.n * this.panels.length) / MOST) : 1;
    const each = (stamp, wanted) => {
      for (const { box, x, y } of this.panels) {
        raster.clip(box.left * scale, box.top * scale, (box.left + box.width) * scale, (box.top + box.height) * scale);
        for (let i = 0; i < set.n; i += every) if (wanted[i]) raster.stamp(stamp(i), x[i] * scale, y[i] * scale);
      }
    };
    if (all) {
      this.filtered = set.filtered;
      raster.clear();
      if (set.filtered) each(() => background, set.shown);
      raster.keep();
    } else raster.restore();
    const stamps = [set.faded, set.looks].map((looks) => looks.map((look) => stampOf({ ...look, edge, radius: r })));
    each((i) => stamps[set.nondominated[i]][set.style[i]], set.mask);
    raster.show();
  }

  /** Counts of all and of the selected points in bins of objective k. */
  histogram(k, bins) {
    const { set } = this;
    const [lo, hi] = set.ranges[k];
    const [all, some] = [new Uint32Array(bins), new Uint32Array(bins)];
    for (let i = 0; i < set.n; i++) {
      if (!set.shown[i]) continue;
      const b = Math.min(bins - 1, Math.floor(((set.values[i * set.m + k] - lo) / (hi - lo)) * bins));
      all[b]++;
      some[b] += set.mask[i];
    }
    return { all, some };
  }

  drawOver() {
    const { set } = this;
    const out = [];
    for (let k = 0; k < set.m; k++) {
      const b = this.cell(k, k);
      const bins = Math.max(5, Math.min(20, Math.floor(b.width / 7)));
      const { all, some } = this.histogram(k, bins);
      const most = Math.max(1, ...all);
      const bar = (counts, fill) => counts.forEach((c, i) => {
        if (!c) return;
        const ht = (c / most) * Math.max(6, b.height - 36);
        out.push(s("rect", { x: b.left + (i * b.width) / bins, y: b.top + b.height - ht, width: Math.max(1, b.width / bins - 1), height: ht, fill }));
      });
      bar(all, property("point"));
      bar(some, property("accent"));
      out.push(s("rect", { class: "grid", x: b.left, y: b.top, width: b.width, height: b.height }));
      lines(set.label(k), b.width - 6).forEach((text, n) => out.push(s("text", { class: "name halo", x: b.left + 4, y: b.top + 14 + 15 * n }, text)));
      for (let j = 0; j < k; j++) {
        const r = set.extras?.correlation?.[k]?.[j];
        const c = this.cell(k, j);
        if (r !== undefined && r !== null) out.push(s("text", { x: c.left + c.width / 2, y: c.top + c.height / 2 + 5, "text-anchor": "middle", class: Math.abs(r) > 0.5 ? "strong" : "" }, num(r, 2)));
      }
    }
    for (const p of this.panels) {
      out.push(s("rect", { class: "grid", x: p.box.left, y: p.box.top, width: p.box.width, height: p.box.height }));
      out.push(...this.conditions(p));
      for (const i of [this.hovered, set.picked]) if (i >= 0) out.push(s("circle", { class: "ring", cx: p.x[i], cy: p.y[i], r: 6 }));
    }
    const d = this.dragged ?? this.keyRect;
    if (d) out.push(s("rect", { class: "brush", x: Math.min(d.x0, d.x1), y: Math.min(d.y0, d.y1), width: Math.abs(d.x1 - d.x0), height: Math.abs(d.y1 - d.y0) }));
    this.layers.over.replaceChildren(...out);
  }

  conditions(p) {
    const { set } = this;
    if (this.dragged || this.keyRect || (!set.conditions.has(p.i) && !set.conditions.has(p.j))) return [];
    const b = p.box;
    const out = [];
    const at = (v, [lo, hi], size) => Math.min(size, Math.max(0, ((v - lo) / (hi - lo)) * size));
    for (const [x0, x1] of set.conditions.get(p.i) ?? [set.ranges[p.i]]) {
      for (const [y0, y1] of set.conditions.get(p.j) ?? [set.ranges[p.j]]) {
        const [l, r, lo, hi] = [at(x0, set.ranges[p.i], b.width), at(x1, set.ranges[p.i], b.width), at(y0, set.ranges[p.j], b.height), at(y1, set.ranges[p.j], b.height)];
        out.push(s("rect", { class: "brush", x: b.left + l, y: b.top + b.height - hi, width: Math.max(0, r - l), height: Math.max(0, hi - lo) }));
      }
    }
    return out;
  }

  /** The objectives of the panel that was brushed last. */
  get axes() {
    return [this.panel.i, this.panel.j];
  }

  /** Selects what lies in a rectangle of the panel. */
  brush({ x0, y0, x1, y1 }) {
    const { set, panel: { box: b, i, j } } = this;
    const across = (v) => set.ranges[i][0] + ((v - b.left) / b.width) * (set.ranges[i][1] - set.ranges[i][0]);
    const up = (v) => set.ranges[j][1] - ((v - b.top) / b.height) * (set.ranges[j][1] - set.ranges[j][0]);
    set.conditions.set(i, [[across(Math.min(x0, x1)), across(Math.max(x0, x1))]]);
    set.setConditions(j, [[up(Math.max(y0, y1)), up(Math.min(y0, y1))]]);
  }

  /** Begins to brush by keys in the first panel; once begun, goes on to the next one. */
  openBrush() {
    const { set, panels } = this;
    this.panel = this.keyRect ? panels[(panels.indexOf(this.panel) + 1) % panels.length] : panels[0];
    const { box: b, i, j } = this.panel;
    this.keyRect = { x0: b.left + b.width * 0.3, y0: b.top + b.height * 0.3, x1: b.left + b.width * 0.7, y1: b.top + b.height * 0.7 };
    this.layers.request("over");
    announce(`Brush over ${set.label(i)} and ${set.label(j)}: arrows move it, Shift and arrows size it, B takes the next pair, Enter keeps it, Escape ends`);
  }

  panelAt(x, y) {
    return this.panels.find(({ box: b }) => b && x >= b.left && x <= b.left + b.width && y >= b.top && y <= b.top + b.height);
  }

  listen() {
    const { host, set } = this;
    let start = null;
    const place = (e) => {
      const r = host.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    const nearest = (p, x, y) => {
      if (!p) return -1;
      p.picker ??= new Picker(p.x, p.y, set.n, set.shown);
      return p.picker.nearest(x, y, 9);
    };
    host.addEventListener("pointerdown", (e) => {
      const [x, y] = place(e);
      const p = this.panelAt(x, y);
      host.focus({ preventScroll: true });
      if (!p) return;
      host.setPointerCapture(e.pointerId);
      start = { p, x, y, moved: false };
    });
    host.addEventListener("pointermove", (e) => {
      const [x, y] = place(e);
      if (!start) {
        const i = nearest(this.panelAt(x, y), x, y);
        if (i !== this.hovered) {
          this.hovered = i;
          this.layers.showTip(i >= 0 ? this.describe(i) : null, x, y);
          this.layers.request("over");
        }
        return;
      }
      if (!start.moved && Math.hypot(x - start.x, y - start.y) < 4) return;
      start.moved = true;
      const { box: b } = start.p;
      const inside = (v, lo, size) => Math.min(lo + size, Math.max(lo, v));
      this.panel = start.p;
      this.dragged = { x0: start.x, y0: start.y, x1: inside(x, b.left, b.width), y1: inside(y, b.top, b.height) };
      this.brush(this.dragged);
    });
    const end = (e) => {
      if (!start) return;
      const was = start;
      start = null;
      this.dragged = null;
      if (was.moved) announce(`${set.count} of ${set.n} selected`);
      else if (e.type === "pointerup") {
        const i = nearest(was.p, was.x, was.y);
        if (i >= 0) set.pick(i);
        else if (set.conditions.has(was.p.i) || set.conditions.has(was.p.j)) {
          set.conditions.delete(was.p.i);
          set.conditions.delete(was.p.j);
          set.update();
        }
      }
      this.layers.request("over");
    };
    host.addEventListener("pointerup", end);
    host.addEventListener("pointercancel", end);
    host.addEventListener("pointerleave", () => { if (!start) { this.hovered = -1; this.layers.showTip(null); this.layers.request("over"); } });
    host.addEventListener("dblclick", (e) => { const p = this.panelAt(...place(e)); if (p) this.openPair(p.i, p.j); });
    host.addEventListener("keydown", (e) => {
      if (e.target !== host || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.key === "b") { this.openBrush(); e.preventDefault(); return; }
      if (this.keyRect) { if (brushKeys(this, e)) e.preventDefault(); return; }
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (by) {
        const points = set.selection().sort((a, b) => set.values[a * set.m] - set.values[b * set.m] || a - b);
        const next = points[Math.min(points.length - 1, Math.max(0, points.indexOf(set.picked) + by))];
        if (next !== undefined) { set.pick(next); announce(set.spoken(next)); }
        e.preventDefault();
      } else if (e.key === "Enter" && set.picked >= 0) this.open(set.picked);
      else if (e.key === "Escape" && set.filtered) { set.clear(); e.preventDefault(); }
    });
  }

  dispose() {
    clearTimeout(this.timer);
    this.layers.dispose();
    for (const [event, f] of this.listeners) this.set.removeEventListener(event, f);
  }
}

/** A text in at most two lines of a width in pixels, cut where it does not fit. */
function lines(text, width) {
  const most = Math.max(2, Math.floor(width / 7.4));
  const cut = (t) => (t.length <= most ? t : `${t.slice(0, most - 1)}…`);
  const space = text.lastIndexOf(" ", most);
  return text.length <= most || space < 1 ? [cut(text)] : [cut(text.slice(0, space)), cut(text.slice(space + 1))];
}
