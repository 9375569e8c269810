// A network: a column of small fields for each layer, links between them.
import {MAPS} from "./colors.js";
import {show} from "./number.js";
import {under} from "./pick.js";

const TOP = 24;         // pixels above the units, for the layers' names
const EDGE = 6;         // to the left and the right
const BELOW = 8;

function same(a, b) {
  return a && b && a.length === b.length && a.every((v, k) => v === b[k]);
}

// Where everything goes: `place(column, unit)` is the upper left corner of a unit, `side` its size, `gap` from column to column.
function layout(it, width, height, ctx) {
  const columns = it.units.length;
  const names = it.names.map(name => ctx.measureText(name).width);
  const left = names.length ? Math.max(...names) + 14 : EDGE;
  const most = Math.max(...it.units);
  const across = width - left - EDGE;
  const down = height - TOP - BELOW;
  const gap = across / columns;
  const side = Math.max(8, Math.min(46, .55 * gap, down / most - 6));
  const tall = Math.min(down / most, side + 26);
  function place(column, unit) {
    const x = left + column * (across - side) / Math.max(columns - 1, 1);
    const first = TOP + (down - it.units[column] * tall) / 2;
    return [x, first + unit * tall + (tall - side) / 2];
  }
  return {place, side, gap, left};
}

// Every weight that is a number, with its spot [column, to, from] and its two ends.
function linksOf(it, {place, side}) {
  const links = [];
  let k = 0;
  for (let column = 1; column < it.units.length; column++) {
    for (let to = 0; to < it.units[column]; to++) {
      for (let from = 0; from < it.units[column - 1]; from++) {
        const w = it.weights[k++];
        if (!Number.isFinite(w)) continue;
        const [x0, y0] = place(column - 1, from);
        const [x1, y1] = place(column, to);
        links.push({spot: [column, to, from], w, ends: [x0 + side, y0 + side / 2, x1, y1 + side / 2]});
      }
    }
  }
  return links;
}

function unitsOf(it, {place}) {
  const units = [];
  for (let column = 0; column < it.units.length; column++) {
    for (let unit = 0; unit < it.units[column]; unit++) {
      const [x, y] = place(column, unit);
      units.push({spot: [column, unit], x, y, bias: it.biases[units.length]});
    }
  }
  return units;
}

function bend(ctx, [x0, y0, x1, y1]) {
  const middle = (x0 + x1) / 2;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  ctx.stroke();
}

// Orange where the weight is positive, blue where it is negative, dotted where it is zero.
function drawLink(ctx, {w, ends}, lit, colors, fg) {
  const strength = Math.abs(w);
  ctx.strokeStyle = w > 0 ? colors[1] : w < 0 ? colors[0] : fg;
  ctx.lineWidth = (w ? .4 + 6 * Math.tanh(strength / 3) : 1) + (lit ? 2 : 0);
  ctx.globalAlpha = lit ? 1 : w ? .3 + .6 * Math.tanh(strength) : .15;
  ctx.setLineDash(w ? [] : [2, 4]);
  bend(ctx, ends);
}

// What a unit computes, as a small field.
function drawUnit(ctx, off, bytes, {x, y}, side) {
  const image = new ImageData(off.width, off.height);
  const pixels = new Uint32Array(image.data.buffer);
  bytes.forEach((byte, i) => {
    const [r, g, b] = MAPS.diverging[byte];
    pixels[i] = 0xff000000 | b << 16 | g << 8 | r;
  });
  off.getContext("2d").putImageData(image, 0, 0);
  ctx.drawImage(off, x, y, side, side);
}

function frameUnit(ctx, {x, y}, side, picked, lit) {
  ctx.globalAlpha = picked || lit ? 1 : .5;
  ctx.lineWidth = picked ? 3 : lit ? 2 : 1;
  ctx.strokeRect(x, y, side, side);
  ctx.globalAlpha = 1;
}

// The name of a layer above its column; of the first and the last always, of the others where there is room.
function title(ctx, it, column, {place, side, gap, left}) {
  const last = it.units.length - 1;
  if (gap <= 64 && column && column !== last) return;
  const [x] = place(column, 0);
  let at = x + side / 2;
  ctx.textAlign = "center";
  if (column === last) {
    ctx.textAlign = "right";
    at = x + side;
  }
  if (!column) {
    ctx.textAlign = "left";
    at = Math.max(2, x - left);
  }
  ctx.fillText(it.titles[column], at, 10, Math.max(gap, 60));
}

// What the reader points at, in words. Layers and units are counted from 0, as in PyTorch.
function words(it, at, units, links) {
  if (!at) return "";
  const [layer, unit, from] = at;
  if (at.length === 3) {
    const link = links.find(l => same(l.spot, at));
    return link ? `w${layer}[${unit},${from}] = ${show(link.w)}` : "";
  }
  const found = units.find(u => same(u.spot, at));
  if (!found) return "";
  const name = layer ? `unit ${unit}` : it.names[unit] || unit;
  const bias = Number.isFinite(found.bias) ? `, bias b${layer}[${unit}] = ${show(found.bias)}` : "";
  return `${it.titles[layer]}, ${name}${bias}`;
}

// `at` is what the reader points at: [layer, unit], or [layer, unit, from] for a link.
export function drawNet(it, {ctx, off, width, height, colors, fg}, at) {
  const where = layout(it, width, height, ctx);
  const links = linksOf(it, where);
  const units = unitsOf(it, where);
  for (const link of links) drawLink(ctx, link, same(link.spot, at), colors, fg);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  ctx.imageSmoothingEnabled = true;
  ctx.strokeStyle = fg;
  ctx.fillStyle = fg;
  ctx.textAlign = "right";
  off.width = off.height = it.side;
  const size = it.side ** 2;
  units.forEach((unit, k) => {
    drawUnit(ctx, off, it.v.subarray(k * size, (k + 1) * size), unit, where.side);
    frameUnit(ctx, unit, where.side, same(unit.spot, it.picked), same(unit.spot, at));
    const [column, row] = unit.spot;
    if (!column && it.names[row]) ctx.fillText(it.names[row], unit.x - 6, unit.y + where.side / 2);
  });
  it.units.forEach((_, column) => title(ctx, it, column, where));
  return {
    units: it.units,
    reading: words(it, at, units, links),
    hit: (x, y) => under(x, y, where.side, units, links),
  };
}
