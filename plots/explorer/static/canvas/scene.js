// Draws a scene of an environment: items in painter's order, y up, always on white.
import { SCENE } from "../page/palette.js";

/** Shapes by number, as the interface lists them. */
const [LINE, POLYLINE, POLYGON, CIRCLE, RECTANGLE, CAPSULE, ARROW] = [0, 1, 2, 3, 4, 5, 6];

/**
 * @typedef {{view: number[], items: Array<number[]>, text: Array<[number, number, number, number, number, string]>}} Scene
 */

/**
 * Draws scenes one over the other into a canvas of CSS size width × height.
 * @param {HTMLCanvasElement} canvas @param {Array<Scene|null>} scenes the first gives the view
 */
export function drawScene(canvas, scenes, width, height) {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const c = canvas.getContext("2d");
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.fillStyle = SCENE[0];
  c.fillRect(0, 0, w, h);
  const [x0, y0, x1, y1] = scenes.findLast((s) => s)?.view ?? [0, 0, 1, 1];
  const unit = Math.min(w / (x1 - x0), h / (y1 - y0));
  c.setTransform(unit, 0, 0, -unit, w / 2 - (unit * (x0 + x1)) / 2, h / 2 + (unit * (y0 + y1)) / 2);
  c.lineJoin = c.lineCap = "round";
  for (const scene of scenes) for (const item of scene?.items ?? []) drawItem(c, item);
  for (const scene of scenes) for (const label of scene?.text ?? []) drawText(c, label);
}

function drawItem(c, [shape, role, width, ...p]) {
  c.fillStyle = c.strokeStyle = SCENE[role] ?? SCENE[15];
  c.lineWidth = width;
  const finish = () => (width > 0 ? c.stroke() : c.fill());
  c.beginPath();
  switch (shape) {
    case LINE: case POLYLINE:
      path(c, p);
      c.stroke();
      break;
    case POLYGON:
      path(c, p);
      c.closePath();
      finish();
      break;
    case CIRCLE:
      c.arc(p[0], p[1], p[2], 0, 2 * Math.PI);
      finish();
      break;
    case RECTANGLE:
      c.rect(Math.min(p[0], p[2]), Math.min(p[1], p[3]), Math.abs(p[2] - p[0]), Math.abs(p[3] - p[1]));
      finish();
      break;
    case CAPSULE: capsule(c, p, finish); break;
    case ARROW: arrow(c, p, width); break;
  }
}

function path(c, p) {
  for (let i = 0; i < p.length; i += 2) c[i ? "lineTo" : "moveTo"](p[i], p[i + 1]);
}

function capsule(c, [x0, y0, x1, y1, r], finish) {
  const a = Math.atan2(y1 - y0, x1 - x0);
  c.arc(x1, y1, r, a - Math.PI / 2, a + Math.PI / 2);
  c.arc(x0, y0, r, a + Math.PI / 2, a + (3 * Math.PI) / 2);
  c.closePath();
  finish();
}

function arrow(c, [x0, y0, x1, y1], width) {
  const a = Math.atan2(y1 - y0, x1 - x0);
  const head = 3 * width;
  c.moveTo(x0, y0);
  c.lineTo(x1, y1);
  c.stroke();
  c.beginPath();
  c.moveTo(x1, y1);
  for (const turn of [2.6, -2.6]) c.lineTo(x1 + head * Math.cos(a + turn), y1 + head * Math.sin(a + turn));
  c.closePath();
  c.fill();
}

function drawText(c, [x, y, size, role, anchor, text]) {
  const t = c.getTransform();
  c.save();
  c.setTransform(1, 0, 0, 1, t.a * x + t.e, t.d * y + t.f);
  c.font = `${(size * t.a).toFixed(2)}px "Liberation Sans", Arial, sans-serif`;
  c.textAlign = ["center", "left", "right"][anchor] ?? "center";
  c.textBaseline = "middle";
  c.fillStyle = SCENE[role] ?? SCENE[15];
  c.fillText(text, 0, 0);
  c.restore();
}
