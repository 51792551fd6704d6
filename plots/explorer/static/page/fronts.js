// Fronts from the server: as JSON, or, when they are large, as 32-bit numbers.
import { get } from "./api.js";

const LARGE = 2000; // points from which the binary form is asked for

/**
 * A front of one run, columns as flat arrays; stderr and selected may be null.
 * @typedef {object} Front
 * @property {string} run
 * @property {string[]} objectives @property {string[]} units
 * @property {number} count @property {number} m
 * @property {Float64Array} points @property {Float64Array|null} stderr @property {Float64Array|null} selected
 * @property {string[]} policies @property {string[]} origin @property {Uint8Array} nondominated
 * @property {Object<string, Float64Array>} measures
 */

/** Numbers of the interface, in which non-finite ones are strings. */
export function number(v) {
  if (typeof v === "number") return v;
  if (v === null || v === undefined) return NaN;
  return Number(String(v).replace("Inf", "Infinity"));
}

function flat(rows) {
  return rows ? Float64Array.from(rows.flat(), number) : null;
}

/** The front of a run. @param {{at?: string, measures?: string[], size?: number}} [o] @returns {Promise<Front>} */
export async function loadFront(run, { at = "", measures = [], size = 0 } = {}, signal) {
  const query = { at, measures: measures.join(",") };
  if (size > LARGE) return loadBinary(run, query, signal);
  const f = await get(`/runs/${run}/front`, query, signal);
  return {
    ...f, points: flat(f.points), stderr: flat(f.stderr), selected: flat(f.selected),
    nondominated: Uint8Array.from(f.nondominated), origin: f.origin ?? [],
    measures: Object.fromEntries(Object.entries(f.measures ?? {}).map(([name, v]) => [name, Float64Array.from(v, number)])),
  };
}

async function loadBinary(run, query, signal) {
  const params = new URLSearchParams(Object.entries({ ...query, selected: "1" }).filter(([, v]) => v !== ""));
  const response = await fetch(`/api/v1/runs/${run}/front?${params}`, { headers: { Accept: "application/octet-stream" }, signal });
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("application/octet-stream")) {
    return loadFront(run, { at: query.at, measures: query.measures ? query.measures.split(",") : [] }, signal);
  }
  return unpack(await response.arrayBuffer());
}

/** Reads the binary form: "PLF1", length of the header, header as JSON, arrays of 32-bit floats. */
export function unpack(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, false) !== 0x504c4631) throw new Error("the front is not in the form PLF1");
  const length = view.getUint32(4, true);
  const f = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  let at = Math.ceil((8 + length) / 4) * 4;
  const arrays = {};
  for (const { name, shape } of f.arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    arrays[name] = Float64Array.from(new Float32Array(buffer, at, size));
    at += 4 * size;
  }
  const { points, stderr = null, selected = null, nondominated, origin, ...measures } = arrays;
  return {
    ...f, points, stderr, selected, measures,
    nondominated: nondominated ? Uint8Array.from(nondominated) : new Uint8Array(f.count).fill(1),
    origin: origin ? Array.from(origin, (k) => f.origins[k]) : [],
  };
}
