// Where the reader points: on axes a share of each, in a network a unit or a link.

export function clamp(v, low = 0, high = 1) {
  return Math.min(high, Math.max(low, v));
}

// A pixel as shares {x, y} of the axes; null outside of them, unless a stroke is being drawn (`dragging`).
// y is null where only x is meant.
export function locate({left, right, top, bottom}, px, py, {plane, dragging}) {
  const x = (px - left) / (right - left);
  const y = (bottom - py) / (bottom - top);
  const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  if (!inside && !dragging) return null;
  return {x: clamp(x), y: plane ? clamp(y) : null};
}

// The numbers at a place that is given as shares of the axes.
export function point({left, right, top, bottom, toX, toY}, {x, y}) {
  return [toX(left + x * (right - left)), toY(bottom - y * (bottom - top))];
}

// The unit that an arrow key leads to, from [column, unit] or from nowhere:
// up and down in a column, to the same height in the next.
export function next(units, at, dx, dy) {
  if (!at) return [0, 0];
  const [from, unit] = at;
  const column = clamp(from + dx, 0, units.length - 1);
  const last = units[column] - 1;
  const height = unit / Math.max(units[from] - 1, 1);
  return [column, clamp(dx ? Math.round(height * last) : unit + dy, 0, last)];
}

// The unit, or else the link, under a pixel: `units` are squares {spot, x, y} of this side, `links` bends {spot, ends}.
export function under(x, y, side, units, links) {
  const unit = units.find(u => x >= u.x && x <= u.x + side && y >= u.y && y <= u.y + side);
  if (unit) return unit.spot;
  let nearest = 6;      // pixels
  let found = null;
  for (const {spot, ends} of links) {
    const far = distance(ends, x, y);
    if (far >= nearest) continue;
    nearest = far;
    found = spot;
  }
  return found;
}

// How far a point is above or below a bend from (x0, y0) to (x1, y1), as `Painter.bend` draws it.
function distance([x0, y0, x1, y1], x, y) {
  if (x < x0 || x > x1) return Infinity;
  let a = 0, b = 1;      // where along the bend this column of pixels lies
  for (let i = 0; i < 12; i++) {
    const t = (a + b) / 2;
    const px = x0 + (x1 - x0) * (1.5 * t * (1 - t) + t ** 3);
    if (px < x) a = t;
    else b = t;
  }
  return Math.abs(y0 + (y1 - y0) * (3 * a * a - 2 * a ** 3) - y);
}
