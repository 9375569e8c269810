// Draws a frame on a canvas: axes and what is on them, images, or a network.
import {invert, scale, ticks} from "./axis.js";
import {MAPS, PALETTE} from "./colors.js";
import {drawNet} from "./net.js";
import {show} from "./number.js";

const FONT = '12px system-ui, -apple-system, "Segoe UI", sans-serif';

// One entry for each kind of item that stands on axes: (item, painter, where).
const ON_AXES = {line, band, dots, rule, field};
// One for each that has the canvas to itself: (item, painter, what the reader points at).
const ALONE = {images, net: drawNet};
export const KINDS = [...Object.keys(ON_AXES), ...Object.keys(ALONE)];

function path(ctx, points) {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(x, y);
  ctx.stroke();
}

function color(it, {colors, fg}) {
  if (it.color === -2) return "#000";
  if (it.color < 0) return fg;
  const hues = it.halo ? PALETTE.light : colors;
  return hues[it.color % hues.length];
}

// A line has gaps where it is not finite.
function line(it, paint, {X, Y}) {
  const {ctx} = paint;
  ctx.globalAlpha = it.alpha ?? 1;
  ctx.setLineDash(it.dash || []);
  ctx.beginPath();
  let pen = false;
  for (let i = 0; i < it.n; i++) {
    const ok = Number.isFinite(it.x[i]) && Number.isFinite(it.y[i]);
    if (ok && pen) ctx.lineTo(X(it.x[i]), Y(it.y[i]));
    if (ok && !pen) ctx.moveTo(X(it.x[i]), Y(it.y[i]));
    pen = ok;
  }
  if (it.halo) {      // so that a path is seen on every colour
    ctx.strokeStyle = "#ffffff";
    ctx.lineWidth = 5;
    ctx.stroke();
  }
  ctx.strokeStyle = color(it, paint);
  ctx.lineWidth = it.width || 2;
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function band(it, paint, {X, Y}) {
  const {ctx} = paint;
  ctx.beginPath();
  for (let i = 0; i < it.n; i++) if (Number.isFinite(it.hi[i])) ctx.lineTo(X(it.x[i]), Y(it.hi[i]));
  for (let i = it.n - 1; i >= 0; i--) if (Number.isFinite(it.lo[i])) ctx.lineTo(X(it.x[i]), Y(it.lo[i]));
  ctx.globalAlpha = .2;
  ctx.fillStyle = color(it, paint);
  ctx.fill();
  ctx.globalAlpha = 1;
}

// Each dot in its own colour: a class, or a place on a colour map.
function dots(it, {ctx, colors}, {X, Y}) {
  const hues = it.halo ? PALETTE.light : colors;      // over a field, whose colours are the same in both themes
  const rim = it.map ? "#555555" : "#ffffff";
  for (let i = 0; i < it.n; i++) {
    const hue = it.map ? `rgb(${MAPS[it.map][it.c[i]]})` : hues[it.c[i] % hues.length];
    ctx.beginPath();
    ctx.arc(X(it.x[i]), Y(it.y[i]), it.r, 0, 7);
    ctx.fillStyle = it.hollow ? "#ffffff" : hue;
    ctx.fill();
    ctx.lineWidth = it.hollow ? 1.5 : 1;
    ctx.strokeStyle = it.hollow ? hue : rim;
    ctx.stroke();
  }
}

function rule(it, paint, {X, Y, left, right, top, bottom}) {
  const {ctx} = paint;
  ctx.strokeStyle = color(it, paint);
  ctx.lineWidth = it.width || 1.5;
  ctx.setLineDash(it.dash);
  if (it.axis === "x") path(ctx, [[X(it.v), top], [X(it.v), bottom]]);
  else path(ctx, [[left, Y(it.v)], [right, Y(it.v)]]);
  ctx.setLineDash([]);
}

function field(it, {ctx, off}, {X, Y}) {
  const image = new ImageData(it.w, it.h);
  const map = MAPS[it.map];
  it.v.forEach((byte, i) => image.data.set([...map[byte], 255], 4 * i));
  off.width = it.w;
  off.height = it.h;
  off.getContext("2d").putImageData(image, 0, 0);
  const [x0, x1, y0, y1] = it.extent;
  ctx.imageSmoothingEnabled = it.smooth;
  ctx.drawImage(off, X(x0), Y(y1), X(x1) - X(x0), Y(y0) - Y(y1));      // row 0 is the top row, at y1
}

// Grey images in a grid, each with its title above, as large as the space allows.
function images(it, {ctx, off, width, height, colors, fg}) {
  const rows = Math.ceil(it.n / it.columns);
  const title = it.titles.length ? 22 : 4;
  const side = Math.max(8, Math.min((width - 8) / it.columns - 8, (height - 4) / rows - title));
  const tall = side * Math.min(1, it.h / it.w);
  const wide = tall * it.w / it.h;
  const size = it.w * it.h;
  off.width = it.w;
  off.height = it.h;
  ctx.imageSmoothingEnabled = false;
  ctx.textAlign = "center";
  for (let k = 0; k < it.n; k++) {
    const image = new ImageData(it.w, it.h);
    const x = 8 + k % it.columns * (side + 8);
    const y = Math.floor(k / it.columns) * (side + title) + title;
    const bytes = it.v.subarray(k * size, (k + 1) * size);
    bytes.forEach((v, i) => image.data.set([v, v, v, 255], 4 * i));
    off.getContext("2d").putImageData(image, 0, 0);
    ctx.drawImage(off, x, y, wide, tall);
    const marked = it.marked.includes(k);
    ctx.globalAlpha = marked ? 1 : .3;
    ctx.lineWidth = marked ? 2 : 1;
    ctx.strokeStyle = marked ? colors[1] : fg;
    ctx.strokeRect(x, y, wide, tall);
    ctx.globalAlpha = 1;
    ctx.fillStyle = marked ? colors[1] : fg;
    if (it.titles[k]) ctx.fillText(it.titles[k], x + wide / 2, y - 9, side + 6);
  }
  return {reading: ""};
}

// The names of what has one, in as many rows as it takes; returns where the axes may begin.
function legend(head, paint, left, right) {
  const {ctx, fg} = paint;
  let x = left;
  let y = 12;
  ctx.textAlign = "left";
  for (const it of head.items.filter(it => it.label)) {
    const wide = 22 + ctx.measureText(it.label).width + 14;
    if (x + wide > right && x > left) {
      x = left;
      y += 18;
    }
    ctx.strokeStyle = ctx.fillStyle = color(it, paint);
    ctx.lineWidth = 2.5;
    ctx.setLineDash(it.dash || []);
    if (it.kind === "dots") {
      ctx.beginPath();
      ctx.arc(x + 9, y, 4, 0, 7);
      ctx.fill();
    } else path(ctx, [[x, y], [x + 18, y]]);
    ctx.setLineDash([]);
    ctx.fillStyle = fg;
    ctx.fillText(it.label, x + 22, y);
    x += wide;
  }
  ctx.strokeStyle = fg;
  return y + 14;
}

// Ticks with their numbers, a pale grid, and what each axis is.
function grid(head, {ctx, width}, {X, Y, left, right, top, bottom}, xs, ys) {
  ctx.globalAlpha = .15;
  ctx.lineWidth = 1;
  for (const t of ys) path(ctx, [[left, Y(t)], [right, Y(t)]]);
  for (const t of xs) path(ctx, [[X(t), top], [X(t), bottom]]);
  ctx.globalAlpha = 1;
  ctx.textAlign = "right";
  for (const t of ys) ctx.fillText(show(t), left - 6, Y(t));
  ctx.textAlign = "center";
  for (const t of xs) {
    const half = ctx.measureText(show(t)).width / 2;
    ctx.fillText(show(t), Math.min(X(t), width - half - 1), bottom + 13);
  }
  ctx.fillText(head.x.label, (left + right) / 2, bottom + 30);
  ctx.save();
  ctx.translate(10, (top + bottom) / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(head.y.label, 0, 0);
  ctx.restore();
}

// A vertical reading line at a share of the x axis, and the values there in words.
function readLine(head, share, {ctx, fg}, {left, right, top, bottom, X}) {
  const px = left + share * (right - left);
  const values = [];
  let at = null;
  for (const it of head.items.filter(it => it.kind === "line" && it.label && it.n)) {
    const far = Array.from(it.x, x => Math.abs(X(x) - px));
    const nearest = far.reduce((best, v, i) => v < far[best] ? i : best, 0);
    at ??= it.x[nearest];
    values.push(`${it.label} ${show(it.y[nearest])}`);
  }
  if (at === null) return "";
  ctx.strokeStyle = fg;
  ctx.globalAlpha = .6;
  ctx.lineWidth = 1;
  path(ctx, [[X(at), top], [X(at), bottom]]);
  ctx.globalAlpha = 1;
  return `${head.x.label} ${show(at)}: ${values.join(", ")}`;
}

// A cross at the point (x, y), given as shares of the axes, and what is there in words.
function readCross(head, at, {ctx, fg}, {left, right, top, bottom, toX, toY}) {
  const px = left + at.x * (right - left);
  const py = bottom - at.y * (bottom - top);
  const under = head.items.find(it => it.kind === "field");
  ctx.strokeStyle = under ? "#000" : fg;
  ctx.globalAlpha = .6;
  ctx.lineWidth = 1;
  path(ctx, [[px, top], [px, bottom]]);
  path(ctx, [[left, py], [right, py]]);
  ctx.globalAlpha = 1;
  const where = `${head.x.label} ${show(toX(px))}, ${head.y.label} ${show(toY(py))}`;
  return under ? `${where}: ${fieldAt(under, at)}` : where;
}

function fieldAt(field, at) {
  const column = Math.round(at.x * (field.w - 1));
  const row = Math.round((1 - at.y) * (field.h - 1));
  const byte = field.v[row * field.w + column];
  if (field.map === "classes") return `class ${byte >> 5}`;
  const [low, high] = field.vlim;
  return `about ${show(low + byte / 255 * (high - low))}`;
}

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.ctx = canvas.getContext("2d");
    this.off = document.createElement("canvas");      // for pixels that are drawn larger
  }

  // One call draws everything, inside one animation frame: no blank canvas is ever shown between two pictures.
  // Returns what is read at the cursor, and the geometry by which a pointer is understood.
  draw(head, width, height, cursor, stroke) {
    const paint = this.begin(width, height);
    if (!head) return null;
    const first = head.items[0];
    const alone = ALONE[first?.kind];
    if (alone) return alone(first, paint, cursor?.at);
    const where = this.axes(head, paint);
    if (stroke) this.stroke(stroke, paint, where);
    return {geometry: where, reading: this.read(head, cursor, paint, where)};
  }

  // A clear canvas of this size, and the colours of the page's theme.
  begin(width, height) {
    const {canvas, ctx, off} = this;
    const ratio = window.devicePixelRatio || 1;
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== tall) {
      canvas.width = wide;
      canvas.height = tall;
      canvas.style.height = `${height}px`;
    }
    const fg = getComputedStyle(canvas).color;
    const [r, g, b] = fg.match(/[\d.]+/g).map(Number);
    const dark = r + g + b > 384;      // the text is light
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.font = FONT;
    ctx.lineJoin = "round";
    ctx.textBaseline = "middle";
    ctx.fillStyle = ctx.strokeStyle = fg;
    return {ctx, off, width, height, fg, colors: dark ? PALETTE.dark : PALETTE.light};
  }

  // Axes, and everything on them.
  axes(head, paint) {
    const {ctx, width, height, fg} = paint;
    const ys = ticks(head.y, height - 60, 34);
    const widest = Math.max(...ys.map(t => ctx.measureText(show(t)).width), 10);
    const left = Math.ceil(widest) + 34;
    const right = width - 12;
    const top = legend(head, paint, left, right);
    const bottom = height - 40;
    const where = {
      left, right, top, bottom,
      X: scale(head.x, left, right), Y: scale(head.y, bottom, top),
      toX: invert(head.x, left, right), toY: invert(head.y, bottom, top),
    };
    grid(head, paint, where, ticks(head.x, right - left, 64), ys);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    for (const it of head.items) ON_AXES[it.kind](it, paint, where);
    ctx.restore();
    ctx.globalAlpha = .5;
    ctx.lineWidth = 1;
    ctx.strokeStyle = fg;
    ctx.strokeRect(left, top, right - left, bottom - top);
    ctx.globalAlpha = 1;
    return where;
  }

  stroke(points, {ctx, fg}, {X, Y}) {
    ctx.strokeStyle = fg;
    ctx.lineWidth = 2.5;
    path(ctx, points.map(([x, y]) => [X(x), Y(y)]));
  }

  read(head, cursor, paint, where) {
    if (cursor === null) return "";
    if (cursor.y === null) return readLine(head, cursor.x, paint, where);
    return readCross(head, cursor, paint, where);
  }
}
