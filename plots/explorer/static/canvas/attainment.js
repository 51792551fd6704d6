// Attainment in two objectives: what at least so many of the runs reach.

/**
 * Lines of what is attained by at least one run (best), by half of them (median) and by all (worst), as
 * staircases for values to be maximised.
 * @param {Array<Array<[number, number]>>} runs non-dominated points of each run
 * @param {number} left @param {number} bottom where the lines begin and end
 */
export function bands(runs, left, bottom) {
  const sorted = runs.filter((r) => r.length).map((r) => [...r].sort((a, b) => a[0] - b[0]));
  const places = [...new Set(sorted.flat().map(([x]) => x))].sort((a, b) => a - b);
  // The best second value of a run among its points at x or to the right of it.
  const height = (run, x) => run.reduce((top, p) => (p[0] >= x && p[1] > top ? p[1] : top), -Infinity);
  const columns = places.map((x) => sorted.map((r) => height(r, x)).sort((a, b) => b - a));
  const line = (rank) => {
    const out = [];
    let before = left;
    places.forEach((x, k) => {
      const y = Math.max(bottom, columns[k][rank]);
      out.push([before, y], [x, y]);
      before = x;
    });
    out.push([before, bottom]);
    return out;
  };
  const n = sorted.length;
  return n ? { best: line(0), median: line(Math.ceil(n / 2) - 1), worst: line(n - 1) } : { best: [], median: [], worst: [] };
}
