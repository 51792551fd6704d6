// Colours and markers, those of the figures: Okabe and Ito's eight, the map viridis, eight shapes.

const OKABE_ITO = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000"];
const ON_DARK = ["#4AA3DB", "#E69F00", "#1DB892", "#DE93BD", "#8CCDF2", "#EE7B2C", "#F0E442", "#F2F2F2"];
const VIRIDIS = ["#440154", "#482878", "#3E4A89", "#31688E", "#26828E", "#1F9E89", "#35B779", "#6ECE58", "#B5DE2B"];

/** Shapes of markers in the order that goes with the colours. */
export const SHAPES = ["circle", "up", "square", "diamond", "down", "plus", "star", "cross"];

/** Dashes that go with the colours, in pixels. */
export const DASHES = [[], [6, 3], [9, 3, 2, 3], [2, 2], [4, 2], [9, 3, 2, 3, 2, 3], [12, 4], [5, 2, 2, 2]];

/** Whether the page is dark at present. */
export function dark() {
  return document.documentElement.dataset.theme === "dark";
}

/**
 * The appearance of the i-th label: colour, marker and dash belong together. Beyond eight labels the
 * colours repeat with other markers.
 */
export function look(i) {
  const turn = Math.floor(i / 8);
  const k = (i + 3 * turn) % 8;
  return { color: (dark() ? ON_DARK : OKABE_ITO)[i % 8], shape: SHAPES[k], dash: DASHES[k], hollow: turn % 2 === 1 };
}

/** The looks of labels, fixed by their place among all of them, sorted. @returns {Map<string, object>} */
export function looks(labels) {
  return new Map([...new Set(labels)].sort().map((label, i) => [label, look(i)]));
}

/** A custom property of app.css. */
export function property(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Red, green and blue of a colour #rrggbb. */
export function rgb(hex) {
  const v = parseInt(hex.slice(1), 16);
  return [v >> 16, (v >> 8) & 255, v & 255];
}

/** The colour at t between a (0) and b (1). */
export function mix(a, b, t) {
  const [x, y] = [rgb(a), rgb(b)];
  return `#${x.map((v, i) => Math.round(v + t * (y[i] - v)).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Maps t in [0, 1] to a colour, from dark to light; on a dark page from the middle of the map upwards,
 * where it is light enough.
 */
export function sequential(t) {
  t = Math.min(Math.max(Number.isFinite(t) ? t : 0, 0), 1);
  const map = dark() ? ["#5A6FC0", "#3F86B8", "#2F9AA8", "#35B779", "#6ECE58", "#B5DE2B", "#FDE725"] : VIRIDIS;
  const at = t * (map.length - 1);
  const i = Math.min(Math.floor(at), map.length - 2);
  return mix(map[i], map[i + 1], at - i);
}

/** The colours of the sixteen roles of a scene, by index; a scene is drawn on white in any theme. */
export const SCENE = [
  "#ffffff", "#0072B2", mix("#009E73", "#ffffff", 0.45), "#D55E00", "#4D5259", "#56B4E9", "#E69F00", "#CC79A7",
  "#009E73", "#F0E442", mix("#56B4E9", "#ffffff", 0.65), "#A67C52", "#826EBE", "#D9DCE0", mix("#CC79A7", "#000000", 0.5), "#191C20",
];
