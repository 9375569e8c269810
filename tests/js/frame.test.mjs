// A frame as Python packs it (tests/test_javascript.py hands in the folder with some), unpacked, laid over another, put behind one.
import assert from "node:assert/strict";
import {readFileSync} from "node:fs";
import test from "node:test";
import {ARRAYS, behind, laid, unpack} from "../../coursekit/static/frame.js";

const FRAMES = JSON.parse(readFileSync(process.env.FRAMES, "utf-8"));

function frame(name) {
  const bytes = Buffer.from(FRAMES[name].bytes, "base64");
  return unpack(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

test("nothing is no picture", () => {
  assert.equal(unpack(null), null);
  assert.equal(unpack(new DataView(new ArrayBuffer(0))), null);
});

for (const [name, {arrays}] of Object.entries(FRAMES)) {
  test(`${name}: the same arrays as Python unpacks`, () => {
    const items = frame(name).items;
    assert.deepEqual(items.map(it => it.kind), arrays.map(a => a.kind));
    items.forEach((it, k) => {
      const names = ARRAYS[it.kind].map(([array]) => array);
      for (const array of names) assert.deepEqual(Array.from(it[array]), arrays[k][array].flat(Infinity).map(v => v ?? NaN));
    });
  });
}

test("each kind is among the frames", () => {
  const kinds = new Set(Object.values(FRAMES).flatMap(f => f.arrays.map(a => a.kind)));
  assert.deepEqual([...kinds].sort(), Object.keys(ARRAYS).sort());
});

test("what is laid over a picture widens limits that came from the data, and no others", () => {
  const axis = {lim: [0, 10], auto: true, log: false};
  const head = {x: axis, y: {...axis, auto: false}, items: [1], note: "a", text: ""};
  const over = {span: [[5, 20], [5, 20]], items: [2], note: "b", text: "c"};
  const both = laid(head, over);
  assert.deepEqual(both.items, [1, 2]);
  assert.deepEqual([both.x.lim, both.y.lim], [[0, 20.8], [0, 10]]);
  assert.deepEqual([both.note, both.text], ["a\nb", "c"]);
  const log = laid({...head, x: {lim: [1, 10], auto: true, log: true}}, {...over, span: [[.1, 5], null]});
  assert.ok(Math.abs(log.x.lim[0] - .1 / 1.1) < 1e-12 && log.x.lim[1] === 10);
  assert.equal(laid(head, null), head);
});

test("a recorded run is below the lines of now, and named once", () => {
  const axis = {lim: [0, 1], auto: false};
  const lines = ["loss", "accuracy"].map(label => ({kind: "line", label}));
  const head = {x: axis, y: axis, items: [{kind: "field"}, {kind: "line", label: "now"}], note: "", text: ""};
  const both = behind(head, {x: axis, y: axis, items: lines, parts: "wd 0.1"});
  assert.deepEqual(both.items.map(it => it.label), [undefined, "recorded", "", "now"]);
  assert.equal(both.note, "Dotted: recorded. wd 0.1");
  assert.equal(behind(head, null), head);
});
