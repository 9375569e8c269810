import assert from "node:assert/strict";
import test from "node:test";
import {invert, scale, ticks} from "../../coursekit/static/axis.js";
import {show} from "../../coursekit/static/number.js";

const axis = (low, high, more = {}) => ({lim: [low, high], log: false, ...more});

test("ticks are round, inside, and no more than there is room for", () => {
  assert.deepEqual(ticks(axis(0, 1), 300, 60).map(show), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(ticks(axis(-30, 70), 300, 60).map(show), ["-20", "0", "20", "40", "60"]);
  for (const [low, high] of [[0, 1e-7], [3, 3.001], [-5e8, 2e9], [.1, .9]]) {
    const found = ticks(axis(low, high), 400, 64);
    assert.ok(found.length >= 2 && found.length <= 8, `${low} to ${high}: ${found}`);
    assert.ok(found.every(t => t >= low - 1e-9 * (high - low) && t <= high + 1e-9 * (high - low)));
  }
});

test("an axis that counts has whole ticks only", () => {
  assert.deepEqual(ticks(axis(0, 2, {whole: true}), 600, 20).map(show), ["0", "1", "2"]);
  assert.ok(ticks(axis(0, 7.5, {whole: true}), 900, 20).every(Number.isInteger));
});

test("a logarithmic axis has powers of ten; a short one twos and fives; a very short one is as a linear one", () => {
  assert.deepEqual(ticks(axis(1e-4, 1, {log: true}), 600, 64).map(show), ["1.0e-4", "0.001", "0.01", "0.1", "1"].map(t => t.replace("1.0e", "1e")));
  assert.deepEqual(ticks(axis(.4, 30, {log: true}), 600, 64).map(show), ["1", "10"]);
  assert.deepEqual(ticks(axis(1.5, 8, {log: true}), 600, 64).sort((a, b) => a - b).map(show), ["2", "5"]);
  assert.ok(ticks(axis(3.1, 4.2, {log: true}), 600, 64).length > 2);
  assert.ok(ticks(axis(1e-12, 1e12, {log: true}), 300, 64).length <= 5);
});

test("a pixel leads back to its number", () => {
  for (const log of [false, true]) {
    const a = axis(.01, 100, {log});
    const there = scale(a, 40, 700);
    const back = invert(a, 40, 700);
    assert.deepEqual([there(.01), there(100)], [40, 700]);
    for (const v of [.01, 1, 33, 100]) assert.ok(Math.abs(back(there(v)) / v - 1) < 1e-9);
  }
  assert.equal(scale(axis(3, 3), 0, 10)(3), 0);      // an axis without a length divides by nothing
});

test("numbers in three digits", () => {
  const said = [0, 1 / 3, 1234.5, 99999, 1e5, 2.5e-4, -1e-9, "by schedule", true];
  assert.deepEqual(said.map(show), ["0", "0.333", "1230", "100000", "1e5", "2.5e-4", "-1e-9", "by schedule", "true"]);
});
