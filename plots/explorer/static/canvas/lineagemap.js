// Policies and their parents in two objectives: arrows from parent to child, those of the present round in
// colour.
import { announce } from "../page/announce.js";
import { h, s } from "../page/dom.js";
import { num } from "../page/format.js";
import { look, property } from "../page/palette.js";
import { boxOf, axes2 } from "./axes.js";
import { Layers } from "./layers.js";
import { locate, twoAxes } from "./kernel.js";
import { marker } from "./raster.js";
import { padded } from "./ticks.js";

export class LineageMap {
  /**
   * @param {HTMLElement} host
   * @param {Array<{policy: string, parent: string, round: number, value: number[], final: boolean}>} policies
   * @param {string[]} labels of the objectives
   */
  constructor(host, policies, labels) {
    Object.assign(this, { host, policies, labels, seen: [], front: new Set(), paths: [] });
    this.byName = new Map(policies.map((p) => [p.policy, p]));
    this.ranges = labels.map((_, k) => padded(Math.min(...policies.map((p) => p.value[k])), Math.max(...policies.map((p) => p.value[k]))));
    // What the axes ask of a set of points.
    this.frame = { show: (_, v, digits) => num(v, digits), label: (k) => labels[k] };
    this.layers = new Layers(host, () => this.draw());
    host.addEventListener("pointermove", (e) => this.hover(e));
    host.addEventListener("pointerleave", () => this.layers.showTip(null));
    host.addEventListener("keydown", (e) => this.key(e));
  }

  /** Arrows walk through the shown policies in the order of an axis. */
  key(e) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 1], ArrowDown: [1, -1] }[e.key];
    if (!step || !this.seen.length) return;
    e.preventDefault();
    const k = this.axes[step[0]];
    const order = [...this.seen].sort((a, b) => a.value[k] - b.value[k]);
    const at = Math.min(order.length - 1, Math.max(0, order.indexOf(this.at) + step[1]));
    this.at = order[at];
    const [x, y] = locate(this.p, this.at.value);
    this.layers.showTip(this.describe(this.at), x, y);
    announce(`${this.at.policy}${this.at.parent ? ` from ${this.at.parent}` : ""}: ${this.labels.map((label, j) => `${label} ${num(this.at.value[j])}`).join(", ")}`);
  }

  /** Content of the tip of a policy. */
  describe(p) {
    return h("div", {}, h("strong", {}, p.policy), h("div", { class: "soft" }, p.origin), p.parent ? h("div", {}, `from ${p.parent}`) : null,
      this.labels.map((label, k) => h("div", { class: "n" }, `${label} ${num(p.value[k])}`)), p.final ? h("div", {}, "on the final front") : null);
  }

  /** Shows policies up to a round, with the thresholds of its paths. */
  show(seen, round, axes, front, paths) {
    Object.assign(this, { seen, round, axes, front, paths });
    this.layers.request("all");
  }

  draw() {
    if (!this.axes) return;
    const [i, j] = this.axes;
    const { width, height, scale, lines: c } = this.layers;
    this.box = boxOf(this.frame, j, this.ranges[j], width, height);
    this.p = twoAxes(this.labels.length, i, j, this.ranges[i], this.ranges[j], this.box);
    this.layers.back.replaceChildren(...axes2(this.frame, i, j, this.ranges[i], this.ranges[j], this.box));
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, height);
    const shown = new Set(this.seen.map((p) => p.policy));
    for (const now of [false, true]) {
      for (const p of this.seen) {
        if ((p.round === this.round) !== now) continue;
        const parent = p.parent && this.byName.get(p.parent);
        if (parent && shown.has(parent.policy)) this.arrow(c, locate(this.p, parent.value), locate(this.p, p.value), now);
      }
    }
    this.thresholds(c);
    // The front stands above what it dominates, and what is new above what was there.
    const rank = (p) => 2 * this.front.has(p.policy) + (p.round === this.round);
    for (const p of [...this.seen].sort((a, b) => rank(a) - rank(b))) this.point(c, p, p.round === this.round);
    this.layers.over.replaceChildren(...this.legend());
  }

  /** Each threshold of a path as a broken line, from the parent to the child that went farthest along it. */
  thresholds(c) {
    c.save();
    c.beginPath();
    c.rect(this.box.left, this.box.top, this.box.width, this.box.height);
    c.clip();
    c.lineWidth = 1;
    c.strokeStyle = property("bad");
    c.setLineDash([5, 4]);
    for (const { path, parent, thresholds } of this.paths) {
      const from = this.byName.get(parent);
      const children = this.seen.filter((p) => p.policy.startsWith(`${path}.`));
      if (!from || !children.length) continue;
      this.axes.forEach((k, n) => {
        if (thresholds[k] === null || thresholds[k] === undefined) return;
        const other = 1 - n; // a threshold on the axis to the right is a line upwards
        const at = locate(this.p, from.value.map((v, j) => (j === k ? +thresholds[k] : v)))[n];
        const start = locate(this.p, from.value)[other];
        const ends = children.map((p) => locate(this.p, p.value)[other]);
        let end = ends.reduce((a, b) => (Math.abs(b - start) > Math.abs(a - start) ? b : a), start);
        if (Math.abs(end - start) < 24) end = start + (end < start ? -24 : 24);
        c.beginPath();
        for (const v of [start, end]) c.lineTo(...(n ? [v, at] : [at, v]));
        c.stroke();
      });
    }
    c.restore();
  }

  arrow(c, [x0, y0], [x1, y1], now) {
    if (Math.hypot(x1 - x0, y1 - y0) < 3) return;
    c.strokeStyle = c.fillStyle = now ? look(5).color : property("strong");
    c.globalAlpha = now ? 0.8 : 0.3;
    c.lineWidth = now ? 1.5 : 1;
    const a = Math.atan2(y1 - y0, x1 - x0);
    const [tx, ty] = [x1 - 6 * Math.cos(a), y1 - 6 * Math.sin(a)];
    c.beginPath();
    c.moveTo(x0, y0);
    c.lineTo(tx, ty);
    c.stroke();
    c.beginPath();
    c.moveTo(tx, ty);
    for (const turn of [2.7, -2.7]) c.lineTo(tx + 6 * Math.cos(a + turn), ty + 6 * Math.sin(a + turn));
    c.fill();
    c.globalAlpha = 1;
  }

  point(c, p, now) {
    const [x, y] = locate(this.p, p.value);
    const first = p.round === 0;
    c.save();
    c.translate(x, y);
    marker(c, first ? "square" : "circle", now ? 5 : 3.5);
    c.fillStyle = this.front.has(p.policy) ? look(first ? 0 : 2).color : property("point");
    c.fill();
    c.lineWidth = p.final ? 2 : 0.6;
    c.strokeStyle = p.final ? property("ink") : property("sheet");
    c.stroke();
    c.restore();
  }

  legend() {
    const items = [["square", look(0).color, "stage 1"], ["circle", look(2).color, "extended"], ["circle", property("point"), "dominated by then"]];
    let x = this.box.left + 150;
    return items.flatMap(([shape, fill, text]) => {
      const at = x;
      x += 34 + text.length * 7.4;
      if (x > this.layers.width) return [];
      return [shape === "square" ? s("rect", { x: at, y: 7, width: 9, height: 9, fill }) : s("circle", { cx: at + 4, cy: 12, r: 5, fill }), s("text", { x: at + 15, y: 16 }, text)];
    });
  }

  hover(e) {
    if (!this.p) return;
    const r = this.host.getBoundingClientRect();
    const [x, y] = [e.clientX - r.left, e.clientY - r.top];
    let [best, least] = [null, 12];
    for (const p of this.seen) {
      const [px, py] = locate(this.p, p.value);
      const d = Math.hypot(px - x, py - y);
      if (d < least) [best, least] = [p, d];
    }
    this.layers.showTip(best ? this.describe(best) : null, x, y);
  }

  dispose() {
    this.layers.dispose();
  }
}
