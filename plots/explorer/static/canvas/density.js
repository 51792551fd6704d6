// Lines by the thousand: each adds to the pixels that it crosses, and what is crossed often is shown
// stronger. Every line counts, none hides another. The picture is made in strips, one between two axes, which
// stay in the processor's cache.

export class Density {
  /** @param {number} height in pixels */
  constructor(height) {
    this.height = Math.max(1, Math.floor(height));
  }

  /** An empty strip between two places. */
  strip(x0, x1) {
    return new Strip(Math.round(x0), Math.max(1, Math.round(x1) - Math.round(x0)), this.height);
  }
}

class Strip {
  constructor(left, width, height) {
    Object.assign(this, { left, width, height, sums: new Float32Array(width * height * 4) }); // red, green, blue, count; column by column
  }

  /** Adds a line from height y0 on the left to y1 on the right. */
  line(y0, y1, r, g, b) {
    const { width, height, sums } = this;
    const slope = (y1 - y0) / width;
    const down = slope > 0;
    let y = y0;
    for (let x = 0; x < width; x++) {
      const next = y + slope;
      let from = Math.floor(down ? y : next);
      let to = Math.floor(down ? next : y);
      if (to > from) to--; // the next column begins there
      if (from < 0) from = 0;
      if (to >= height) to = height - 1;
      for (let at = (x * height + from) * 4, end = (x * height + to) * 4; at <= end; at += 4) {
        sums[at] += r;
        sums[at + 1] += g;
        sums[at + 2] += b;
        sums[at + 3]++;
      }
      y = next;
    }
  }

  /** The largest number of lines through a pixel. */
  most() {
    let most = 0;
    for (let at = 3; at < this.sums.length; at += 4) if (this.sums[at] > most) most = this.sums[at];
    return most;
  }

  /** The picture: mean colour, opacity by the logarithm of the count, full at most. @returns {ImageData} */
  image(context, most) {
    const { sums, width, height } = this;
    const out = context.createImageData(width, height);
    const shade = new Uint8ClampedArray(Math.ceil(most) + 1);
    for (let c = 1; c < shade.length; c++) shade[c] = 255 * (0.12 + (0.88 * Math.log1p(c)) / Math.log1p(most));
    const pixels = new Uint32Array(out.data.buffer);
    for (let x = 0, at = 0; x < width; x++) {
      for (let row = 0; row < height; row++, at += 4) {
        const c = sums[at + 3];
        if (c > 0) pixels[row * width + x] = (shade[c] << 24) | ((sums[at + 2] / c) << 16) | ((sums[at + 1] / c) << 8) | (sums[at] / c);
      }
    }
    return out;
  }
}
