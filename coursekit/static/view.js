// Draws one frame of a view: a complete picture in one buffer, as coursekit/views.py packs it.
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

function unpack(view) {
  if (!view || !view.byteLength) return null;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  const data = bytes.slice(4 + size).buffer;      // a copy, so that float32 arrays are aligned
  for (const it of head.items) {
    if (it.kind === "field") it.v = new Uint8Array(data, it.at, it.w * it.h);
    if (it.kind === "line" || it.kind === "dots") {
      it.x = new Float32Array(data, it.at, it.n);
      it.y = new Float32Array(data, it.at + 4 * it.n, it.n);
    }
    if (it.kind === "dots") it.c = new Uint8Array(data, it.at + 8 * it.n, it.n);
  }
  return head;
}

function ticks(axis, pixels, gap) {
  const [a, b] = axis.lim, most = Math.max(2, Math.floor(pixels / gap));
  if (axis.log) {
    const lo = Math.ceil(Math.log10(a) - 1e-9), hi = Math.floor(Math.log10(b) + 1e-9), every = Math.max(1, Math.ceil((hi - lo + 1) / most));
    const out = [];
    for (let e = lo; e <= hi; e += every) out.push(10 ** e);
    if (out.length < 2) for (const m of [1, 2, 5]) for (let e = lo - 1; e <= hi; e++) { const t = m * 10 ** e; if (t >= a && t <= b && !out.includes(t)) out.push(t); }
    return out;
  }
  const raw = (b - a) / most, p = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].map(m => m * p).find(s => s >= raw * .999);
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
    const f = axis.log ? v => Math.log(Math.max(v, 1e-30)) : v => v, [a, b] = axis.lim.map(f);
    return v => from + (f(v) - a) / (b - a || 1) * (to - from);
  }

  // One call draws everything, inside one animation frame: no blank canvas is ever shown between two pictures.
  draw(head, width, height, cursor) {
    const {canvas, ctx} = this, ratio = window.devicePixelRatio || 1, W = Math.round(width * ratio), H = Math.round(height * ratio);
    if (canvas.width !== W || canvas.height !== H) { canvas.width = W; canvas.height = H; canvas.style.height = height + "px"; }
    const fg = getComputedStyle(canvas).color, [r, g, b] = fg.match(/[\d.]+/g).map(Number), dark = r + g + b > 384;
    const colors = dark ? PALETTE.dark : PALETTE.light;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    if (!head) return null;
    ctx.font = FONT; ctx.lineJoin = "round"; ctx.fillStyle = fg; ctx.strokeStyle = fg; ctx.textBaseline = "middle";

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
    const geometry = {left, right, top, bottom, X, Y};
    return {geometry, reading: cursor === null ? "" : this.cursor(head, cursor, geometry, fg)};
  }

  path(points) { this.ctx.beginPath(); points.forEach(([x, y], i) => i ? this.ctx.lineTo(x, y) : this.ctx.moveTo(x, y)); this.ctx.stroke(); }

  legend(head, colors, left, right, fg) {
    const {ctx} = this; let x = left, y = 12;
    ctx.textAlign = "left";
    for (const it of head.items.filter(it => it.label)) {
      const w = 22 + ctx.measureText(it.label).width + 14;
      if (x + w > right && x > left) { x = left; y += 18; }
      ctx.strokeStyle = it.color < 0 ? fg : colors[it.color % colors.length]; ctx.fillStyle = ctx.strokeStyle; ctx.lineWidth = 2.5;
      ctx.setLineDash(it.dash || []);
      if (it.kind === "dots") { ctx.beginPath(); ctx.arc(x + 9, y, 4, 0, 7); ctx.fill(); } else this.path([[x, y], [x + 18, y]]);
      ctx.setLineDash([]); ctx.fillStyle = fg; ctx.fillText(it.label, x + 22, y); x += w;
    }
    ctx.strokeStyle = fg;
    return y + 14;
  }

  line(it, X, Y, colors, {fg}) {
    const {ctx} = this;
    ctx.strokeStyle = it.color < 0 ? fg : colors[it.color % colors.length]; ctx.lineWidth = it.width || 2; ctx.globalAlpha = it.alpha ?? 1; ctx.setLineDash(it.dash || []);
    ctx.beginPath();
    let pen = false;
    for (let i = 0; i < it.n; i++) {
      const ok = Number.isFinite(it.x[i]) && Number.isFinite(it.y[i]);
      if (ok) pen ? ctx.lineTo(X(it.x[i]), Y(it.y[i])) : ctx.moveTo(X(it.x[i]), Y(it.y[i]));
      pen = ok;
    }
    ctx.stroke(); ctx.setLineDash([]); ctx.globalAlpha = 1;
  }

  dots(it, X, Y, colors, {fg}) {
    const {ctx} = this;
    for (let i = 0; i < it.n; i++) {
      ctx.beginPath(); ctx.arc(X(it.x[i]), Y(it.y[i]), it.r, 0, 7);
      ctx.fillStyle = colors[it.c[i] % colors.length]; ctx.fill();
      ctx.lineWidth = 1; ctx.strokeStyle = "#ffffff"; ctx.stroke();
    }
  }

  rule(it, X, Y, colors, {left, right, top, bottom, fg}) {
    const {ctx} = this;
    ctx.strokeStyle = it.color < 0 ? fg : colors[it.color % colors.length]; ctx.lineWidth = 1.5; ctx.setLineDash([5, 4]);
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

function render({model, el}) {
  el.classList.add("ck-view");
  el.innerHTML = `<canvas class="ck-canvas" tabindex="0" role="img" data-lm-suppress-shortcuts="true"></canvas>
    <div class="ck-note"></div><div class="ck-hidden" aria-live="polite"></div>`;
  const [canvas, note, spoken] = el.children, picture = new Picture(canvas);
  let head = null, cursor = null, wanted = false, drawn = null, lastSpoken = 0, timer = 0, alive = true;

  function current() {
    const frames = model.get("frames"), [, columns] = model.get("shape");
    return frames.length ? frames[Math.min(model.get("i") * columns + model.get("j"), frames.length - 1)] : model.get("frame");
  }
  function paint() {
    wanted = false;
    if (!alive || !el.clientWidth) return;
    drawn = picture.draw(head, el.clientWidth, model.get("height"), cursor);
    const words = drawn?.reading || head?.note || "";
    if (note.textContent !== words) note.textContent = words;
    note.classList.toggle("ck-error", !!head?.error && !drawn?.reading);
    model._ckFrames = (model._ckFrames || 0) + 1; canvas.dataset.frames = model._ckFrames;
    say();
  }
  function say() {   // at most every three seconds, and at the end of a run
    const text = head?.text || "";
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
    const wait = 3000 - (performance.now() - lastSpoken);
    if (wait > 0 && !head?.done) { timer ||= setTimeout(() => { timer = 0; say(); }, wait); return; }
    if (spoken.textContent !== text) { spoken.textContent = text; lastSpoken = performance.now(); }
  }
  function redraw() { if (!wanted) { wanted = true; requestAnimationFrame(paint); } }
  function update() { head = unpack(current()); redraw(); }
  function tell(event) { try { model.send({event}); } catch { /* the kernel is gone: nobody left to tell */ } }

  function key(e) {
    const step = {ArrowLeft: -.02, ArrowRight: .02}[e.key];
    if (e.key === "Escape") cursor = null;
    else if (step) cursor = Math.min(1, Math.max(0, (cursor ?? .5) + step));
    else return;
    e.preventDefault(); redraw();
  }
  canvas.addEventListener("keydown", key);
  el.addEventListener("keydown", e => e.stopPropagation());
  canvas.addEventListener("mousemove", e => {
    const g = drawn?.geometry; if (!g) return;
    const x = e.clientX - canvas.getBoundingClientRect().left;
    cursor = x < g.left || x > g.right ? null : (x - g.left) / (g.right - g.left); redraw();
  });
  canvas.addEventListener("mouseleave", () => { cursor = null; redraw(); });

  const names = ["change:frame", "change:frames", "change:i", "change:j", "change:height"];
  for (const n of names) model.on(n, update);
  const size = new ResizeObserver(redraw), theme = new MutationObserver(redraw), media = matchMedia("(prefers-color-scheme: dark)");
  size.observe(el);
  for (const node of [document.documentElement, document.body]) theme.observe(node, {attributes: true, attributeFilter: ["class", "style", "data-theme", "data-jp-theme-light", "data-jp-theme-name"]});
  media.addEventListener("change", redraw);
  update(); tell("shown");
  return () => {
    alive = false; clearTimeout(timer); size.disconnect(); theme.disconnect(); media.removeEventListener("change", redraw);
    for (const n of names) model.off(n, update);
    tell("gone");
  };
}
export default {render};
