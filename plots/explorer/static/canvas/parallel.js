// Parallel coordinates: an axis per objective, a line per policy. Above 2,000 lines density is shaded;
// while something moves at most 1,000 lines are drawn, the full picture follows when it rests.
import { property, rgb } from "../page/palette.js";
import { h } from "../page/dom.js";
import { Density } from "./density.js";
import { Layers } from "./layers.js";
import { drawAxes } from "./parallelaxes.js";
import { handleParallel } from "./parallelpointer.js";

const DENSE = 2000; // lines
const SAMPLE = 1000; // lines while dragging
const REST = 120; // milliseconds of rest before the full picture

export class Parallel {
  /**
   * @param {HTMLElement} host @param {import("../page/frontset.js").FrontSet} set
   * @param {{order: number[], flipped: Set<number>, common: boolean, describe: (i: number) => Node,
   *   open: (i: number) => void, arranged: () => void}} options order: objectives from left to right
   */
  constructor(host, set, options) {
    Object.assign(this, { host, set, hovered: -1, axis: 0, moving: false, keyBrush: null, frames: [], full: [] }, options);
    this.layers = new Layers(host, (what) => this.draw(what));
    this.spare = h("canvas");
    this.listeners = [["selection", "selection"], ["look", "look"], ["pick", "over"]].map(([event, what]) => {
      const f = () => {
        if (what === "selection") this.hurry();
        this.layers.request(what);
      };
      set.addEventListener(event, f);
      return [event, f];
    });
    handleParallel(this);
  }

  /** Something is being dragged: draw samples until it rests. */
  hurry() {
    if (this.set.n <= SAMPLE) return;
    this.moving = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.moving = false;
      this.layers.request("look");
    }, REST);
  }

  draw(what) {
    const started = performance.now();
    if (!this.layers.width) return;
    this.place();
    const everything = ["size", "look", "order"].some((w) => what.has(w)) || this.filtered !== this.set.filtered || this.sampled !== this.moving;
    if (everything || what.has("selection")) {
      this.filtered = this.set.filtered;
      this.sampled = this.moving;
      if (everything) this.drawLines(this.layers.lines, this.set.filtered ? this.set.shown : null, true);
      this.drawLines(this.layers.raster.context, this.set.mask, false);
    }
    drawAxes(this);
    const times = this.moving || !everything ? this.frames : this.full;
    times.push(performance.now() - started);
    if (times.length > 600) times.shift();
  }

  place() {
    const { width, height } = this.layers;
    const k = this.order.length;
    const side = Math.min(70, width / (k * 2));
    this.box = { left: side, top: 54, width: width - 2 * side, height: height - 54 - 30 };
    if (this.common) {
      const lo = Math.min(...this.set.ranges.map((r) => r[0]));
      const hi = Math.max(...this.set.ranges.map((r) => r[1]));
      this.ranges = this.set.ranges.map(() => [lo, hi]);
    } else this.ranges = this.set.ranges;
    this.xs = this.order.map((o, n) => (this.dragAxis?.at === n ? this.dragAxis.x : this.box.left + (k > 1 ? (n * this.box.width) / (k - 1) : this.box.width / 2)));
  }

  /** The height at which value v of objective k lies. */
  y(k, v) {
    const [lo, hi] = this.ranges[k];
    const t = (v - lo) / (hi - lo || 1);
    return this.box.top + this.box.height * (this.flipped.has(k) ? t : 1 - t);
  }

  /** The value of objective k at a height. */
  value(k, y) {
    const [lo, hi] = this.ranges[k];
    const t = (y - this.box.top) / this.box.height;
    return lo + (this.flipped.has(k) ? t : 1 - t) * (hi - lo);
  }

  /** Draws the lines that are wanted, grey or in their colours. */
  drawLines(c, wanted, grey) {
    const { scale, width, height } = this.layers;
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, height);
    if (!wanted) return;
    let total = 0;
    for (let i = 0; i < this.set.n; i++) total += wanted[i];
    const every = this.moving ? Math.max(1, Math.ceil(total / (grey ? SAMPLE / 2 : SAMPLE))) : 1;
    const groups = new Map();
    let seen = 0;
    for (let i = 0; i < this.set.n; i++) {
      if (!wanted[i] || seen++ % every) continue;
      const key = grey ? -1 : this.set.style[i];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(i);
    }
    // Axes may stand out of order while one is dragged: lines go from left to right.
    const turns = this.order.map((_, n) => n).sort((a, b) => this.xs[a] - this.xs[b]);
    const axes = turns.map((n) => ({ x: this.xs[n], k: this.order[n] }));
    if (total / every > DENSE) this.shade(c, groups, axes);
    else this.stroke(c, groups, axes, total / every);
  }

  stroke(c, groups, axes, total) {
    const { set } = this;
    c.lineWidth = total > 300 ? 0.8 : 1.3;
    c.lineJoin = "round";
    c.globalAlpha = total > 1000 ? 0.35 : total > 200 ? 0.55 : 0.85;
    const maps = axes.map(({ x, k }) => ({ x, k, at: this.y(k, 0), by: this.y(k, 1) - this.y(k, 0) }));
    for (const [style, lines] of groups) {
      c.strokeStyle = style < 0 ? property("point") : set.looks[style].color;
      c.beginPath();
      for (const i of lines) {
        maps.forEach(({ x, k, at, by }, n) => {
          const y = at + by * set.values[i * set.m + k];
          if (n) c.lineTo(x, y);
          else c.moveTo(x, y);
        });
      }
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  shade(c, groups, axes) {
    const { set, layers: { width, height } } = this;
    if (this.density?.height !== Math.floor(height)) this.density = new Density(height);
    const maps = axes.map(({ x, k }) => ({ x, k, at: this.y(k, 0), by: this.y(k, 1) - this.y(k, 0) }));
    this.spare.width = width;
    this.spare.height = this.density.height;
    const spare = this.spare.getContext("2d");
    let most = 1;
    const strips = [];
    for (let n = 1; n < maps.length; n++) {
      const [p, q] = [maps[n - 1], maps[n]];
      if (q.x - p.x < 1) continue;
      const strip = this.density.strip(p.x, q.x);
      for (const [style, lines] of groups) {
        const [r, g, b] = rgb(style < 0 ? property("point") : set.looks[style].color);
        for (const i of lines) strip.line(p.at + p.by * set.values[i * set.m + p.k], q.at + q.by * set.values[i * set.m + q.k], r, g, b);
      }
      most = Math.max(most, strip.most());
      strips.push(strip);
    }
    for (const strip of strips) spare.putImageData(strip.image(spare, most), strip.left, 0);
    c.drawImage(this.spare, 0, 0);
  }

  /** The line nearest to a place, or −1. */
  nearest(x, y, reach = 8) {
    const order = this.order.map((_, n) => n).sort((a, b) => this.xs[a] - this.xs[b]);
    const right = order.findIndex((n) => this.xs[n] >= x);
    if (right < 1) return -1;
    const [a, b] = [order[right - 1], order[right]];
    const t = (x - this.xs[a]) / (this.xs[b] - this.xs[a] || 1);
    const [ka, kb] = [this.order[a], this.order[b]];
    const { values, m, n, mask } = this.set;
    let [best, least] = [-1, reach];
    for (let i = 0; i < n; i++) {
      if (!mask[i]) continue;
      const d = Math.abs(this.y(ka, values[i * m + ka]) * (1 - t) + this.y(kb, values[i * m + kb]) * t - y);
      if (d < least) [best, least] = [i, d];
    }
    return best;
  }

  dispose() {
    clearTimeout(this.timer);
    this.layers.dispose();
    for (const [event, f] of this.listeners) this.set.removeEventListener(event, f);
  }
}
