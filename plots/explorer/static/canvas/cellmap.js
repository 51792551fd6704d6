// The map of an archive over two behaviours: rectangles of a grid, polygons of a tessellation, or points.
import { h, s } from "../page/dom.js";
import { num, words } from "../page/format.js";
import { property, sequential } from "../page/palette.js";
import { axes2, boxOf } from "./axes.js";
import { Layers } from "./layers.js";
import { twoAxes, locate } from "./kernel.js";
import { padded } from "./ticks.js";

export class CellMap {
  /**
   * @param {HTMLElement} host
   * @param {{kind: string, shape: number[], low: number[], high: number[]}} archive
   * @param {Array<{i: number, index?: number[], centre?: number[], polygon?: Array<[number, number]>, behaviour: number[]}>} cells
   * @param {string[]} names of the behaviours @param {(cell: object|null) => void} onpick
   */
  constructor(host, archive, cells, names, onpick) {
    Object.assign(this, { host, archive, cells, names, onpick, picked: -1, share: () => 0.5, scale: ["", ""] });
    const span = (k) => padded(Math.min(...cells.map((c) => c.behaviour[k] ?? 0)), Math.max(...cells.map((c) => c.behaviour[k] ?? 0)), 0.04);
    this.ranges = [0, 1].map((k) => (Number.isFinite(archive.low?.[k]) && Number.isFinite(archive.high?.[k]) && archive.high[k] > archive.low[k] ? [archive.low[k], archive.high[k]] : span(k)));
    this.frame = { show: (_, v, digits = 3) => num(v, digits), label: (k) => words(names[k] ?? "") };
    this.layers = new Layers(host, () => this.draw());
    this.listen();
  }

  /** Colours cells by a share in [0, 1]; the texts stand at the ends of the scale. */
  color(share, low, high) {
    this.share = share;
    this.scale = [low, high];
    this.layers.request("all");
  }

  /** Traces the outline of a cell. */
  outline(c, cell) {
    const { kind, shape, low, high } = this.archive;
    c.beginPath();
    if (cell.polygon?.length) {
      cell.polygon.forEach((v, k) => c[k ? "lineTo" : "moveTo"](...locate(this.p, v)));
      c.closePath();
    } else if (kind === "grid" && cell.index) {
      const corner = (d) => locate(this.p, [0, 1].map((k) => low[k] + ((cell.index[k] + d) / shape[k]) * (high[k] - low[k])));
      const [[x0, y0], [x1, y1]] = [corner(0), corner(1)];
      c.rect(x0, y1, x1 - x0, y0 - y1);
    } else {
      const [x, y] = locate(this.p, cell.behaviour);
      c.arc(x, y, this.cells.length > 2000 ? 2.5 : 4, 0, 2 * Math.PI);
    }
  }

  draw() {
    const { width, height, scale, lines: c } = this.layers;
    this.box = boxOf(this.frame, 1, this.ranges[1], width, height);
    this.p = twoAxes(2, 0, 1, this.ranges[0], this.ranges[1], this.box);
    this.layers.back.replaceChildren(...axes2(this.frame, 0, 1, this.ranges[0], this.ranges[1], this.box));
    c.setTransform(scale, 0, 0, scale, 0, 0);
    c.clearRect(0, 0, width, height);
    const some = this.archive.kind === "grid" && this.cells.some((cell) => !cell.policy);
    for (const cell of this.cells) {
      this.outline(c, cell);
      const t = this.share(cell);
      c.fillStyle = Number.isFinite(t) ? sequential(t) : property("point");
      c.fill();
      if (some && cell.policy) {
        // A dot marks the cells of which somebody is kept.
        c.beginPath();
        c.arc(...locate(this.p, cell.behaviour), 2.5, 0, 2 * Math.PI);
        c.fillStyle = property("bad");
        c.fill();
        c.strokeStyle = property("sheet"); // so that it stands out from every colour
        c.lineWidth = 1;
        c.stroke();
      }
    }
    if (this.picked >= 0) {
      for (const [color, w] of [[property("sheet"), 5], [property("ink"), 2.5]]) {
        this.outline(c, this.cells[this.picked]);
        c.strokeStyle = color;
        c.lineWidth = w;
        c.stroke();
      }
    }
    this.layers.over.replaceChildren(...this.legend());
  }

  legend() {
    const [low, high] = this.scale;
    const x = Math.max(this.box.left + 120, this.layers.width - 300);
    const bars = Array.from({ length: 24 }, (_, k) => s("rect", { x: x + 70 + k * 5, y: 6, width: 5.5, height: 10, fill: sequential(k / 23) }));
    return this.layers.width < 420 ? [] : [s("text", { x: x + 64, y: 16, "text-anchor": "end" }, low), ...bars, s("text", { x: x + 196, y: 16 }, high)];
  }

  /** The cell at a place: of a grid by its index, else the nearest. */
  at(x, y) {
    const b = this.box;
    if (!b || x < b.left || x > b.left + b.width || y < b.top || y > b.top + b.height) return -1;
    const grid = this.archive.kind === "grid";
    let [best, least] = [-1, grid ? Infinity : 400];
    const [sx, sy] = grid ? [b.width / this.archive.shape[0], b.height / this.archive.shape[1]] : [1, 1];
    for (const cell of this.cells) {
      if (grid && cell.index) {
        const [cx, cy] = [b.left + (cell.index[0] + 0.5) * sx, b.top + b.height - (cell.index[1] + 0.5) * sy];
        if (Math.abs(cx - x) <= sx / 2 && Math.abs(cy - y) <= sy / 2) return cell.i;
      } else {
        const [cx, cy] = locate(this.p, cell.centre ?? cell.behaviour);
        const d = (cx - x) ** 2 + (cy - y) ** 2;
        if (d < least) [best, least] = [cell.i, d];
      }
    }
    return best;
  }

  pick(i) {
    if (i === this.picked) return;
    this.picked = i;
    this.layers.request("all");
    this.onpick(i >= 0 ? this.cells[i] : null);
  }

  listen() {
    const place = (e) => {
      const r = this.host.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    this.host.addEventListener("pointermove", (e) => {
      const [x, y] = place(e);
      const i = this.at(x, y);
      const cell = this.cells[i];
      this.layers.showTip(cell ? h("div", {}, this.names.slice(0, 2).map((n, k) => h("div", { class: "n" }, `${words(n)} ${num(cell.behaviour[k], 3)}`)), h("div", { class: "n soft" }, (cell.value ?? []).map((v) => num(v)).join(", "))) : null, x, y);
    });
    this.host.addEventListener("pointerleave", () => this.layers.showTip(null));
    this.host.addEventListener("click", (e) => this.pick(this.at(...place(e))));
    this.host.addEventListener("keydown", (e) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
      if (!step) return;
      e.preventDefault();
      this.pick(this.picked < 0 ? 0 : this.neighbour(step));
    });
  }

  /** The nearest cell in a direction. */
  neighbour([dx, dy]) {
    const from = locate(this.p, this.cells[this.picked].behaviour);
    let [best, least] = [this.picked, Infinity];
    for (const cell of this.cells) {
      const [x, y] = locate(this.p, cell.behaviour);
      const [along, across] = [(x - from[0]) * dx - (y - from[1]) * dy, Math.abs((x - from[0]) * dy) + Math.abs((y - from[1]) * dx)];
      if (along > 0.5 && along + 2 * across < least) [best, least] = [cell.i, along + 2 * across];
    }
    return best;
  }

  dispose() {
    this.layers.dispose();
  }
}
