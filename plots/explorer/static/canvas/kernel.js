// The kernel of all scatter views: screen = P·v + o. Two axes, a panel of the scatter matrix, a rotating
// view of three axes, principal components: they differ in P only.

/**
 * A projection from m objectives to the screen: x = a·v + ax, y = b·v + by, depth = c·v + cz in [-1, 1],
 * larger is nearer.
 * @typedef {{a: Float64Array, ax: number, b: Float64Array, by: number, c: Float64Array|null, cz: number}} Projection
 */

/** @typedef {{left: number, top: number, width: number, height: number}} Box in pixels */

/** A projection of m objectives with all coefficients zero. @returns {Projection} */
export function projection(m, depth = false) {
  return { a: new Float64Array(m), ax: 0, b: new Float64Array(m), by: 0, c: depth ? new Float64Array(m) : null, cz: 0 };
}

/**
 * Two axes: objective i to the right, j upwards, over the ranges given.
 * @param {[number, number]} xr @param {[number, number]} yr @param {Box} box @returns {Projection}
 */
export function twoAxes(m, i, j, xr, yr, box) {
  const p = projection(m);
  const sx = box.width / (xr[1] - xr[0] || 1);
  const sy = box.height / (yr[1] - yr[0] || 1);
  p.a[i] = sx;
  p.ax = box.left - xr[0] * sx;
  p.b[j] = -sy;
  p.by = box.top + box.height + yr[0] * sy;
  return p;
}

/**
 * Three axes in a cube seen from afar (orthographic), turned by yaw and tilted by pitch, in radians.
 * @param {number[]} axes three objectives @param {Array<[number, number]>} ranges of all objectives
 * @param {Box} box @returns {Projection}
 */
export function threeAxes(m, axes, ranges, yaw, pitch, zoom, box) {
  const p = projection(m, true);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  // Rows of the rotation: to the right, upwards, towards the eye; the third objective is upright.
  const rows = [[cy, -sy, 0], [sy * sp, cy * sp, cp], [-sy * cp, -cy * cp, sp]];
  const scale = 0.32 * zoom * Math.min(box.width, box.height);
  p.ax = box.left + box.width / 2;
  p.by = box.top + box.height / 2;
  axes.forEach((k, n) => {
    const [lo, hi] = ranges[k];
    const half = (hi - lo) / 2 || 1;
    const middle = (lo + hi) / 2;
    p.a[k] += rows[0][n] * scale / half;
    p.ax -= rows[0][n] * scale * middle / half;
    p.b[k] -= rows[1][n] * scale / half;
    p.by += rows[1][n] * scale * middle / half;
    p.c[k] += rows[2][n] / half / Math.sqrt(3);
    p.cz -= rows[2][n] * middle / half / Math.sqrt(3);
  });
  return p;
}

/**
 * Any plane: rows u and v of length m act on the objectives scaled to [-1, 1]; extent is the largest
 * coordinate, which reaches the border.
 * @returns {Projection}
 */
export function plane(m, u, v, ranges, extent, zoom, box) {
  const p = projection(m);
  const scale = zoom * Math.min(box.width, box.height) / 2 / (extent || 1);
  p.ax = box.left + box.width / 2;
  p.by = box.top + box.height / 2;
  for (let k = 0; k < m; k++) {
    const half = (ranges[k][1] - ranges[k][0]) / 2 || 1;
    const middle = (ranges[k][0] + ranges[k][1]) / 2;
    p.a[k] = u[k] * scale / half;
    p.ax -= u[k] * scale * middle / half;
    p.b[k] = -v[k] * scale / half;
    p.by += v[k] * scale * middle / half;
  }
  return p;
}

/**
 * Projects n rows of m values into x, y and, if the projection has a depth, depth.
 * @param {Float64Array} values @param {Projection} p @param {Float32Array} x @param {Float32Array} y
 * @param {Float32Array} [depth]
 */
export function project(values, n, m, p, x, y, depth) {
  apply(values, n, m, p.a, p.ax, x);
  apply(values, n, m, p.b, p.by, y);
  if (p.c && depth) apply(values, n, m, p.c, p.cz, depth);
}

function apply(values, n, m, a, offset, out) {
  out.fill(offset, 0, n);
  for (let k = 0; k < m; k++) {
    const f = a[k];
    if (f === 0) continue;
    for (let i = 0, at = k; i < n; i++, at += m) out[i] += f * values[at];
  }
}

/** Where one point lands. @param {ArrayLike<number>} v @returns {[number, number]} */
export function locate(p, v) {
  let [x, y] = [p.ax, p.by];
  for (let k = 0; k < p.a.length; k++) {
    x += p.a[k] * v[k];
    y += p.b[k] * v[k];
  }
  return [x, y];
}

/** The first two principal components of rows scaled to [-1, 1], by power iteration. @returns {[number[], number[]]} */
export function principal(values, n, m, ranges) {
  const mean = new Float64Array(m);
  const scaled = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < m; k++) {
      const [lo, hi] = ranges[k];
      scaled[i * m + k] = hi > lo ? (2 * values[i * m + k] - lo - hi) / (hi - lo) : 0;
      mean[k] += scaled[i * m + k] / n;
    }
  }
  const cov = Array.from({ length: m }, () => new Float64Array(m));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) for (let k = 0; k < m; k++) cov[j][k] += (scaled[i * m + j] - mean[j]) * (scaled[i * m + k] - mean[k]);
  }
  const found = [];
  for (let c = 0; c < 2; c++) {
    let v = Array.from({ length: m }, (_, k) => 1 + 0.1 * k * (c ? -1 : 1));
    for (let turn = 0; turn < 200; turn++) {
      v = cov.map((row) => row.reduce((sum, x, k) => sum + x * v[k], 0));
      for (const u of found) {
        const dot = u.reduce((sum, x, k) => sum + x * v[k], 0);
        v = v.map((x, k) => x - dot * u[k]);
      }
      const size = Math.hypot(...v);
      v = size > 1e-12 ? v.map((x) => x / size) : v.map((_, k) => (k === c % m ? 1 : 0));
    }
    const largest = v.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    found.push(largest < 0 ? v.map((x) => -x) : v);
  }
  return found;
}

/** Anchors of the objectives around a circle, the first on top: what is strong pulls. @returns {[number[], number[]]} */
export function anchors(m) {
  const angle = (k) => Math.PI / 2 - (2 * Math.PI * k) / m;
  const axis = (f) => Array.from({ length: m }, (_, k) => f(angle(k)) / Math.sqrt(m));
  return [axis(Math.cos), axis(Math.sin)];
}
