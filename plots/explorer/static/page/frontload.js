// From runs in the address to one set of points.
import { get } from "./api.js";
import { loadFront } from "./fronts.js";
import { listed } from "./format.js";
import { FrontSet } from "./frontset.js";

/** The objectives of a run with units. @returns {Array<{name: string, unit: string, sense: string}>} */
export function objectivesOf(run) {
  return run.objectives_detail ?? run.objectives.map((name) => ({ name, unit: "" }));
}

/** Runs that cannot stand in one picture: other objectives than the first. @returns {object[]} */
export function strangers(runs) {
  const key = (r) => r.objectives.join("\n");
  return runs.filter((r) => key(r) !== key(runs[0]));
}

/**
 * Loads the fronts of runs with the same objectives.
 * @param {object[]} runs @param {string} at final, last or an evaluation; "" as the server chooses
 */
export async function loadSet(runs, at = "", signal) {
  const others = strangers(runs);
  if (others.length) {
    const e = new Error(`These runs have other objectives than ${runs[0].title}: ${listed(others.map((r) => r.title))}.`);
    e.hint = "Remove them from the page, or compare them on the Compare page, which keeps environments apart.";
    e.status = 400;
    throw e;
  }
  const fronts = await Promise.all(runs.map((r) => loadFront(r.id, { at, size: r.front_size ?? 0 }, signal).catch((e) => {
    if (e.status === 404) return null;
    throw e;
  })));
  const parts = runs.map((run, k) => ({ run, front: fronts[k] })).filter((p) => p.front && p.front.count > 0);
  return new FrontSet(parts, objectivesOf(runs[0]));
}

/** Adds a measure of the points (crowding, ideal_distance, marginal_utility) to the set. */
export async function addMeasure(set, name, at = "") {
  if (set.measures[name]) return;
  const fronts = await Promise.all(set.parts.map(({ run }) => loadFront(run.id, { at, measures: [name] })));
  const out = new Float64Array(set.n).fill(NaN);
  let from = 0;
  fronts.forEach((f, k) => {
    if (f.measures[name] && f.count === set.parts[k].front.count) out.set(f.measures[name], from);
    from += set.parts[k].front.count;
  });
  set.measures[name] = out;
}

/** The body of requests about the whole set. */
export function selectionOf(set, at = "") {
  return { runs: set.parts.map((p) => p.run.id), ...(at ? { at: /^\d+$/.test(at) ? +at : at } : {}) };
}

/** The index in the set of a reference that the server gives, or −1. */
export function indexOf(set, ref) {
  return ref ? set.at(ref.run, ref.row) : -1;
}

/** The known front of the runs' environment, if they share one. */
export async function knownFront(runs) {
  const run = runs[0].known_front !== undefined ? runs[0] : await get(`/runs/${runs[0].id}`);
  return run.known_front;
}
