// A picture of many markers. They are stamped into a buffer of pixels, which is shown at once: the time
// depends on the number of markers alone, with or without a graphics card.

/**
 * A marker, drawn once.
 * @typedef {{width: number, height: number, pixels: Uint32Array}} Stamp
 */

export class Raster {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.drawn = false; // whether there has been a picture
    this.resize(1, 1);
  }

  /** Sets the size in device pixels and clears. */
  resize(width, height) {
    this.canvas.width = this.width = Math.max(1, width);
    this.canvas.height = this.height = Math.max(1, height);
    this.image = this.context.createImageData(this.width, this.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.kept = null;
    this.clip(0, 0, this.width, this.height);
  }

  /** Makes everything transparent. */
  clear() {
    this.pixels.fill(0);
  }

  /** Remembers the present picture as background. */
  keep() {
    if (!this.kept) this.kept = new Uint32Array(this.pixels.length);
    this.kept.set(this.pixels);
  }

  /** Goes back to the background. */
  restore() {
    if (this.kept) this.pixels.set(this.kept);
    else this.clear();
  }

  /** Limits what follows to x0 ≤ x < x1, y0 ≤ y < y1 in device pixels. */
  clip(x0, y0, x1, y1) {
    this.x0 = Math.max(0, Math.round(x0));
    this.y0 = Math.max(0, Math.round(y0));
    this.x1 = Math.min(this.width, Math.round(x1));
    this.y1 = Math.min(this.height, Math.round(y1));
  }

  /** Stamps a marker with its centre at (x, y), inside the clip. @param {Stamp} stamp */
  stamp(stamp, x, y) {
    const { width: w, height: h, pixels: source } = stamp;
    const { pixels: target, width } = this;
    const left = Math.round(x - w / 2);
    const top = Math.round(y - h / 2);
    const c0 = Math.max(0, this.x0 - left);
    const c1 = Math.min(w, this.x1 - left);
    const r1 = Math.min(h, this.y1 - top);
    for (let r = Math.max(0, this.y0 - top); r < r1; r++) {
      let d = (top + r) * width + left + c0;
      let s = r * w + c0;
      for (let c = c0; c < c1; c++, d++, s++) {
        const p = source[s];
        const alpha = p >>> 24;
        if (alpha === 0) continue;
        const q = target[d];
        if (alpha === 255 || q === 0) target[d] = p;
        else {
          // Over: the share of p in the sum of both, channels two by two.
          const under = q >>> 24;
          const sum = alpha + under - ((alpha * under) >> 8);
          const share = under === 255 ? alpha : ((alpha << 8) / sum) | 0;
          const rest = 256 - share;
          target[d] = (sum > 255 ? 0xff000000 : sum << 24)
            | (((Math.imul(p & 0xff00ff, share) + Math.imul(q & 0xff00ff, rest)) >>> 8) & 0xff00ff)
            | (((Math.imul((p >>> 8) & 0xff, share) + Math.imul((q >>> 8) & 0xff, rest)) & 0xff00));
        }
      }
    }
  }

  /** Shows the picture. */
  show() {
    this.context.putImageData(this.image, 0, 0);
  }
}

const stamps = new Map();

/**
 * The marker of a shape, colour and radius in device pixels, with a thin edge.
 * @param {{shape: string, color: string, radius: number, edge: string, hollow?: boolean, alpha?: number}} o
 * @returns {Stamp}
 */
export function stampOf(o) {
  const key = `${o.shape} ${o.color} ${o.radius} ${o.edge} ${o.hollow} ${o.alpha}`;
  let stamp = stamps.get(key);
  if (!stamp) {
    if (stamps.size > 4000) stamps.clear();
    stamp = makeStamp(o);
    stamps.set(key, stamp);
  }
  return stamp;
}

function makeStamp({ shape, color, radius, edge, hollow, alpha = 1 }) {
  const size = 2 * Math.ceil(radius * 1.45 + 1) + 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const c = canvas.getContext("2d", { willReadFrequently: true });
  c.globalAlpha = alpha;
  c.translate(size / 2, size / 2);
  marker(c, shape, radius);
  c.lineJoin = "round";
  if (shape === "plus" || shape === "cross") {
    c.lineWidth = Math.max(1, radius * 0.55);
    c.strokeStyle = color;
    c.stroke();
  } else {
    c.fillStyle = hollow ? edge : color;
    c.fill();
    c.lineWidth = hollow ? Math.max(1, radius * 0.4) : Math.max(0.6, radius * 0.18);
    c.strokeStyle = hollow ? color : edge;
    if (radius > 2) c.stroke();
  }
  return { width: size, height: size, pixels: new Uint32Array(c.getImageData(0, 0, size, size).data.buffer) };
}

/** Traces the outline of a marker around the origin. Shapes are scaled to look equally large, as in the figures. */
export function marker(c, shape, r) {
  c.beginPath();
  const corners = (n, radius, start) => {
    for (let i = 0; i < n; i++) {
      const a = start + (2 * Math.PI * i) / n;
      c[i ? "lineTo" : "moveTo"](radius * Math.cos(a), -radius * Math.sin(a));
    }
    c.closePath();
  };
  switch (shape) {
    case "up": corners(3, r * 1.2, Math.PI / 2); break;
    case "down": corners(3, r * 1.2, -Math.PI / 2); break;
    case "square": corners(4, r * 1.25, Math.PI / 4); break;
    case "diamond": corners(4, r * 1.25, 0); break;
    case "star":
      for (let i = 0; i < 10; i++) {
        const a = Math.PI / 2 + (Math.PI * i) / 5;
        const q = r * 1.35 * (i % 2 ? 0.5 : 1);
        c[i ? "lineTo" : "moveTo"](q * Math.cos(a), -q * Math.sin(a));
      }
      c.closePath();
      break;
    case "plus": lines(c, r * 1.1, 0); break;
    case "cross": lines(c, r * 1.1, Math.PI / 4); break;
    default: c.arc(0, 0, r, 0, 2 * Math.PI);
  }
}

function lines(c, r, turn) {
  for (const a of [turn, turn + Math.PI / 2]) {
    c.moveTo(-r * Math.cos(a), -r * Math.sin(a));
    c.lineTo(r * Math.cos(a), r * Math.sin(a));
  }
}
