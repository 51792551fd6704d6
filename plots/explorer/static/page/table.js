// A table that sorts, selects and stays fast with 10,000 rows: only those in sight are in the document.
import { button, h, put, setStyle } from "./dom.js";
import { num } from "./format.js";

/**
 * @typedef {object} Column
 * @property {string} name shown
 * @property {(row: any, i: number) => any} value for sorting and, without cell, for showing
 * @property {(row: any, i: number) => Node|string} [cell]
 * @property {boolean} [number] right-aligned with equal digits
 * @property {string} [title] what the column means
 */

const ROW = 34; // pixels, as in app.css
const WINDOW = 60; // rows in the document at once

/**
 * @param {object} o
 * @param {string} o.caption
 * @param {Column[]} o.columns
 * @param {any[]} o.rows
 * @param {string} [o.height] tall or low: the table scrolls inside
 * @param {{column: number, down: boolean}} [o.sort]
 * @param {(row: any) => boolean} [o.selected]
 * @param {(row: any) => boolean} [o.faded]
 * @param {(row: any) => void} [o.open] on Enter or a click
 * @param {(sort: object) => void} [o.onsort]
 * @returns {{node: HTMLElement, refresh: () => void, rows: (rows: any[]) => void}}
 */
export function table(o) {
  let rows = o.rows;
  let sort = o.sort ?? null;
  let order = [];
  let cursor = 0;
  const body = h("tbody");
  const heads = o.columns.map((c, k) => {
    const label = h("button", { type: "button", title: c.title, on: { click: () => sortBy(k) } }, c.name);
    return h("th", { scope: "col", class: c.number ? "n" : "" }, c.bare ? c.name : label);
  });
  const long = () => rows.length > WINDOW && o.height;
  const inner = h("table", { class: o.height ? "fixed" : "" }, h("caption", { class: "hidden" }, o.caption), h("thead", {}, h("tr", {}, heads)), body);
  const node = h("div", {
    class: `scroll ${o.height ?? ""}`, tabindex: 0, role: "region", "aria-label": o.caption,
    on: { scroll: () => long() && draw(), keydown: keys },
  }, inner);

  function sortBy(k) {
    sort = { column: k, down: sort?.column === k ? !sort.down : Boolean(o.columns[k].number) };
    arrange();
    o.onsort?.(sort);
  }

  function arrange() {
    order = rows.map((_, i) => i);
    if (sort) {
      const value = o.columns[sort.column].value;
      const keys = rows.map((r, i) => value(r, i));
      const sign = sort.down ? -1 : 1;
      const blank = (v) => v === null || v === undefined || v === "" || Number.isNaN(v);
      order.sort((a, b) => {
        const [x, y] = [keys[a], keys[b]];
        if (blank(x) || blank(y)) return blank(x) - blank(y) || a - b;
        return (typeof x === "string" ? sign * x.localeCompare(y, undefined, { numeric: true }) : sign * (x - y)) || a - b;
      });
    }
    heads.forEach((th, k) => {
      const on = sort?.column === k;
      th.setAttribute("aria-sort", on ? (sort.down ? "descending" : "ascending") : "none");
      const mark = on ? (sort.down ? " ↓" : " ↑") : "";
      if (th.firstChild.tagName === "BUTTON") th.firstChild.textContent = o.columns[k].name + mark;
    });
    draw();
  }

  function draw() {
    const first = long() ? Math.max(0, Math.min(Math.floor(node.scrollTop / ROW) - 15, order.length - WINDOW)) : 0;
    const last = long() ? Math.min(order.length, first + WINDOW) : order.length;
    const inside = [];
    if (first > 0) inside.push(filler(first));
    for (let k = first; k < last; k++) inside.push(line(order[k], k));
    if (last < order.length) inside.push(filler(order.length - last));
    put(body, inside);
    inner.setAttribute("aria-rowcount", String(order.length + 1));
  }

  function filler(n) {
    const cell = h("td", { colspan: o.columns.length });
    setStyle(cell, { height: `${n * ROW}px` });
    return h("tr", { class: "gap", "aria-hidden": "true" }, cell);
  }

  function line(i, k) {
    const row = rows[i];
    const cells = o.columns.map((c, j) => {
      const shown = c.cell ? c.cell(row, i) : c.value(row, i);
      return h(j === 0 && !c.bare ? "th" : "td", { scope: j === 0 && !c.bare ? "row" : null, class: [c.number ? "n" : "", c.wrap ? "cell-wrap" : ""].join(" ").trim() || null },
        c.cell || typeof shown !== "number" ? (shown ?? "–") : num(shown));
    });
    return h("tr", {
      "aria-rowindex": k + 2,
      "aria-selected": o.selected ? String(Boolean(o.selected(row))) : null,
      class: o.faded?.(row) ? "faded" : null,
      on: o.open ? { click: (e) => { if (!e.target.closest("a, button, input")) { cursor = k; o.open(row); } } } : null,
    }, cells);
  }

  function keys(e) {
    if (e.target !== node || !o.open || order.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }[e.key];
    if (step === undefined) return;
    e.preventDefault();
    cursor = Math.max(0, Math.min(order.length - 1, cursor + step));
    node.scrollTop = Math.max(0, cursor * ROW - node.clientHeight / 2);
    o.open(rows[order[cursor]]);
  }

  arrange();
  return { node, refresh: draw, rows: (r) => { rows = r; arrange(); } };
}

/** Columns for plain data: names and rows of values. */
export function plain(names, rows) {
  return {
    columns: names.map((name, k) => ({ name, number: rows.some((r) => typeof r[k] === "number"), value: (r) => r[k] })),
    rows,
  };
}

/** A small table without sorting: names of rows and columns, cells as given. */
export function grid(caption, corner, columns, rows) {
  return h("div", { class: "scroll" }, h("table", {}, h("caption", { class: "hidden" }, caption),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, corner), columns.map((c) => h("th", { scope: "col", class: "n" }, c)))),
    h("tbody", {}, rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), cells.map((c) => h("td", { class: "n" }, typeof c === "number" ? num(c) : c)))))));
}
