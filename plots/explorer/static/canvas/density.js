// Lines by the thousand: each adds to the pixels that it crosses, and what is crossed often is shown
// stronger. Every line counts, none hides another.

export class Density {
  constructor(width, height) {
    this.width = Math.max(1, Math.floor(width));
    this.height = Math.max(1, Math.floor(height));
    this.sums = new Float32Array(this.width * this.height * 4); // red, green, blue, count
  }

  clear() {
    this.sums.fill(0);
  }

  /** Adds a line from (x0, y0) to (x1, y1) with x0 < x1 in pixels. */
  line(x0, y0, x1, y1, r, g, b) {
    const { width, height, sums } = this;
    const slope = (y1 - y0) / (x1 - x0);
    const first = Math.max(0, Math.round(x0));
    const last = Math.min(width, Math.round(x1));
    let y = y0 + (first - x0) * slope;
    for (let x = first; x < last; x++) {
      const next = y + slope;
      let from = Math.floor(y < next ? y : next);
      let to = Math.floor(y < next ? next : y);
      if (to > from) to--; // the next column begins there
      if (from < 0) from = 0;
      if (to >= height) to = height - 1;
      for (let row = from; row <= to; row++) {
        const at = (row * width + x) * 4;
        sums[at] += r;
        sums[at + 1] += g;
        sums[at + 2] += b;
        sums[at + 3]++;
      }
      y = next;
    }
  }

  /** The picture: mean colour, opacity by the logarithm of the count. @returns {ImageData} */
  image(context) {
    const { sums, width, height } = this;
    let most = 1;
    for (let at = 3; at < sums.length; at += 4) if (sums[at] > most) most = sums[at];
    const out = context.createImageData(width, height);
    const shade = new Uint8ClampedArray(Math.ceil(most) + 1);
    for (let c = 1; c < shade.length; c++) shade[c] = 255 * (0.12 + (0.88 * Math.log1p(c)) / Math.log1p(most));
    const { data } = out;
    for (let at = 0; at < sums.length; at += 4) {
      const c = sums[at + 3];
      if (c === 0) continue;
      data[at] = sums[at] / c;
      data[at + 1] = sums[at + 1] / c;
      data[at + 2] = sums[at + 2] / c;
      data[at + 3] = shade[c];
    }
    return out;
  }
}
