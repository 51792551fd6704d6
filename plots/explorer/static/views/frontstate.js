// The state of the Front page in the address, read once and written as it changes.
import { list, set as setAddress } from "../page/address.js";

/**
 * Reads views, axes, colours, marks, conditions, picked and compared points and reference points into
 * the page.
 */
export function readState(page, params) {
  const { set } = page;
  const m = set.m;
  const axis = (name, otherwise) => {
    const k = params.has(name) ? +params.get(name) : otherwise;
    return Number.isInteger(k) && k >= 0 && k < m ? k : Math.min(otherwise, m - 1);
  };
  page.possible = (kind) => (kind === "2d" ? m >= 1 : kind === "3d" || kind === "plane" ? m >= 3 : kind === "matrix" ? m >= 2 && m <= 9 : true);
  const wanted = list(params, "views").filter((k) => page.possible(k));
  page.kinds = wanted.length ? wanted : m <= 2 ? ["2d"] : m === 3 ? ["2d", "3d"] : ["2d", "parallel"];
  page.axes = [axis("x", 0), axis("y", 1), axis("z", 2)];
  page.at = params.get("at") ?? "";
  page.knee = params.get("knee") ?? (set.n > 2 ? "marginal_utility" : "none");
  page.shows = new Set(params.has("show") ? list(params, "show") : ["known", ...(set.n <= 300 && m <= 4 ? ["extremes"] : []), ...(m === 2 && page.runs.length > 2 ? ["band"] : [])]);
  page.representatives = +(params.get("rep") ?? 0) || 0;
  page.plane = params.get("plane") ?? "components";
  page.order = permutation(list(params, "order").map(Number), m);
  page.flipped = new Set(list(params, "flip").map(Number).filter((k) => k >= 0 && k < m));
  page.common = params.get("common") === "1";
  page.references = (params.get("ref") ?? "").split(";").filter(Boolean).map((r) => r.split(",").map(Number)).filter((v) => v.length === m && v.every(Number.isFinite)).map((values) => ({ values }));
  set.costs = params.get("costs") === "1";
  set.hideDominated = params.get("dominated") === "hide";
  const color = params.get("color") ?? (page.runs.length > 1 ? "run" : m > 2 ? "v0" : "run");
  page.wantedColor = color;
  if (/^(run|algorithm|origin|cluster|v\d+)$/.test(color)) set.colorBy(color);
  for (const part of (params.get("c") ?? "").split(";")) {
    const [k, text] = part.split(":");
    if (text === undefined || !(+k >= 0 && +k < m)) continue;
    const intervals = text.split(",").map((i) => i.split("..").map(Number)).filter(([lo, hi]) => lo <= hi);
    if (intervals.length) set.conditions.set(+k, intervals);
  }
  if (params.get("sel")) set.chosen = new Set(numbersOf(params.get("sel")).filter((i) => i < set.n));
  const point = (key) => set.find(key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1));
  set.picked = params.get("pick") ? point(params.get("pick")) : -1;
  set.compared = list(params, "cmp").map(point).filter((i) => i >= 0);
  set.update();
}

function permutation(order, m) {
  const ok = order.length === m && [...order].sort((a, b) => a - b).every((v, k) => v === k);
  return ok ? order : Array.from({ length: m }, (_, k) => k);
}

/** Numbers as ranges: 0-3,7. @param {Iterable<number>} numbers */
function ranges(numbers) {
  const out = [];
  for (const i of [...numbers].sort((a, b) => a - b)) {
    if (out.length && out.at(-1)[1] === i - 1) out.at(-1)[1] = i;
    else out.push([i, i]);
  }
  return out.map(([a, b]) => (a === b ? a : `${a}-${b}`)).join(",");
}

function numbersOf(text) {
  return text.split(",").map((r) => r.split("-").map(Number)).filter(([a, b = a]) => Number.isInteger(a) && Number.isInteger(b) && b - a < 1e5)
    .flatMap(([a, b = a]) => Array.from({ length: b - a + 1 }, (_, k) => a + k));
}

let timer = 0;

/**
 * Writes what is selected into the address, once it rests: conditions, and points that were chosen by hand by their places, which
 * stay the same once runs are complete.
 */
export function writeConditions(page) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (page.closed) return;
    const short = (v) => +v.toPrecision(6);
    const text = [...page.set.conditions].map(([k, intervals]) => `${k}:${intervals.map(([lo, hi]) => `${short(lo)}..${short(hi)}`).join(",")}`).join(";");
    const { chosen } = page.set;
    setAddress({ c: text || null, sel: chosen && page.runs.every((r) => r.status === "complete") ? ranges(chosen) || "none" : null }, { replace: true });
  }, 200);
}

/** Writes reference points into the address. */
export function writeReferences(page) {
  setAddress({ ref: page.references.map((r) => r.values.map((v) => +v.toPrecision(6)).join(",")).join(";") || null }, { replace: true });
}
