// An axis: where its ticks are, and the way from a number to a pixel and back.

// The powers of ten of a logarithmic axis; with 2 and 5 times each, where there are fewer than two.
function powers([a, b], most) {
  const lowest = Math.ceil(Math.log10(a) - 1e-9);
  const highest = Math.floor(Math.log10(b) + 1e-9);
  const every = Math.max(1, Math.ceil((highest - lowest + 1) / most));
  const found = [];
  for (let e = lowest; e <= highest; e += every) found.push(10 ** e);
  if (found.length > 1) return found;
  for (const m of [1, 2, 5]) {
    for (let e = lowest - 1; e <= highest; e++) {
      const t = m * 10 ** e;
      if (t >= a && t <= b && !found.includes(t)) found.push(t);
    }
  }
  return found;
}

// The step between two ticks: a round number, and a whole one if the axis counts.
function step(axis, least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const enough = Math.max(least * .999, axis.whole ? 1 : 0);
  const round = [1, 2, 2.5, 5, 10].map(m => m * power);
  return round.find(s => s >= enough && (!axis.whole || s % 1 === 0)) ?? 1;
}

// The numbers at which an axis of so many pixels has ticks, `gap` pixels apart or more.
export function ticks(axis, pixels, gap) {
  const [a, b] = axis.lim;
  const most = Math.max(2, Math.floor(pixels / gap));
  if (axis.log) {
    const found = powers(axis.lim, most);
    if (found.length > 1) return found;      // less than that is no scale: as on a linear axis
  }
  const every = step(axis, (b - a) / most);
  const found = [];
  for (let i = Math.ceil(a / every - 1e-9); i * every <= b + every * 1e-9; i++) found.push(i * every);
  return found;
}

// From a number to its pixel, between the pixels of the two ends.
export function scale(axis, from, to) {
  const place = axis.log ? v => Math.log(Math.max(v, 1e-46)) : v => v;
  const [a, b] = axis.lim.map(place);
  return v => from + (place(v) - a) / (b - a || 1) * (to - from);
}

// From a pixel back to a number.
export function invert(axis, from, to) {
  const [a, b] = axis.log ? axis.lim.map(Math.log) : axis.lim;
  return pixel => {
    const v = a + (pixel - from) / (to - from) * (b - a);
    return axis.log ? Math.exp(v) : v;
  };
}
