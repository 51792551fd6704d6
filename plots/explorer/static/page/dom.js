// Building blocks of the document. Text always goes in as text: what comes from a run is never markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Creates an element. Properties: class, dataset, on (listeners by event), style (custom properties and
 * sizes, set through the DOM), anything else an attribute (true: empty, false and null: absent).
 * @param {string} tag
 * @param {Object<string, any>} [props]
 * @param {...(Node|string|number|null|undefined|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Creates an SVG element, as h does. @returns {SVGElement} */
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
    else if (name === "style") setStyle(node, value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

/** Sets style properties one by one, which a strict content security policy allows. */
export function setStyle(node, style) {
  for (const [name, value] of Object.entries(style)) node.style.setProperty(name, value);
}

/** Appends children, flattening arrays and leaving out null, undefined and false. */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces everything inside node. */
export function put(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** A button. @param {string} label @param {(e: Event) => void} click */
export function button(label, click, props = {}) {
  return h("button", { type: "button", ...props, on: { click, ...(props.on ?? {}) } }, label);
}

let ids = 0;

/** A fresh id for aria references. */
export function uid(stem = "id") {
  return `${stem}-${++ids}`;
}

/**
 * A labelled drop-down list.
 * @param {string} label
 * @param {Array<[string, string]|[string, string, string]>} options value, text and, if wanted, group
 * @param {string} value
 * @param {(value: string) => void} change
 * @param {string} [kind] "across": the label stands on the left instead of above
 */
export function select(label, options, value, change, props = {}, kind = "") {
  const list = h("select", { on: { change: () => change(list.value) }, ...props });
  const groups = new Map();
  for (const [v, text, group] of options) {
    const option = h("option", { value: v }, text);
    option.value = v;
    if (v === value) option.selected = true;
    if (!group) list.append(option);
    else {
      if (!groups.has(group)) {
        groups.set(group, h("optgroup", { label: group }));
        list.append(groups.get(group));
      }
      groups.get(group).append(option);
    }
  }
  return h("label", { class: `field ${kind}` }, h("span", {}, label), list);
}

/** A labelled check box. @param {(on: boolean) => void} change */
export function check(label, on, change, props = {}) {
  const box = h("input", { type: "checkbox", on: { change: () => change(box.checked) }, ...props });
  box.checked = on;
  return h("label", { class: "check" }, box, h("span", {}, label));
}

/**
 * A row of choices of which one holds: radio buttons that look like one control.
 * @param {string} label of the group
 * @param {Array<[string, string]>} options value, text
 */
export function segmented(label, options, value, change) {
  const name = uid("choice");
  return h("fieldset", { class: "segmented" }, h("legend", { class: "hidden" }, label),
    options.map(([v, text]) => {
      const radio = h("input", { type: "radio", name, value: v, on: { change: () => change(v) } });
      radio.value = v;
      radio.checked = v === value;
      return h("label", {}, radio, h("span", {}, text));
    }));
}

/** A labelled slider with its value as text. @param {(v: number) => void} input called while it moves */
export function slider(label, { min, max, step, value, text = String, change }, input) {
  const shown = h("output", {}, text(value));
  const range = h("input", {
    type: "range", min, max, step,
    on: {
      input: () => { shown.textContent = text(+range.value); input(+range.value); },
      change: () => change?.(+range.value),
    },
  });
  range.value = value;
  const field = h("label", { class: "field slider" }, h("span", {}, label), range, shown);
  field.set = (v) => { range.value = v; shown.textContent = text(+v); };
  return field;
}
