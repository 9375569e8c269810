// A canvas that draws the frames of a view, and tells the kernel where the reader points.
import {behind, laid, unpack} from "./frame.js";
import {KEYS, reach, reachAll} from "./page.js";
import {clamp, locate, next, point} from "./pick.js";
import {Picture} from "./picture.js";
import {initialize} from "./wake.js";

const PICK = "Click, or move the cross with the arrow keys and press Enter";
const UNITS = "The arrow keys go from unit to unit, Enter picks one";
const READ = "The arrow keys read the values, Escape ends it";
const STEP = .02;         // of an axis, for an arrow key
const QUIET = 3000;       // ms between two things said
const STROKE = 1000;      // points at most

const CHANGES = ["frame", "over", "frames", "i", "j", "height", "past", "places", "row", "column", "fits"];
const THEMES = ["class", "style", "data-theme", "data-jp-theme-light", "data-jp-theme-name"];

function entry(list, k) {
  return list[Math.min(k, list.length - 1)];
}

// The frame that the kernel has sent; of several, the one that `i` and `j` choose.
function current(model) {
  const frames = model.get("frames");
  if (!frames.length) return model.get("frame");
  const [, columns] = model.get("shape");
  return entry(frames, model.get("i") * columns + model.get("j"));
}

// The recorded run for where the sliders stand, if there is one.
function recorded(model) {
  const past = model.get("past");
  if (!past.length || !model.get("fits")) return null;
  const [rows, columns, [width]] = model.get("places");
  return unpack(past[entry(rows, model.get("row")) * width + entry(columns, model.get("column"))]);
}

function render({model, el}) {
  el.classList.add("ck-view");
  el.innerHTML = `<canvas class="ck-canvas" tabindex="0" role="img" ${KEYS}></canvas>
    <div class="ck-note"></div><div class="ck-hidden" aria-live="polite"></div>
    <details class="ck-detail" hidden><summary ${KEYS}>Traceback</summary><pre tabindex="0" ${KEYS}></pre></details>`;
  const [canvas, note, spoken, detail] = el.children;
  const trace = detail.lastChild;
  const picture = new Picture(canvas);
  const copy = Math.random().toString(36).slice(2);      // a view may be shown twice
  let alive = true;
  let heard = false;         // the kernel has answered
  let head = null;           // what is drawn
  let drawn = null;          // what came of drawing it: a geometry, a reading
  let wanted = false;        // it will be drawn in the next animation frame

  // ## Where the reader points
  let cursor = null;         // {x, y} as shares of the axes, or {at} in a network
  let stroke = null;         // points that were clicked or drawn
  let told = true;           // the kernel knows of them
  let dragging = false;
  let keyed = false;         // the last point came from the keyboard
  let steered = 0;           // how often an arrow key has moved the cursor
  let said = 0;              // up to which of these the reading was spoken
  let mouse = "";            // where the mouse was

  const kind = () => head?.items[0]?.kind;
  const net = () => kind() === "net";
  const plane = () => !!model.get("pick") || kind() === "field";

  // ## Drawing and speaking
  function redraw() {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(paint);
  }
  function paint() {
    wanted = false;
    if (!alive || !el.clientWidth) return;
    drawn = picture.draw(head, el.clientWidth, model.get("height"), cursor, stroke);
    deliver();
    write();
    model._ckFrames = (model._ckFrames || 0) + 1;
    canvas.dataset.frames = model._ckFrames;
    say();
    reach({target: canvas});
  }
  function write() {
    const reading = drawn?.reading;
    const beside = !reading || plane() ? head?.note : "";
    const words = [reading, beside].filter(Boolean).join(" | ");
    const where = head?.detail || "";
    if (note.textContent !== words) note.textContent = words;
    if (trace.textContent !== where) trace.textContent = where;
    detail.hidden = !where;
    note.classList.toggle("ck-error", !!head?.error && !reading);
  }
  function hint() {
    if (net()) return UNITS;
    if (model.get("pick")) return PICK;
    return kind() === "images" ? "" : READ;
  }
  let spokenAt = 0;
  let later = 0;
  function speak(text) {
    spoken.textContent = text;
    spokenAt = performance.now();
  }
  function say() {      // at most every three seconds, and at the end of a run
    const text = head?.text || "";
    if (canvas.getAttribute("aria-label") !== text) canvas.setAttribute("aria-label", text);
    if (canvas.getAttribute("aria-description") !== hint()) canvas.setAttribute("aria-description", hint());
    if (steered) return sayReading();
    const wait = QUIET - (performance.now() - spokenAt);
    if (wait > 0 && !head?.done) later ||= setTimeout(() => { later = 0; say(); }, wait);
    else if (spoken.textContent !== text) speak(text);
  }
  function sayReading() {      // what the arrow keys have found is said at once, and nothing else meanwhile
    if (steered === said || !drawn?.reading) return;
    said = steered;
    speak(drawn.reading);
  }
  function update() {
    const past = recorded(model);
    const now = past && !heard ? null : unpack(current(model));      // without a kernel nobody draws a newer one
    head = laid(now ? behind(now, past) : past, unpack(model.get("over")));
    if (!dragging && !keyed && told) stroke = null;      // Python has drawn what was sketched
    redraw();
  }

  // ## What the kernel is told
  function tell(event, more = {}) {
    try { model.send({event, copy, ...more}); }
    catch { /* the kernel is gone: nobody left to tell */ }
  }
  function deliver() {      // a point is told when it is drawn
    if (told) return;
    told = true;
    tell("pick", {points: stroke});
  }
  // A page that is closed cannot tell: three signs of life within the time after which Python takes it for closed.
  let heart = 0;
  function beat() {
    clearTimeout(heart);
    tell("beat");
    heart = setTimeout(beat, model.get("patience") * 1000 / 3);
  }
  function visible() {      // browsers slow the timers of hidden pages down
    if (!document.hidden) beat();
  }
  function answer(message) {
    if (message?.alive !== copy || heard) return;
    heard = true;
    update();
  }

  // ## Pointer
  function under(e) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [e.clientX - box.left, e.clientY - box.top];
    if (!net()) return drawn?.geometry ? locate(drawn.geometry, x, y, {plane: plane(), dragging}) : null;
    const at = drawn?.hit?.(x, y);
    return at ? {at} : null;
  }
  function pick() {      // the point under the cross joins the stroke
    if (!drawn?.geometry || !cursor) return;
    const here = point(drawn.geometry, cursor);
    const joins = stroke && model.get("pick") === "stroke";
    stroke = joins ? [...stroke, here].slice(-STROKE) : [here];
    told = false;
  }
  function moved(e) {
    const before = mouse;
    mouse = `${e.clientX} ${e.clientY}`;
    if (steered && mouse === before) return;      // the page has moved under a mouse at rest: the keys keep the cross
    cursor = under(e);
    if (dragging) pick();
    redraw();
  }
  function pressed(e) {
    if (!model.get("pick")) return;
    cursor = under(e);
    if (!cursor) return;
    if (net()) tell("hit", {at: cursor.at});
    else {
      canvas.setPointerCapture(e.pointerId);
      dragging = true;
      keyed = false;
      stroke = null;
      pick();
    }
    redraw();
  }
  function released() { dragging = false; }
  function left() {
    if (dragging || steered) return;
    cursor = null;
    redraw();
  }

  // ## Keyboard
  function rest() { steered = said = 0; }
  function escape() {
    deliver();
    cursor = stroke = null;
    keyed = false;
    rest();
  }
  function enter() {
    if (net()) tell("hit", {at: cursor.at});
    else {
      keyed = true;
      pick();
    }
  }
  function steer(dx, dy) {
    steered++;
    if (net()) {
      cursor = {at: next(drawn.units, cursor?.at, dx, dy)};
      return;
    }
    const x = clamp((cursor?.x ?? .5) + STEP * dx);
    const y = clamp((cursor?.y ?? .5) - STEP * dy);
    cursor = {x, y: plane() ? y : null};
  }
  function key(e) {
    const dx = {ArrowLeft: -1, ArrowRight: 1}[e.key] || 0;
    const dy = {ArrowUp: -1, ArrowDown: 1}[e.key] || 0;
    const picks = net() || model.get("pick");
    if (e.key === "Escape") escape();
    else if (e.key === "Enter" && cursor && picks) enter();
    else if (dx || dy && (net() || plane())) steer(dx, dy);
    else return;
    e.preventDefault();
    redraw();
  }
  function picking() {
    canvas.classList.toggle("ck-pick", !!model.get("pick"));
    if (!model.get("pick")) {
      stroke = null;
      dragging = keyed = false;
      told = true;
    }
    redraw();
  }

  // ## From here on it listens, until the widget goes
  reachAll();
  const listening = [
    [canvas, "keydown", key],
    [canvas, "blur", rest],
    [canvas, "pointermove", moved],
    [canvas, "pointerdown", pressed],
    [canvas, "pointerup", released],
    [canvas, "pointercancel", released],
    [canvas, "pointerleave", left],
    [el, "keydown", e => e.stopPropagation()],
    [matchMedia("(prefers-color-scheme: dark)"), "change", redraw],
    [document, "visibilitychange", visible],
  ];
  const watched = [
    ...CHANGES.map(name => [`change:${name}`, update]),
    ["change:pick", picking],
    ["change:patience", beat],
    ["msg:custom", answer],
  ];
  for (const [target, event, f] of listening) target.addEventListener(event, f);
  for (const [event, f] of watched) model.on(event, f);
  const size = new ResizeObserver(redraw);
  const theme = new MutationObserver(redraw);
  size.observe(el);
  for (const node of [document.documentElement, document.body]) theme.observe(node, {attributes: true, attributeFilter: THEMES});
  picking();
  update();
  beat();
  return () => {
    alive = false;
    clearTimeout(later);
    clearTimeout(heart);
    size.disconnect();
    theme.disconnect();
    for (const [target, event, f] of listening) target.removeEventListener(event, f);
    for (const [event, f] of watched) model.off(event, f);
    tell("gone");
  };
}
export default {initialize, render};
