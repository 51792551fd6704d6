// Round numbers for axes.

/** Round numbers within [lo, hi], about so many. @returns {number[]} */
export function ticks(lo, hi, about = 5) {
  const span = hi - lo;
  if (!(span > 0) || !Number.isFinite(span)) return Number.isFinite(lo) ? [lo] : [];
  const raw = span / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((f) => f * power >= raw * 0.999) * power;
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + step * 1e-9; k++) out.push(k === 0 ? 0 : +(k * step).toPrecision(12));
  return out;
}

/** Significant digits by which the numbers of an axis differ. @param {number[]} marks */
export function digitsOf(marks) {
  if (marks.length < 2) return 4;
  const step = Math.abs(marks[1] - marks[0]);
  const most = Math.max(...marks.map(Math.abs));
  return Math.max(3, Math.min(9, Math.ceil(Math.log10(most / step)) + 1));
}

/** The range of values with a margin, never empty. @returns {[number, number]} */
export function padded(lo, hi, share = 0.06) {
  if (!(hi > lo)) {
    const d = Math.abs(lo) * 0.1 || 1;
    return [lo - d, lo + d];
  }
  const d = (hi - lo) * share;
  return [lo - d, hi + d];
}
