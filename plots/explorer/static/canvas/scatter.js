// A view of the points: two axes, three that turn, or any plane. Background: all points, grey;
// foreground: the selected ones in colour. Both are stamped by the same kernel.
import { s } from "../page/dom.js";
import { property } from "../page/palette.js";
import { calm } from "../page/theme.js";
import { axes2, axes3, axesPlane, boxOf } from "./axes.js";
import { Layers } from "./layers.js";
import { locate, plane, project, threeAxes, twoAxes } from "./kernel.js";
import { drawMarks, drawUnder } from "./marks.js";
import { Picker } from "./pick.js";
import { stampOf } from "./raster.js";
import { handlePointer } from "./pointer.js";

const DEPTHS = 6; // steps of size and lightness in a turning view

/**
 * @typedef {object} ScatterOptions
 * @property {"axes"|"turn"|"plane"} kind
 * @property {number[]} axes two or three objectives
 * @property {{u: number[], v: number[]}} [plane]
 * @property {(i: number) => Node} describe content of the tip of a point
 * @property {(i: number) => void} open
 * @property {(i: number) => void} compare
 * @property {(k: number, values: number[]) => void} [moveReference]
 */
export class Scatter {
  /**
   * @param {HTMLElement} host @param {import("../page/frontset.js").FrontSet} set
   * @param {ScatterOptions} options
   */
  constructor(host, set, options) {
    Object.assign(this, { host, set, mode: "brush", yaw: -0.7, pitch: 0.45, zoom: 1, hovered: -1, turning: false, frames: [] }, options);
    this.x = new Float32Array(set.n);
    this.y = new Float32Array(set.n);
    this.depth = new Float32Array(set.n);
    this.order = Uint32Array.from({ length: set.n }, (_, i) => i);
    this.home();
    this.layers = new Layers(host, (what) => this.draw(what));
    this.listeners = [["selection", "selection"], ["look", "look"], ["pick", "over"], ["extras", "extras"]].map(([event, what]) => {
      const f = () => this.layers.request(what);
      set.addEventListener(event, f);
      return [event, f];
    });
    handlePointer(this);
  }

  /** Shows everything. */
  home() {
    this.xr = [...this.set.ranges[this.axes[0]]];
    this.yr = [...this.set.ranges[this.axes[1] ?? this.axes[0]]];
    this.zoom = 1;
    this.moved();
  }

  /** The projection has changed. */
  moved() {
    this.picker = null;
    this.layers?.request("view");
  }

  /** Zooms around a place by a factor. */
  zoomAt(factor, px, py) {
    if (this.kind !== "axes") this.zoom = Math.min(20, Math.max(0.3, this.zoom * factor));
    else {
      const b = this.box;
      const around = (r, t) => r.map((v) => { const at = r[0] + t * (r[1] - r[0]); return at + (v - at) / factor; });
      this.xr = around(this.xr, (px - b.left) / b.width);
      this.yr = around(this.yr, 1 - (py - b.top) / b.height);
    }
    this.moved();
  }

  /** Moves (two axes) or turns by so many pixels. */
  drag(dx, dy) {
    if (this.kind === "axes") {
      const shift = (r, d) => r.map((v) => v + d * (r[1] - r[0]));
      this.xr = shift(this.xr, -dx / this.box.width);
      this.yr = shift(this.yr, dy / this.box.height);
    } else {
      this.yaw += dx * 0.008;
      this.pitch = Math.min(1.5, Math.max(-1.5, this.pitch + dy * 0.008));
    }
    this.moved();
  }

  /** Lets a view of three axes turn by itself, unless less motion is asked for. */
  turn(on) {
    this.turning = on && this.kind === "turn" && !calm();
    if (this.turning) this.moved();
  }

  draw(what) {
    if (this.disposed) return;
    const started = performance.now();
    const geometry = what.has("view") || what.has("size");
    if (geometry) this.place();
    if (geometry || what.has("look")) this.drawBack();
    if (geometry || what.has("look") || what.has("extras")) drawUnder(this);
    if (geometry || what.has("look") || what.has("selection")) this.stampAll(geometry || what.has("look") || this.filtered !== this.set.filtered);
    this.drawOver();
    this.frames.push(performance.now() - started);
    if (this.frames.length > 600) this.frames.shift();
    if (this.turning) {
      this.yaw += 0.008;
      this.moved();
    }
  }

  /** Computes the projection and where the points land. */
  place() {
    const { width, height } = this.layers;
    const { set } = this;
    if (this.kind === "axes") {
      this.box = boxOf(set, this.axes[1], this.yr, width, height);
      this.p = twoAxes(set.m, this.axes[0], this.axes[1], this.xr, this.yr, this.box);
    } else {
      this.box = { left: 0, top: 10, width, height: height - 20 };
      if (this.kind === "turn") this.p = threeAxes(set.m, this.axes, set.ranges, this.yaw, this.pitch, this.zoom, this.box);
      else this.p = plane(set.m, this.plane.u, this.plane.v, set.ranges, this.extent(), this.zoom, this.box);
    }
    project(set.values, set.n, set.m, this.p, this.x, this.y, this.depth);
    this.picker = null;
  }

  /** The largest coordinate of the points in the plane, at zoom 1. */
  extent() {
    if (!this.farthest) {
      this.farthest = 1e-9;
      const { values, n, m, ranges } = this.set;
      for (let i = 0; i < n; i++) {
        let [a, b] = [0, 0];
        for (let k = 0; k < m; k++) {
          const v = (2 * values[i * m + k] - ranges[k][0] - ranges[k][1]) / (ranges[k][1] - ranges[k][0]);
          a += this.plane.u[k] * v;
          b += this.plane.v[k] * v;
        }
        this.farthest = Math.max(this.farthest, Math.abs(a), Math.abs(b));
      }
      this.farthest *= 1.15;
    }
    return this.farthest;
  }

  /** From far to near; in two dimensions the dominated first. */
  arrange() {
    const { n, nondominated } = this.set;
    const bins = 256;
    const key = this.kind === "turn"
      ? (i) => Math.min(bins - 1, Math.max(0, Math.floor((this.depth[i] + 1) * 0.5 * bins)))
      : (i) => nondominated[i];
    const start = new Uint32Array(bins + 1);
    for (let i = 0; i < n; i++) start[key(i) + 1]++;
    for (let b = 0; b < bins; b++) start[b + 1] += start[b];
    for (let i = 0; i < n; i++) this.order[start[key(i)]++] = i;
  }

  /** Radius of markers in pixels: smaller where there are many. */
  radius() {
    const n = this.set.n;
    return n > 5000 ? 2.2 : n > 1000 ? 3 : n > 200 ? 4 : 5;
  }

  stampAll(all) {
    const { raster, scale } = this.layers;
    const { set } = this;
    const b = this.box;
    raster.clip((b.left - 6) * scale, (b.top - 6) * scale, (b.left + b.width + 6) * scale, (b.top + b.height + 6) * scale);
    if (all) {
      this.arrange();
      this.filtered = set.filtered;
      raster.clear();
      if (set.filtered) {
        const stamp = stampOf({ shape: "circle", color: property("point"), edge: property("point"), radius: this.radius() * 0.7 * scale });
        for (const i of this.order) if (set.shown[i]) raster.stamp(stamp, this.x[i] * scale, this.y[i] * scale);
      }
      raster.keep();
    } else raster.restore();
    const stamps = this.stamps();
    for (const i of this.order) {
      if (!set.mask[i]) continue;
      const near = this.kind === "turn" ? Math.min(DEPTHS - 1, Math.max(0, Math.floor((this.depth[i] + 1) * 0.5 * DEPTHS))) : DEPTHS - 1;
      raster.stamp(stamps(set.style[i], near, set.nondominated[i]), this.x[i] * scale, this.y[i] * scale);
    }
    raster.show();
  }

  /** Markers by look, depth and dominance, each made when it is needed. */
  stamps() {
    const { scale } = this.layers;
    const edge = property("sheet");
    const known = [];
    return (style, near, best) => {
      const key = (style * DEPTHS + near) * 2 + best;
      if (!known[key]) {
        const look = best ? this.set.looks[style] : this.set.faded[style];
        const size = this.kind === "turn" ? 0.65 + (0.5 * near) / (DEPTHS - 1) : 1;
        const alpha = this.kind === "turn" ? 0.45 + (0.55 * near) / (DEPTHS - 1) : 1;
        known[key] = stampOf({ ...look, edge, alpha, radius: this.radius() * size * scale * (best ? 1 : 0.8) });
      }
      return known[key];
    };
  }

  drawBack() {
    const { set } = this;
    const frame = this.kind === "axes" ? axes2(set, this.axes[0], this.axes[1], this.xr, this.yr, this.box)
      : this.kind === "turn" ? axes3(set, this.axes, set.ranges, this.p, this.box) : axesPlane(set, this.plane.u, this.plane.v, this.box);
    this.layers.back.replaceChildren(...frame);
  }

  drawOver() {
    const rect = this.dragged ?? this.keyRect;
    this.layers.over.replaceChildren(...drawMarks(this),
      ...(rect ? [s("rect", { class: "brush", x: Math.min(rect.x0, rect.x1), y: Math.min(rect.y0, rect.y1), width: Math.abs(rect.x1 - rect.x0), height: Math.abs(rect.y1 - rect.y0) })] : []));
  }

  /** The point near a place, or −1. */
  nearest(x, y) {
    if (!this.picker) this.picker = new Picker(this.x, this.y, this.set.n, this.set.shown);
    return this.picker.nearest(x, y);
  }

  /** Where values lie on the screen. */
  at(v) {
    return locate(this.p, v);
  }

  /** Selects what lies in a rectangle: by conditions on two axes, else by hand. */
  brush({ x0, y0, x1, y1 }) {
    const [l, r, t, b] = [Math.min(x0, x1), Math.max(x0, x1), Math.min(y0, y1), Math.max(y0, y1)];
    if (this.kind === "axes") {
      const at = (p) => [this.xr[0] + ((p - this.box.left) / this.box.width) * (this.xr[1] - this.xr[0])];
      const up = (p) => [this.yr[1] - ((p - this.box.top) / this.box.height) * (this.yr[1] - this.yr[0])];
      const [i, j] = this.axes;
      this.set.conditions.set(i, [[...at(l), ...at(r)]]);
      this.set.setConditions(j, [[...up(b), ...up(t)]]);
    } else {
      if (!this.picker) this.picker = new Picker(this.x, this.y, this.set.n, this.set.shown);
      this.set.choose(this.picker.inside(l, t, r, b));
    }
  }

  dispose() {
    this.disposed = true;
    this.layers.dispose();
    for (const [event, f] of this.listeners) this.set.removeEventListener(event, f);
  }
}
