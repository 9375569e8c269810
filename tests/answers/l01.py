"Answers to the exercises of lesson 01 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math
from functools import reduce

import numpy as np
import torch


# hat_weights: right
def by_changes(left, top, right, height):
    slopes = torch.tensor([0, height / (top - left), -height / (right - top), 0])
    return slopes.diff()

def by_equations(left, top, right, height):
    "The hat's heights at `top`, `right` and one further on are three equations for the three weights."
    at = np.array([left, top, right])
    x = np.array([top, right, right + 1])
    return np.linalg.solve(np.maximum(x[:, None] - at, 0), [height, 0, 0])

def as_a_list(left, top, right, height):
    a = height / (top - left)
    c = height / (right - top)
    return [a, -(a + c), c]

def with_a_sum_of_zero(left, top, right, height):
    w = torch.zeros(3)
    w[0] = height / (top - left)
    w[2] = height / (right - top)
    w[1] = -w.sum()
    return w


# at_best: right
def by_pairs(y):
    y = y.tolist()
    falls = [a - b for i, a in enumerate(y) for b in y[i:]]
    rises = [b - a for i, a in enumerate(y) for b in y[i:]]
    return min(max(falls), max(rises)) / 2

def by_numpy(y):
    y = y.numpy()
    one_way = lambda v: (np.maximum.accumulate(v) - v).max() / 2
    return min(one_way(y), one_way(-y))

def by_the_middle(y):
    "The rising curve itself: in the middle between the highest so far and the lowest to come."
    def miss(v):
        g = (v.cummax(0).values + v.flip(0).cummin(0).values.flip(0)) / 2
        return (g - v).abs().max()
    return torch.minimum(miss(y), miss(-y))

def by_running(y):
    high, low, fall, rise = -math.inf, math.inf, 0., 0.
    for v in y.tolist():
        high, low = max(high, v), min(low, v)
        fall, rise = max(fall, high - v), max(rise, v - low)
    return .5 * min(fall, rise)


# units: right
def by_loop(folds):
    deep, wide = 0, 1
    for n in folds:
        deep += n
        wide *= n
    return deep, wide

def by_numpy_too(folds): return np.sum(folds), np.prod(folds)

def by_reduce(folds): return [reduce(lambda a, b: a + b, folds), reduce(lambda a, b: a * b, folds)]


def slopes(left, top, right, height): return height / (top - left), height / (right - top)

ANSWERS = {
    'hat_weights': dict(
        right=[by_changes, by_equations, as_a_list, with_a_sum_of_zero],
        wrong=[
            lambda left, top, right, height: [1., -1., 1.],
            lambda left, top, right, height: [height, -2 * height, height],
            lambda left, top, right, height: [2 * w for w in as_a_list(left, top, right, height)],
            lambda left, top, right, height: as_a_list(left, top, right, height)[:2],
            lambda left, top, right, height: [height / (right - left), -2 * height / (right - left), height / (right - left)],
            lambda left, top, right, height: [slopes(left, top, right, height)[0], -slopes(left, top, right, height)[0], 0.],
            lambda left, top, right, height: [slopes(left, top, right, height)[0], -sum(slopes(left, top, right, height)), slopes(left, top, right, height)[0]],
            lambda left, top, right, height: [slopes(left, top, right, height)[0], sum(slopes(left, top, right, height)), slopes(left, top, right, height)[1]],
            lambda left, top, right, height: [slopes(left, top, right, height)[1], -2 * slopes(left, top, right, height)[1], slopes(left, top, right, height)[1]],
            lambda left, top, right, height: by_changes(left, top, right, abs(height)),
            lambda left, top, right, height: torch.tensor(as_a_list(left, top, right, height)).int(),
            lambda left, top, right, height: by_changes(left, top, right, height).sum(),
            lambda left, top, right, height: as_a_list(left, top, right, height) + [0.],
            lambda left, top, right: [1., -2., 1.],
        ]),
    'at_best': dict(
        right=[by_pairs, by_numpy, by_the_middle, by_running],
        wrong=[
            lambda y: 0.,
            lambda y: y.std(correction=0),
            lambda y: (y - y.mean()).abs().max(),
            lambda y: (y - y.sort().values).abs().max(),
            lambda y: y.max() / 2,
            lambda y: y.diff().abs().sum() / 2,
            lambda y: (y.cummax(0).values - y).mean(),
            lambda y: -by_running(y),
            lambda y: by_running(y) + .01,
            lambda y: by_running(y.abs()),
            lambda y: (by_running(y), by_running(-y)),
            lambda y: (y.cummax(0).values + y.cummin(0).values) / 2,
            lambda y: by_running(y.sort().values),
            lambda y: y.diff().max() / 2,
        ]),
    'units': dict(
        right=[by_loop, by_numpy_too, by_reduce],
        wrong=[
            lambda folds: math.prod(folds),
            lambda folds: sum(folds),
            lambda folds: (sum(folds), math.prod(folds), 0),
            lambda folds: (2 * len(folds), math.prod(folds)),
            lambda folds: (sum(folds), sum(folds) + 1),
            lambda folds: (sum(folds) + 1, math.prod(folds)),
            lambda folds: (sum(folds), math.prod(n + 1 for n in folds)),
            lambda folds: (sum(folds), len(folds) ** max(folds)),
            lambda folds: (sum(folds), 3 * math.prod(folds) + 1),
            lambda folds: (max(folds), math.prod(folds)),
            lambda folds: (str(sum(folds)), str(math.prod(folds))),
            lambda folds: (sum(folds), folds[0] ** len(folds)),
            lambda folds: (folds.sum(), folds.prod()),
        ]),
}
