// Finds the point under the pointer: a hash of square screen cells, made when the projection changed.

const CELL = 24; // pixels

export class Picker {
  /**
   * @param {Float32Array} x @param {Float32Array} y screen places of n points
   * @param {Uint8Array} shown which of them can be picked
   */
  constructor(x, y, n, shown) {
    Object.assign(this, { x, y, cells: new Map() });
    for (let i = 0; i < n; i++) {
      if (!shown[i]) continue;
      const key = this.key(x[i], y[i]);
      const cell = this.cells.get(key);
      if (cell) cell.push(i);
      else this.cells.set(key, [i]);
    }
  }

  key(x, y) {
    return Math.floor(y / CELL) * 65536 + Math.floor(x / CELL);
  }

  /** The nearest point within reach (at most a cell), or -1; among equals the last, which is drawn on top. */
  nearest(x, y, reach = 14) {
    let [best, least] = [-1, reach * reach];
    for (let dy = -CELL; dy <= CELL; dy += CELL) {
      for (let dx = -CELL; dx <= CELL; dx += CELL) {
        for (const i of this.cells.get(this.key(x + dx, y + dy)) ?? []) {
          const d = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
          if (d < least || (d === least && i > best)) [best, least] = [i, d];
        }
      }
    }
    return best;
  }

  /** All points inside a rectangle. @returns {number[]} */
  inside(x0, y0, x1, y1) {
    const found = [];
    for (const cell of this.cells.values()) {
      for (const i of cell) {
        if (this.x[i] >= x0 && this.x[i] <= x1 && this.y[i] >= y0 && this.y[i] <= y1) found.push(i);
      }
    }
    return found;
  }
}
