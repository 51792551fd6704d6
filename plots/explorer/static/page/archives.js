// The tables that quality diversity leaves with a run, as maps: cells of the space of behaviours, every
// archived individual, and the learned space if there is one.
import { number } from "./fronts.js";

/**
 * A place on a map.
 * @typedef {object} Cell
 * @property {number} i @property {number[]} behaviour @property {number[]} [index] of the cell in the grid
 * @property {number[]} value returns by objective, of its best individual
 * @property {string|null} policy the best individual, which can be replayed
 * @property {Array<{policy: string, value: number[], reward: number, novelty: number, origin: string, parent: string}>} front its individuals
 * @property {number} reward @property {number} novelty @property {number} visits
 */

/** Columns of a table by name. */
function columns(table) {
  return Object.fromEntries((table?.columns ?? []).map((c) => [c.name, c.text ?? c.numbers.map(number)]));
}

/** Columns x_0, x_1 … of a table as rows. */
function series(c, prefix, n) {
  const names = Object.keys(c).filter((k) => k.startsWith(prefix) && /^\d+$/.test(k.slice(prefix.length)));
  return Array.from({ length: n }, (_, i) => names.map((name) => c[name][i]));
}

/**
 * The maps of an archive.
 * @param {{tables: object, measures: object}} answer of /archive @param {string[]} objectives
 * @returns {{dimensions: number, names: string[], shape: number[], low: number[], high: number[], total: number, maps: Object<string, Cell[]>, individuals: number}|null}
 */
export function readArchive(answer, objectives) {
  const { space, cells, behaviours } = answer.tables ?? {};
  if (!space || !cells) return null;
  const s = columns(space);
  const shape = s.cells;
  const b = columns(behaviours);
  const n = behaviours?.rows ?? 0;
  const places = series(b, "x_", n);
  const latent = series(b, "latent_", n);
  const people = Array.from({ length: n }, (_, i) => ({
    policy: b.id[i], parent: b.parent?.[i] ?? "", origin: b.origin?.[i] ?? "", value: objectives.map((o) => b[`return_${o}`]?.[i] ?? NaN),
    reward: b.reward?.[i] ?? NaN, novelty: b.novelty?.[i] ?? NaN, place: places[i], latent: latent[i],
  }));
  const c = columns(cells);
  const index = series(c, "cell_", cells.rows);
  const key = (v) => v.join(",");
  const inside = new Map();
  for (const p of people) {
    const at = key(p.place.map((v, k) => Math.min(shape[k] - 1, Math.max(0, Math.floor(((v - s.low[k]) / (s.high[k] - s.low[k])) * shape[k])))));
    if (!inside.has(at)) inside.set(at, []);
    inside.get(at).push(p);
  }
  const single = (p, i, behaviour) => ({ i, behaviour, value: p.value, policy: p.policy, front: [p], reward: p.reward, novelty: p.novelty, visits: 1 });
  const maps = {
    cells: index.map((at, i) => {
      const front = (inside.get(key(at)) ?? []).sort((x, y) => y.reward - x.reward);
      return {
        i, index: at, behaviour: at.map((v, k) => s.low[k] + ((v + 0.5) / shape[k]) * (s.high[k] - s.low[k])), value: front[0]?.value ?? objectives.map(() => NaN),
        policy: front[0]?.policy ?? null, front, reward: Math.max(front[0]?.reward ?? NaN, c.best[i]) || c.best[i], novelty: front[0]?.novelty ?? NaN, visits: c.visits[i],
      };
    }),
    individuals: people.map((p, i) => single(p, i, p.place)),
  };
  if (latent[0]?.length >= 2) maps.learned = people.map((p, i) => single(p, i, p.latent));
  return { dimensions: shape.length, names: shape.map((_, k) => s.name?.[k] || `behaviour ${k + 1}`), shape, low: s.low, high: s.high, total: shape.reduce((x, y) => x * y, 1), maps, individuals: n };
}
