import assert from "node:assert/strict";
import test from "node:test";
import {locate, next, point, under} from "../../coursekit/static/pick.js";

const geometry = {left: 40, right: 240, top: 10, bottom: 110, toX: px => (px - 40) / 20, toY: py => 110 - py};

test("a pixel is a share of each axis; outside is nowhere, unless a stroke goes on", () => {
  assert.deepEqual(locate(geometry, 140, 35, {plane: true, dragging: false}), {x: .5, y: .75});
  assert.deepEqual(locate(geometry, 140, 35, {plane: false, dragging: false}), {x: .5, y: null});
  assert.equal(locate(geometry, 241, 35, {plane: true, dragging: false}), null);
  assert.deepEqual(locate(geometry, 500, -3, {plane: true, dragging: true}), {x: 1, y: 1});
});

test("shares become the numbers of the axes", () => {
  assert.deepEqual(point(geometry, {x: .5, y: .75}), [5, 75]);
});

test("arrow keys go from unit to unit, and to the same height in the next column", () => {
  const units = [2, 8, 1];
  assert.deepEqual(next(units, undefined, 1, 0), [0, 0]);
  assert.deepEqual(next(units, [0, 1], 1, 0), [1, 7]);
  assert.deepEqual(next(units, [1, 3], -1, 0), [0, 0]);
  assert.deepEqual(next(units, [1, 4], 1, 0), [2, 0]);
  assert.deepEqual(next(units, [1, 7], 0, 1), [1, 7]);
  assert.deepEqual(next(units, [1, 7], 0, -1), [1, 6]);
  assert.deepEqual(next(units, [2, 0], 1, 0), [2, 0]);
});

test("a unit lies over a link, and a link is found within six pixels of its bend", () => {
  const units = [{spot: [0, 0], x: 0, y: 0}, {spot: [1, 0], x: 100, y: 50}];
  const links = [{spot: [1, 0, 0], ends: [20, 10, 100, 60]}];
  assert.deepEqual(under(5, 5, 20, units, links), [0, 0]);
  assert.deepEqual(under(60, 35, 20, units, links), [1, 0, 0]);      // the middle of the bend
  assert.deepEqual(under(60, 40, 20, units, links), [1, 0, 0]);
  assert.equal(under(60, 42, 20, units, links), null);
  assert.equal(under(130, 10, 20, units, links), null);
});
