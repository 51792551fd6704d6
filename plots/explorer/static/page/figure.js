// A chart with its summary in words and its data as a table one key away.
import { button, h, put, setStyle } from "./dom.js";
import { table } from "./table.js";

/**
 * @typedef {object} Figure
 * @property {HTMLElement} node
 * @property {HTMLElement} body where the chart is drawn
 * @property {(text: string) => void} say sets the summary
 */

/**
 * A figure. The key T in it shows the data as a table.
 * @param {object} o
 * @param {string} o.title
 * @param {string} [o.summary]
 * @param {string} [o.kind] class of the body: chart, plot and so on
 * @param {() => {columns: Array, rows: Array}} [o.data] the table, made when it is asked for
 * @param {Node[]} [o.tools] controls below the title
 * @param {number} [o.room] the least width of the body in pixels; where there is less it scrolls sideways
 * @param {boolean} [o.wide] takes the whole width among other figures
 * @returns {Figure}
 */
export function figure({ title, summary = "", kind = "chart", data, tools = [], wide = false, room = 0 }) {
  const text = h("p", {}, summary);
  const body = h("div", { class: kind, tabindex: 0, role: kind.startsWith("plot") ? "application" : "img", "aria-label": title });
  if (room) setStyle(body, { "min-width": `${room}px`, "touch-action": "pan-x" });
  const numbers = h("div");
  numbers.hidden = true;
  let toggle = null;
  const show = () => {
    numbers.hidden = !numbers.hidden;
    toggle.setAttribute("aria-pressed", String(!numbers.hidden));
    if (numbers.hidden) put(numbers);
    else {
      const { columns, rows } = data();
      put(numbers, table({ caption: title, columns, rows, height: "low" }).node);
      numbers.querySelector(".scroll")?.focus({ preventScroll: true });
    }
  };
  if (data) toggle = button("Table", show, { class: "quiet", "aria-pressed": "false", "aria-keyshortcuts": "t", title: "The data as a table (T)" });
  const node = h("figure", {
    class: wide ? "wide" : null,
    on: {
      keydown: (e) => {
        if (e.key !== "t" || !data || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
        e.preventDefault();
        show();
      },
    },
  }, h("figcaption", {}, h("div", { class: "row spread" }, h("h2", {}, title), toggle), text, tools.length ? h("div", { class: "row" }, tools) : null), room ? h("div", { class: "pan" }, body) : body, numbers);
  const say = (t) => {
    text.textContent = t;
    body.setAttribute("aria-label", `${title}. ${t}`);
  };
  say(summary);
  return { node, body, say };
}
