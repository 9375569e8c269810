// Draws one frame of a view: a complete picture in one buffer, as coursekit/draw/views.py packs it.
// Header length (uint32), JSON header, then float32 and uint8 arrays at the offsets that the header names.

const PALETTE = {   // Okabe and Ito (2008), safe for the colour-blind; the dark set is lightened for contrast
  light: ["#0072B2", "#D55E00", "#008060", "#B05A90", "#8A6D00", "#2E86C1", "#555555"],
  dark: ["#56B4E9", "#F58A42", "#2FC79A", "#E49AC7", "#E6C229", "#8FD0F5", "#BBBBBB"],
};
const MAPS = {      // anchors of the colour maps; between them linear
  diverging: [[33, 102, 172], [103, 169, 207], [209, 229, 240], [247, 247, 247], [253, 219, 199], [239, 138, 98], [178, 24, 43]],
  sequential: [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],
};
const FONT = '12px system-ui, -apple-system, "Segoe UI", sans-serif';

const lut = Object.fromEntries(Object.entries(MAPS).map(([name, anchors]) => [name, Array.from({length: 256}, (_, v) => {
  const t = v / 255 * (anchors.length - 1), i = Math.min(Math.floor(t), anchors.length - 2);
  return anchors[i].map((c, k) => Math.round(c + (anchors[i + 1][k] - c) * (t - i)));
})]));
lut.classes = Array.from({length: 256}, (_, v) => [1, 3, 5].map(k => {      // 32 shades of each class, from white
  const s = v % 32 / 40;
  return Math.round(255 + s * (parseInt(PALETTE.light[(v >> 5) % 7].slice(k, k + 2), 16) - 255));
}));

function unpack(view) {
  if (!view || !view.byteLength) return null;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const data = bytes.slice(4 + size).buffer;      // a copy, so that float32 arrays are aligned
  for (const it of head.items) {
    if (it.kind === "field") it.v = new Uint8Array(data, it.at, it.w * it.h);
    if (it.kind === "images") it.v = new Uint8Array(data, it.at, it.n * it.w * it.h);
    if (it.kind === "net") {
      const n = it.units.reduce((a, b) => a + b), m = it.units.slice(1).reduce((a, b, k) => a + b * it.units[k], 0);
      it.weights = new Float32Array(data, it.at, m); it.biases = new Float32Array(data, it.at + 4 * m, n);
      it.v = new Uint8Array(data, it.at + 4 * (m + n), n * it.side ** 2);
    }
    if (it.kind === "line" || it.kind === "dots") {
      it.x = new Float32Array(data, it.at, it.n);
      it.y = new Float32Array(data, it.at + 4 * it.n, it.n);
    }
    if (it.kind === "band") [it.x, it.lo, it.hi] = [0, 1, 2].map(k => new Float32Array(data, it.at + 4 * it.n * k, it.n));
    if (it.kind === "dots") it.c = new Uint8Array(data, it.at + 8 * it.n, it.n);
  }
  return head;
}

// A picture with what is laid over it, such as a prediction. Limits that were taken from the data leave room for it.
function laid(head, over) {
  if (!head || !over) return head;
  const grow = (axis, span) => {
    if (!axis.auto || !span) return axis;
    const lim = [Math.min(axis.lim[0], span[0]), Math.max(axis.lim[1], span[1])], room = .04 * (lim[1] - lim[0]);
    return {...axis, lim: lim.map((v, i) => v === axis.lim[i] ? v : axis.log ? v * 1.1 ** (2 * i - 1) : v + room * (2 * i - 1))};
  };
  const join = (key, mark) => [head[key], over[key]].filter(s => s?.trim()).join(mark);
  return {...head, x: grow(head.x, over.span[0]), y: grow(head.y, over.span[1]), items: [...head.items, ...over.items], note: join("note", "\n"), text: join("text", " ")};
}

// A recorded run behind the present one: its lines, pale, below those that are drawn now.
function behind(head, past) {
  if (!past) return head;
  const items = past.items.filter(it => it.kind === "line" && it.label).map((it, k) => ({...it, alpha: .6, label: k ? "" : "recorded", dash: it.dash?.length ? it.dash : [2, 3], halo: false}));
  const first = head.items.findIndex(it => it.label), at = first < 0 ? head.items.length : first;
  const both = laid(head, {items: [], note: "", text: "", span: [past.x.lim, past.y.lim]});
  const note = [both.note, past.parts && `Dotted: recorded. ${past.parts}`].filter(s => s?.trim()).join("\n");
  return {...both, note, items: [...head.items.slice(0, at), ...items, ...head.items.slice(at)]};
}

function ticks(axis, pixels, gap) {
  const [a, b] = axis.lim, most = Math.max(2, Math.floor(pixels / gap));
  if (axis.log) {
    const lo = Math.ceil(Math.log10(a) - 1e-9), hi = Math.floor(Math.log10(b) + 1e-9), every = Math.max(1, Math.ceil((hi - lo + 1) / most));
    const out = [];
    for (let e = lo; e <= hi; e += every) out.push(10 ** e);
    if (out.length < 2) for (const m of [1, 2, 5]) for (let e = lo - 1; e <= hi; e++) { const t = m * 10 ** e; if (t >= a && t <= b && !out.includes(t)) out.push(t); }
    if (out.length > 1) return out;      // less than that is no scale: as on a linear axis
  }
  const raw = (b - a) / most, p = 10 ** Math.floor(Math.log10(raw)), steps = [1, 2, 2.5, 5, 10].map(m => m * p), step = steps.find(s => s >= Math.max(raw * .999, axis.whole ? 1 : 0) && (!axis.whole || s % 1 === 0)) ?? 1;
  const out = [];
  for (let i = Math.ceil(a / step - 1e-9); i * step <= b + step * 1e-9; i++) out.push(i * step);
  return out;
}

function show(v) {
  if (v === 0) return "0";
  const m = Math.abs(v);
  if (m >= 1e5 || m < 1e-3) return v.toExponential(1).replace(".0e", "e").replace("e+", "e");
  return String(parseFloat(v.toPrecision(3)));
}

class Picture {
  constructor(canvas) { this.canvas = canvas; this.ctx = canvas.getContext("2d"); this.off = document.createElement("canvas"); }

  scale(axis, from, to) {
    const f = axis.log ? v => Math.log(Math.max(v, 1e-46)) : v => v, [a, b] = axis.lim.map(f);
    return v => from + (f(v) - a) / (b - a || 1) * (to - from);
  }

  // From a pixel back to a number of the axis.
  invert(axis, from, to) {
    const [a, b] = axis.log ? axis.lim.map(Math.log) : axis.lim;
    return px => { const v = a + (px - from) / (to - from) * (b - a); return axis.log ? Math.exp(v) : v; };
  }

  color(it, colors, fg) { if (it.halo) colors = PALETTE.light; return it.color === -2 ? "#000" : it.color < 0 ? fg : colors[it.color % colors.length]; }

  // One call draws everything, inside one animation frame: no blank canvas is ever shown between two pictures.
  draw(head, width, height, cursor, stroke) {
    const {canvas, ctx} = this, ratio = window.devicePixelRatio || 1, W = Math.round(width * ratio), H = Math.round(height * ratio);
    if (canvas.width !== W || canvas.height !== H) { canvas.width = W; canvas.height = H; canvas.style.height = height + "px"; }
    const fg = getComputedStyle(canvas).color, [r, g, b] = fg.match(/[\d.]+/g).map(Number), dark = r + g + b > 384;
    const colors = dark ? PALETTE.dark : PALETTE.light;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    if (!head) return null;
    ctx.font = FONT; ctx.lineJoin = "round"; ctx.fillStyle = fg; ctx.strokeStyle = fg; ctx.textBaseline = "middle";
    if (head.items[0]?.kind === "net") return this.net(head.items[0], width, height, colors, fg, cursor?.at);
    if (head.items[0]?.kind === "images") { this.images(head.items[0], width, height, colors, fg); return {reading: ""}; }

    const yt = ticks(head.y, height - 60, 34), ylab = Math.max(...yt.map(t => ctx.measureText(show(t)).width), 10);
    const left = Math.ceil(ylab) + 34, right = width - 12;
    const top = this.legend(head, colors, left, right, fg), bottom = height - 40;
    const X = this.scale(head.x, left, right), Y = this.scale(head.y, bottom, top);

    ctx.globalAlpha = .15; ctx.lineWidth = 1;
    for (const t of yt) this.path([[left, Y(t)], [right, Y(t)]]);
    const xt = ticks(head.x, right - left, 64);
    for (const t of xt) this.path([[X(t), top], [X(t), bottom]]);
    ctx.globalAlpha = 1;
    ctx.textAlign = "right"; for (const t of yt) ctx.fillText(show(t), left - 6, Y(t));
    ctx.textAlign = "center";
    for (const t of xt) { const h = ctx.measureText(show(t)).width / 2; ctx.fillText(show(t), Math.min(X(t), width - h - 1), bottom + 13); }
    ctx.fillText(head.x.label, (left + right) / 2, bottom + 30);
    ctx.save(); ctx.translate(10, (top + bottom) / 2); ctx.rotate(-Math.PI / 2); ctx.fillText(head.y.label, 0, 0); ctx.restore();

    ctx.save(); ctx.beginPath(); ctx.rect(left, top, right - left, bottom - top); ctx.clip();
    for (const it of head.items) this[it.kind](it, X, Y, colors, {left, right, top, bottom, fg});
    ctx.restore();
    ctx.globalAlpha = .5; ctx.lineWidth = 1; ctx.strokeStyle = fg; ctx.strokeRect(left, top, right - left, bottom - top); ctx.globalAlpha = 1;
    const geometry = {left, right, top, bottom, X, Y, toX: this.invert(head.x, left, right), toY: this.invert(head.y, bottom, top)};
    if (stroke) { ctx.strokeStyle = fg; ctx.lineWidth = 2.5; this.path(stroke.map(([x, y]) => [X(x), Y(y)])); }
    const read = cursor === null ? null : cursor.y === null ? this.cursor(head, cursor.x, geometry, fg) : this.cross(head, cursor, geometry, fg);
    return {geometry, reading: read ?? ""};
  }

  path(points) { this.ctx.beginPath(); points.forEach(([x, y], i) => i ? this.ctx.lineTo(x, y) : this.ctx.moveTo(x, y)); this.ctx.stroke(); }

  legend(head, colors, left, right, fg) {
    const {ctx} = this; let x = left, y = 12;
    ctx.textAlign = "left";
    for (const it of head.items.filter(it => it.label)) {
      const w = 22 + ctx.measureText(it.label).width + 14;
      if (x + w > right && x > left) { x = left; y += 18; }
      ctx.strokeStyle = ctx.fillStyle = this.color(it, colors, fg); ctx.lineWidth = 2.5;
      ctx.setLineDash(it.dash || []);
      if (it.kind === "dots") { ctx.beginPath(); ctx.arc(x + 9, y, 4, 0, 7); ctx.fill(); } else this.path([[x, y], [x + 18, y]]);
      ctx.setLineDash([]); ctx.fillStyle = fg; ctx.fillText(it.label, x + 22, y); x += w;
    }
    ctx.strokeStyle = fg;
    return y + 14;
  }

  line(it, X, Y, colors, {fg}) {
    const {ctx} = this;
    ctx.globalAlpha = it.alpha ?? 1; ctx.setLineDash(it.dash || []);
    ctx.beginPath();
    let pen = false;
    for (let i = 0; i < it.n; i++) {
      const ok = Number.isFinite(it.x[i]) && Number.isFinite(it.y[i]);
      if (ok) pen ? ctx.lineTo(X(it.x[i]), Y(it.y[i])) : ctx.moveTo(X(it.x[i]), Y(it.y[i]));
      pen = ok;
    }
    if (it.halo) { ctx.strokeStyle = "#ffffff"; ctx.lineWidth = 5; ctx.stroke(); }      // so that a path is seen on every colour
    ctx.strokeStyle = this.color(it, colors, fg); ctx.lineWidth = it.width || 2; ctx.stroke();
    ctx.setLineDash([]); ctx.globalAlpha = 1;
  }

  band(it, X, Y, colors, {fg}) {
    const {ctx} = this;
    ctx.beginPath();
    for (let i = 0; i < it.n; i++) if (Number.isFinite(it.hi[i])) ctx.lineTo(X(it.x[i]), Y(it.hi[i]));
    for (let i = it.n - 1; i >= 0; i--) if (Number.isFinite(it.lo[i])) ctx.lineTo(X(it.x[i]), Y(it.lo[i]));
    ctx.globalAlpha = .2; ctx.fillStyle = this.color(it, colors, fg); ctx.fill(); ctx.globalAlpha = 1;
  }

  dots(it, X, Y, colors) {
    const {ctx} = this;
    if (it.halo) colors = PALETTE.light;      // over a field, whose colours are the same in both themes
    for (let i = 0; i < it.n; i++) {
      const color = it.map ? `rgb(${lut[it.map][it.c[i]]})` : colors[it.c[i] % colors.length];
      ctx.beginPath(); ctx.arc(X(it.x[i]), Y(it.y[i]), it.r, 0, 7);
      ctx.fillStyle = it.hollow ? "#ffffff" : color; ctx.fill();
      ctx.lineWidth = it.hollow ? 1.5 : 1; ctx.strokeStyle = it.hollow ? color : it.map ? "#555555" : "#ffffff"; ctx.stroke();
    }
  }

  rule(it, X, Y, colors, {left, right, top, bottom, fg}) {
    const {ctx} = this;
    ctx.strokeStyle = this.color(it, colors, fg); ctx.lineWidth = it.width || 1.5; ctx.setLineDash(it.dash);
    it.axis === "x" ? this.path([[X(it.v), top], [X(it.v), bottom]]) : this.path([[left, Y(it.v)], [right, Y(it.v)]]);
    ctx.setLineDash([]);
  }

  field(it, X, Y) {
    const {off} = this; off.width = it.w; off.height = it.h;
    const image = new ImageData(it.w, it.h), colors = lut[it.map];
    for (let i = 0; i < it.v.length; i++) { const [r, g, b] = colors[it.v[i]]; image.data.set([r, g, b, 255], 4 * i); }
    off.getContext("2d").putImageData(image, 0, 0);
    const [x0, x1, y0, y1] = it.extent;
    this.ctx.imageSmoothingEnabled = it.smooth;
    this.ctx.drawImage(off, X(x0), Y(y1), X(x1) - X(x0), Y(y0) - Y(y1));   // row 0 is the top row, at y1
  }

  // Grey images in a grid, each with its title above, as large as the space allows.
  images(it, width, height, colors, fg) {
    const {ctx, off} = this, rows = Math.ceil(it.n / it.columns), title = it.titles.length ? 22 : 4;
    const side = Math.max(8, Math.min((width - 8) / it.columns - 8, (height - 4) / rows - title)), tall = side * Math.min(1, it.h / it.w), wide = tall * it.w / it.h;
    off.width = it.w; off.height = it.h; ctx.imageSmoothingEnabled = false; ctx.textAlign = "center";
    for (let k = 0; k < it.n; k++) {
      const image = new ImageData(it.w, it.h), size = it.w * it.h, x = 8 + k % it.columns * (side + 8), y = Math.floor(k / it.columns) * (side + title) + title;
      for (let i = 0; i < size; i++) { const v = it.v[k * size + i]; image.data.set([v, v, v, 255], 4 * i); }
      off.getContext("2d").putImageData(image, 0, 0); ctx.drawImage(off, x, y, wide, tall);
      const red = it.marked.includes(k); ctx.globalAlpha = red ? 1 : .3; ctx.lineWidth = red ? 2 : 1; ctx.strokeStyle = red ? colors[1] : fg; ctx.strokeRect(x, y, wide, tall); ctx.globalAlpha = 1;
      if (it.titles[k]) { ctx.fillStyle = red ? colors[1] : fg; ctx.fillText(it.titles[k], x + wide / 2, y - 9, side + 6); }
    }
  }

  // A network: a column of small fields for each layer, links between them. `at` is what the reader points at: [layer, unit], or [layer, unit, from] for a link.
  net(it, width, height, colors, fg, at) {
    const {ctx, off} = this, columns = it.units.length, left = it.names.length ? Math.max(...it.names.map(n => ctx.measureText(n).width)) + 14 : 6, top = 24, most = Math.max(...it.units);
    const gap = (width - left - 6) / columns, side = Math.max(8, Math.min(46, .55 * gap, (height - top - 8) / most - 6)), tall = Math.min((height - top - 8) / most, side + 26);
    const place = (c, u) => [left + c * (width - left - 6 - side) / Math.max(columns - 1, 1), top + (height - top - 8 - it.units[c] * tall) / 2 + u * tall + (tall - side) / 2];
    const links = [], same = (a, b) => a && b && a.length === b.length && a.every((v, k) => v === b[k]);
    let k = 0;
    for (let c = 1; c < columns; c++) for (let to = 0; to < it.units[c]; to++) for (let from = 0; from < it.units[c - 1]; from++, k++) {
      const w = it.weights[k], [x0, y0] = place(c - 1, from), [x1, y1] = place(c, to), spot = [c, to, from];
      if (!Number.isFinite(w)) continue;
      const ends = [x0 + side, y0 + side / 2, x1, y1 + side / 2], lit = same(spot, at);
      links.push({spot, ends, w});
      ctx.strokeStyle = w > 0 ? colors[1] : w < 0 ? colors[0] : fg; ctx.lineWidth = (w ? .4 + 6 * Math.tanh(Math.abs(w) / 3) : 1) + 2 * lit;
      ctx.globalAlpha = lit ? 1 : w ? .3 + .6 * Math.tanh(Math.abs(w)) : .15; ctx.setLineDash(w ? [] : [2, 4]);
      this.bend(...ends);
    }
    ctx.setLineDash([]); ctx.globalAlpha = 1; ctx.imageSmoothingEnabled = true; off.width = off.height = it.side;
    const size = it.side ** 2, image = new ImageData(it.side, it.side), pixels = new Uint32Array(image.data.buffer), units = [];
    it.units.reduce((n, count, c) => {
      for (let u = 0; u < count; u++) {
        const [x, y] = place(c, u), picked = same([c, u], it.picked), lit = same([c, u], at);
        for (let i = 0; i < size; i++) { const [r, g, b] = lut.diverging[it.v[(n + u) * size + i]]; pixels[i] = 0xff000000 | b << 16 | g << 8 | r; }
        off.getContext("2d").putImageData(image, 0, 0); ctx.drawImage(off, x, y, side, side);
        ctx.strokeStyle = fg; ctx.globalAlpha = picked || lit ? 1 : .5; ctx.lineWidth = picked ? 3 : lit ? 2 : 1; ctx.strokeRect(x, y, side, side); ctx.globalAlpha = 1;
        ctx.textAlign = "right"; ctx.fillStyle = fg; if (!c && it.names[u]) ctx.fillText(it.names[u], x - 6, y + side / 2);
        units.push({spot: [c, u], x, y, bias: it.biases[n + u]});
      }
      ctx.textAlign = !c ? "left" : c === columns - 1 ? "right" : "center"; ctx.fillStyle = fg;
      const x = place(c, 0)[0]; if (gap > 64 || !c || c === columns - 1) ctx.fillText(it.titles[c], c ? x + (c === columns - 1 ? side : side / 2) : Math.max(2, x - left), 10, Math.max(gap, 60));
      return n + count;
    }, 0);
    return {units: it.units, reading: this.spot(it, at, units, links), hit: (x, y) => this.under(x, y, side, units, links)};
  }

  bend(x0, y0, x1, y1) { const {ctx} = this, m = (x0 + x1) / 2; ctx.beginPath(); ctx.moveTo(x0, y0); ctx.bezierCurveTo(m, y0, m, y1, x1, y1); ctx.stroke(); }

  // The unit, or else the link, under a pixel.
  under(x, y, side, units, links) {
    const unit = units.find(u => x >= u.x && x <= u.x + side && y >= u.y && y <= u.y + side);
    if (unit) return unit.spot;
    let best = 6, spot = null;
    for (const {spot: s, ends: [x0, y0, x1, y1]} of links) {
      if (x < x0 || x > x1) continue;
      let a = 0, b = 1;      // where along the bend this column of pixels lies
      for (let i = 0; i < 12; i++) { const t = (a + b) / 2, px = x0 + (x1 - x0) * (1.5 * t * (1 - t) + t ** 3); px < x ? a = t : b = t; }
      const far = Math.abs(y0 + (y1 - y0) * (3 * a * a - 2 * a ** 3) - y);
      if (far < best) { best = far; spot = s; }
    }
    return spot;
  }

  // What the reader points at, in words. Layers and units are counted from 0, as in PyTorch.
  spot(it, at, units, links) {
    if (!at) return "";
    if (at.length === 3) { const link = links.find(l => l.spot.every((v, k) => v === at[k])); return link ? `w${at[0]}[${at[1]},${at[2]}] = ${show(link.w)}` : ""; }
    const unit = units.find(u => u.spot[0] === at[0] && u.spot[1] === at[1]); if (!unit) return "";
    return `${it.titles[at[0]]}, ${at[0] ? `unit ${at[1]}` : it.names[at[1]] || at[1]}` + (Number.isFinite(unit.bias) ? `, bias b${at[0]}[${at[1]}] = ${show(unit.bias)}` : "");
  }

  // A cross at the point (x, y), given as shares of the axes, and what is there in words.
  cross(head, at, {left, right, top, bottom, toX, toY}, fg) {
    const {ctx} = this, px = left + at.x * (right - left), py = bottom - at.y * (bottom - top), field = head.items.find(it => it.kind === "field");
    ctx.strokeStyle = field ? "#000" : fg; ctx.globalAlpha = .6; ctx.lineWidth = 1; this.path([[px, top], [px, bottom]]); this.path([[left, py], [right, py]]); ctx.globalAlpha = 1;
    const words = `${head.x.label} ${show(toX(px))}, ${head.y.label} ${show(toY(py))}`;
    if (!field) return words;
    const column = Math.round(at.x * (field.w - 1)), row = Math.round((1 - at.y) * (field.h - 1)), [a, b] = field.vlim, v = field.v[row * field.w + column];
    if (field.map === "classes") return `${words}: class ${v >> 5}`;
    return `${words}: about ${show(a + v / 255 * (b - a))}`;
  }

  // A vertical reading line at the share `cursor` of the x axis, and the values there in words.
  cursor(head, share, {left, right, top, bottom, X, Y}, fg) {
    const {ctx} = this, px = left + share * (right - left), parts = [];
    let at = null;
    for (const it of head.items.filter(it => it.kind === "line" && it.label && it.n)) {
      let best = 0;
      for (let i = 1; i < it.n; i++) if (Math.abs(X(it.x[i]) - px) < Math.abs(X(it.x[best]) - px)) best = i;
      at ??= it.x[best];
      parts.push(`${it.label} ${show(it.y[best])}`);
    }
    if (at === null) return "";
    ctx.strokeStyle = fg; ctx.globalAlpha = .6; ctx.lineWidth = 1; this.path([[X(at), top], [X(at), bottom]]); ctx.globalAlpha = 1;
    return `${head.x.label} ${show(at)}: ${parts.join(", ")}`;
  }
}

// What the keyboard lacks in the other widgets of an output with a view. JupyterLab takes arrows and letters from menus and boxes
// (m in a menu turns the cell into Markdown; Enter on a button opens the cell's code), and the header of a drawer cannot be reached and does not say what it is.
const HEADER = ".jupyter-widget-Collapse-header";
function reach({target}) {
  const output = target.closest?.(".jp-OutputArea-output");
  if (!output?.querySelector(".ck-view")) return;
  for (const h of output.querySelectorAll(HEADER)) { h.tabIndex = 0; h.role = "button"; h.ariaExpanded = h.parentNode.classList.contains("jupyter-widget-Collapse-open"); }
  if (target.matches(`select, input, button, ${HEADER}`)) target.dataset.lmSuppressShortcuts = "true";
}
function unfold(e) { if (e.target.matches?.(HEADER) && ["Enter", " "].includes(e.key)) { e.preventDefault(); e.target.click(); } }
if (!window.ckReach) {       // once: each widget has this module to itself
  document.addEventListener("focusin", window.ckReach = reach);
  document.addEventListener("click", reach);
  document.addEventListener("keydown", unfold);
}

const PICK = "Click, or move the cross with the arrow keys and press Enter", UNITS = "The arrow keys go from unit to unit, Enter picks one", READ = "The arrow keys read the values, Escape ends it";

function render({model, el}) {
  el.classList.add("ck-view");
  el.innerHTML = `<canvas class="ck-canvas" tabindex="0" role="img" data-lm-suppress-shortcuts="true"></canvas>
    <div class="ck-note"></div><div class="ck-hidden" aria-live="polite"></div>
    <details class="ck-detail" hidden><summary data-lm-suppress-shortcuts="true">Traceback</summary><pre tabindex="0" data-lm-suppress-shortcuts="true"></pre></details>`;
  const [canvas, note, spoken, detail] = el.children, trace = detail.lastChild, picture = new Picture(canvas);
  let head = null, cursor = null, stroke = null, dragging = false, keyed = false, told = true, wanted = false, drawn = null, lastSpoken = 0, timer = 0, heart = 0, alive = true, steered = 0, said = 0, mouse = "", heard = false;
  const copy = Math.random().toString(36).slice(2);

  function current() {
    const frames = model.get("frames"), [, columns] = model.get("shape");
    return frames.length ? frames[Math.min(model.get("i") * columns + model.get("j"), frames.length - 1)] : model.get("frame");
  }
  function paint() {
    wanted = false;
    if (!alive || !el.clientWidth) return;
    drawn = picture.draw(head, el.clientWidth, model.get("height"), cursor, stroke);
    deliver();
    const words = [drawn?.reading, !drawn?.reading || plane() ? head?.note : ""].filter(Boolean).join(" | ");
    if (note.textContent !== words) note.textContent = words;
    detail.hidden = !head?.detail;
    if (trace.textContent !== (head?.detail || "")) trace.textContent = head?.detail || "";
    note.classList.toggle("ck-error", !!head?.error && !drawn?.reading);
    model._ckFrames = (model._ckFrames || 0) + 1; canvas.dataset.frames = model._ckFrames;
    say(); reach({target: canvas});
  }
  function say() {   // at most every three seconds, and at the end of a run
    const text = head?.text || "", hint = net() ? UNITS : model.get("pick") ? PICK : head?.items[0]?.kind === "images" ? "" : READ;
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
    if (canvas.getAttribute("aria-description") !== hint) canvas.setAttribute("aria-description", hint);
    if (steered) {       // what the arrow keys have found is said at once, and nothing else meanwhile
      if (steered > said && drawn?.reading) { said = steered; spoken.textContent = drawn.reading; lastSpoken = performance.now(); }
      return;
    }
    const wait = 3000 - (performance.now() - lastSpoken);
    if (wait > 0 && !head?.done) { timer ||= setTimeout(() => { timer = 0; say(); }, wait); return; }
    if (spoken.textContent !== text) { spoken.textContent = text; lastSpoken = performance.now(); }
  }
  function redraw() { if (!wanted) { wanted = true; requestAnimationFrame(paint); } }
  function recorded() {
    const past = model.get("past"), [rows, columns, [width]] = model.get("places"), pick = (list, k) => list[Math.min(model.get(k), list.length - 1)];
    return past.length && model.get("fits") ? unpack(past[pick(rows, "row") * width + pick(columns, "column")]) : null;
  }
  function update() {
    const past = recorded(), now = past && !heard ? null : unpack(current());      // without a kernel nobody draws a newer one
    head = laid(now ? behind(now, past) : past, unpack(model.get("over")));
    if (!dragging && !keyed && told) stroke = null;     // Python has drawn what was sketched
    redraw();
  }
  function tell(event, more = {}) { try { model.send({event, copy, ...more}); } catch { /* the kernel is gone: nobody left to tell */ } }

  // A page that is closed cannot tell: three signs of life within the time after which Python takes it for closed.
  function beat() { clearTimeout(heart); tell("beat"); heart = setTimeout(beat, model.get("patience") * 1000 / 3); }
  function visible() { if (!document.hidden) beat(); }     // browsers slow the timers of hidden pages down

  // Where the reader points: a share of the x axis, and of the y axis too where a point of the plane is meant.
  const plane = () => !!model.get("pick") || head?.items[0]?.kind === "field";
  const net = () => head?.items[0]?.kind === "net";
  const share = v => Math.min(1, Math.max(0, v));
  function locate(e) {
    if (net()) { const box = canvas.getBoundingClientRect(), at = drawn?.hit?.(e.clientX - box.left, e.clientY - box.top); return at ? {at} : null; }
    const g = drawn?.geometry; if (!g) return null;
    const box = canvas.getBoundingClientRect(), x = (e.clientX - box.left - g.left) / (g.right - g.left), y = (g.bottom - e.clientY + box.top) / (g.bottom - g.top);
    return dragging || x >= 0 && x <= 1 && y >= 0 && y <= 1 ? {x: share(x), y: plane() ? share(y) : null} : null;
  }
  function pick() {   // the point under the cross joins the stroke; it is told when it is drawn
    const g = drawn?.geometry; if (!g || !cursor) return;
    const point = [g.toX(g.left + cursor.x * (g.right - g.left)), g.toY(g.bottom - cursor.y * (g.bottom - g.top))];
    stroke = model.get("pick") === "stroke" && stroke ? [...stroke, point].slice(-1000) : [point]; told = false;
  }
  function deliver() { if (!told) { told = true; tell("pick", {points: stroke}); } }
  function keyed_unit(e) {      // in a network the arrow keys go from unit to unit
    const dx = {ArrowLeft: -1, ArrowRight: 1}[e.key] || 0, dy = {ArrowDown: 1, ArrowUp: -1}[e.key] || 0, [c, u] = cursor?.at ?? [];
    if (e.key === "Escape") { cursor = null; steered = said = 0; }
    else if (e.key === "Enter" && cursor) tell("hit", {at: cursor.at});
    else if (dx || dy) {
      const column = c === undefined ? 0 : Math.min(drawn.units.length - 1, Math.max(0, c + dx)), last = drawn.units[column] - 1;
      cursor = {at: [column, u === undefined ? 0 : Math.min(last, Math.max(0, dx ? Math.round(u / Math.max(drawn.units[c] - 1, 1) * last) : u + dy))]}; steered++;
    } else return;
    e.preventDefault(); redraw();
  }
  function key(e) {
    if (net()) return keyed_unit(e);
    const dx = {ArrowLeft: -.02, ArrowRight: .02}[e.key] || 0, dy = {ArrowDown: -.02, ArrowUp: .02}[e.key] || 0;
    if (e.key === "Escape") { deliver(); cursor = stroke = null; keyed = false; steered = said = 0; }
    else if (e.key === "Enter" && model.get("pick") && cursor) { keyed = true; pick(); }
    else if (dx || dy && plane()) cursor = {x: share((cursor?.x ?? .5) + dx), y: plane() ? share((cursor?.y ?? .5) + dy) : null};
    else return;
    if (dx || dy) steered++;
    e.preventDefault(); redraw();
  }
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("blur", () => { steered = said = 0; });
  el.addEventListener("keydown", e => e.stopPropagation());
  canvas.addEventListener("pointermove", e => {
    const before = mouse; mouse = `${e.clientX} ${e.clientY}`;
    if (steered && mouse === before) return;      // the page has moved under a mouse at rest: the keys keep the cross
    cursor = locate(e); if (dragging) pick(); redraw();
  });
  canvas.addEventListener("pointerdown", e => {
    if (!model.get("pick") || !(cursor = locate(e))) return;
    if (net()) { tell("hit", {at: cursor.at}); redraw(); return; }
    canvas.setPointerCapture(e.pointerId); dragging = true; keyed = false; stroke = null; pick(); redraw();
  });
  for (const n of ["pointerup", "pointercancel"]) canvas.addEventListener(n, () => { dragging = false; });
  canvas.addEventListener("pointerleave", () => { if (!dragging && !steered) { cursor = null; redraw(); } });
  function picking() {
    canvas.classList.toggle("ck-pick", !!model.get("pick"));
    if (!model.get("pick")) { stroke = null; dragging = keyed = false; told = true; }
    redraw();
  }
  model.on("change:pick", picking); picking();

  function answer(message) { if (message?.alive === copy && !heard) { heard = true; update(); } }
  model.on("msg:custom", answer);
  const names = ["change:frame", "change:over", "change:frames", "change:i", "change:j", "change:height", "change:past", "change:places", "change:row", "change:column", "change:fits"];
  for (const n of names) model.on(n, update);
  const size = new ResizeObserver(redraw), theme = new MutationObserver(redraw), media = matchMedia("(prefers-color-scheme: dark)");
  size.observe(el);
  for (const node of [document.documentElement, document.body]) theme.observe(node, {attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light", "data-jp-theme-name"]});
  media.addEventListener("change", redraw);
  document.addEventListener("visibilitychange", visible); model.on("change:patience", beat);
  update(); beat();
  return () => {
    alive = false; clearTimeout(timer); clearTimeout(heart); document.removeEventListener("visibilitychange", visible); model.off("change:patience", beat); size.disconnect(); theme.disconnect(); media.removeEventListener("change", redraw);
    for (const n of names) model.off(n, update);
    model.off("change:pick", picking); model.off("msg:custom", answer);
    tell("gone");
  };
}
export default {initialize, render};
