// Ordinary charts: ECharts, loaded when the first of them is wanted.
import { dark, look, property } from "./palette.js";
import { calm } from "./theme.js";
import { num } from "./format.js";

let library = null;

function load() {
  library ??= import("../vendor/echarts-6.1.0.esm.min.js");
  return library;
}

/**
 * A chart in a host of fixed size.
 * @param {HTMLElement} host
 * @returns {{set: (option: object) => Promise<void>, dispose: () => void, on: (event: string, f: Function) => void}}
 */
export function chart(host) {
  let instance = null;
  let gone = false;
  let option = null;
  const handlers = [];
  const observer = new ResizeObserver(() => instance?.resize());
  async function make() {
    const echarts = await load();
    if (gone) return;
    await new Promise((r) => { requestAnimationFrame(r); });
    if (gone || instance) return;
    instance = echarts.init(host, null, { renderer: "canvas" });
    host.chart = instance;
    handlers.forEach(([event, f]) => instance.on(event, f));
    observer.observe(host);
  }
  return {
    async set(o) {
      option = o;
      if (!instance) await make();
      if (instance && option === o) instance.setOption({ ...base(), ...o }, { notMerge: true });
    },
    on(event, f) {
      handlers.push([event, f]);
      instance?.on(event, f);
    },
    get instance() { return instance; },
    dispose() {
      gone = true;
      observer.disconnect();
      instance?.dispose();
    },
  };
}

/** What all charts have in common: no ornaments, the page's text and colours. */
function base() {
  const text = { color: property("soft"), fontSize: 14, fontFamily: getComputedStyle(document.body).fontFamily };
  return {
    animation: !calm(), animationDuration: 200, animationDurationUpdate: 200, darkMode: dark(), backgroundColor: "transparent", textStyle: text,
    color: Array.from({ length: 8 }, (_, i) => look(i).color), aria: { enabled: false },
  };
}

/** An axis of values or categories in the page's style. */
export function axis(name, more = {}) {
  const label = { color: property("soft"), fontSize: 14, hideOverlap: true };
  if (more.type !== "category") label.formatter = (v) => num(v, 3);
  return {
    type: "value", name, nameLocation: "end", nameTextStyle: { color: property("ink"), fontWeight: 600, fontSize: 14 }, scale: true,
    axisLabel: { ...label, ...more.axisLabel }, axisLine: { show: true, lineStyle: { color: property("strong") } }, axisTick: { show: false }, splitLine: { show: more.type !== "category", lineStyle: { color: property("line") } }, ...without(more, "axisLabel"),
  };
}

function without(o, name) {
  const { [name]: _, ...rest } = o;
  return rest;
}

/** Room around the plot; labels are kept inside. */
export const GRID = { left: 8, right: 24, top: 34, bottom: 34, containLabel: true };

/** A tip with numbers. */
export function tip(more = {}) {
  return {
    trigger: "axis", renderMode: "richText", backgroundColor: property("sheet"), borderColor: property("strong"), textStyle: { color: property("ink"), fontSize: 14 }, valueFormatter: (v) => num(v), confine: true, ...more,
  };
}

/** The style of the line of the i-th label. */
export function lineOf(i, more = {}) {
  const { color, dash } = look(i);
  return { color, type: dash.length ? dash : "solid", width: 2, ...more };
}

