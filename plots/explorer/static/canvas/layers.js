// The layers of a view: axes as SVG, lines, markers, marks and labels as SVG on top, and a tip that follows
// the pointer. They fill their host and are drawn at most once a frame.
import { h, put, s, setStyle } from "../page/dom.js";
import { Raster } from "./raster.js";

export class Layers {
  /**
   * @param {HTMLElement} host
   * @param {(what: Set<string>) => void} draw gets what changed since the last frame
   */
  constructor(host, draw) {
    this.host = host;
    this.under = h("canvas", { "aria-hidden": "true" });
    this.lines = this.under.getContext("2d");
    this.raster = new Raster(h("canvas", { "aria-hidden": "true" }));
    this.back = s("svg", { "aria-hidden": "true" });
    this.over = s("svg", { "aria-hidden": "true" });
    this.tip = h("div", { class: "tip" });
    this.tip.hidden = true;
    host.append(this.back, this.under, this.raster.canvas, this.over, this.tip);
    this.pending = new Set();
    this.frame = 0;
    this.draw = draw;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.resize();
  }

  resize() {
    const { clientWidth: w, clientHeight: ht } = this.host;
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    if (w === 0 || ht === 0 || (w === this.width && ht === this.height && scale === this.scale)) return;
    Object.assign(this, { width: w, height: ht, scale });
    this.under.width = Math.round(w * scale);
    this.under.height = Math.round(ht * scale);
    this.raster.resize(Math.round(w * scale), Math.round(ht * scale));
    for (const svg of [this.back, this.over]) svg.setAttribute("viewBox", `0 0 ${w} ${ht}`);
    this.pending.add("size");
    if (this.raster.drawn) this.flush(); // a resized canvas is empty: fill it before it is shown
    else this.request("size");
  }

  /** Asks for a frame in which what is drawn anew. */
  request(what) {
    this.pending.add(what);
    if (this.frame || !this.width) return;
    this.frame = requestAnimationFrame(() => this.flush());
  }

  /** Draws what is asked for. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const todo = new Set(this.pending);
    this.pending.clear();
    this.raster.drawn = true;
    this.draw(todo);
  }

  /** Shows the tip beside a place, or hides it (null). */
  showTip(content, x, y) {
    this.tip.hidden = !content;
    if (!content) return;
    put(this.tip, content);
    const { offsetWidth: w, offsetHeight: ht } = this.tip;
    const left = x + 14 + w > this.width ? Math.max(0, x - 14 - w) : x + 14;
    const top = Math.max(0, Math.min(y + 14, this.height - ht));
    setStyle(this.tip, { left: `${left}px`, top: `${top}px` });
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
  }
}
