// A frame is one buffer with a complete picture, as coursekit/draw/frames.py packs it:
// the header's length (uint32), the header as JSON, then the arrays of its items.

// What each kind of item holds, in the order in which it lies in the buffer: [name, type, how many of an item].
const bytes = Uint8Array;
const floats = Float32Array;
export const ARRAYS = {
  line: [["x", floats, it => it.n], ["y", floats, it => it.n]],
  dots: [["x", floats, it => it.n], ["y", floats, it => it.n], ["c", bytes, it => it.n]],
  band: [["x", floats, it => it.n], ["lo", floats, it => it.n], ["hi", floats, it => it.n]],
  rule: [],
  field: [["v", bytes, it => it.w * it.h]],
  images: [["v", bytes, it => it.n * it.w * it.h]],
  net: [["weights", floats, links], ["biases", floats, units], ["v", bytes, it => units(it) * it.side ** 2]],
};

function units(it) {
  return it.units.reduce((a, b) => a + b);
}

function links(it) {
  return it.units.slice(1).reduce((sum, n, k) => sum + n * it.units[k], 0);
}

export function unpack(view) {
  if (!view || !view.byteLength) return null;
  const all = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const size = new DataView(all.buffer, all.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(all.subarray(4, 4 + size)));
  const data = all.slice(4 + size).buffer;      // a copy, so that float32 arrays are aligned
  for (const it of head.items) {
    let at = it.at;
    for (const [name, type, count] of ARRAYS[it.kind]) {
      it[name] = new type(data, at, count(it));
      at += it[name].byteLength;
    }
  }
  return head;
}

// The texts that say something.
function joined(texts, mark) {
  return texts.filter(text => text?.trim()).join(mark);
}

// An axis whose limits were taken from the data leaves room for what is laid over it.
function grown(axis, span) {
  if (!axis.auto || !span) return axis;
  const [low, high] = [Math.min(axis.lim[0], span[0]), Math.max(axis.lim[1], span[1])];
  const room = .04 * (high - low);
  const lim = [low, high].map((v, end) => {
    if (v === axis.lim[end]) return v;
    const sign = end ? 1 : -1;
    return axis.log ? v * 1.1 ** sign : v + room * sign;
  });
  return {...axis, lim};
}

// A picture with what is laid over it, such as a prediction.
export function laid(head, over) {
  if (!head || !over) return head;
  return {
    ...head,
    x: grown(head.x, over.span[0]),
    y: grown(head.y, over.span[1]),
    items: [...head.items, ...over.items],
    note: joined([head.note, over.note], "\n"),
    text: joined([head.text, over.text], " "),
  };
}

// A recorded run behind the present one: its lines, pale, below those that are drawn now.
export function behind(head, past) {
  if (!past) return head;
  const lines = past.items.filter(it => it.kind === "line" && it.label);
  const pale = lines.map((it, k) => ({
    ...it,
    alpha: .6,
    label: k ? "" : "recorded",
    dash: it.dash?.length ? it.dash : [2, 3],
    halo: false,
  }));
  const first = head.items.findIndex(it => it.label);
  const at = first < 0 ? head.items.length : first;
  const both = laid(head, {items: [], note: "", text: "", span: [past.x.lim, past.y.lim]});
  const note = joined([both.note, past.parts && `Dotted: recorded. ${past.parts}`], "\n");
  return {...both, note, items: [...head.items.slice(0, at), ...pale, ...head.items.slice(at)]};
}
