"Answers to the exercises of lesson 11 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import itertools
import math
import statistics

import numpy as np
import torch

import coursekit as ck


# interaction: right
def with_parts(table):
    mean = table.mean()
    row = table.mean(1) - mean
    column = table.mean(0) - mean
    return table - mean - row[:, None] - column

def cell_by_cell(table):
    out = torch.zeros_like(table)
    for i in range(len(table)):
        for j in range(len(table[0])): out[i, j] = table[i, j] - table[i].mean() - table[:, j].mean() + table.mean()
    return out

def centred_twice(table):
    t = table - table.mean(0)
    return t - t.mean(1, keepdim=True)

def by_matrices(table):
    t = table.numpy()
    n, m = t.shape
    return (np.eye(n) - 1 / n) @ t @ (np.eye(m) - 1 / m)


# best_of: right
def all_choices(values, n): return statistics.mean(max(c) for c in itertools.combinations(values, n))

def by_coursekit(values, n): return ck.best_of(values)[n - 1]

def by_differences(values, n):
    "The best is at most the i-th in comb(i, n) choices."
    v, N = sorted(values), len(values)
    return sum(v[i] * (math.comb(i + 1, n) - math.comb(i, n)) for i in range(N)) / math.comb(N, n)

def by_steps(values, n):
    v = sorted(values, reverse=True)
    left, total = 1., 0.
    for i, x in enumerate(v):                    # the best is x if none of the better ones was chosen and x was
        chosen = n / (len(v) - i) if len(v) - i >= n else 0.
        total += left * chosen * x
        left *= 1 - chosen
    return torch.tensor(total, dtype=torch.float64)


# optimism: right
def by_place(valid, test):
    place = torch.argmax(valid).item()
    return valid[place].item() - test[place].item()

def by_pairs(valid, test):
    v, t = max(zip(valid.tolist(), test.tolist()))
    return v - t

def by_sorting(valid, test):
    order = np.argsort(valid.numpy())
    return (valid - test)[order[-1]]

def by_mask(valid, test): return (valid - test)[valid == valid.max()].mean()


ANSWERS = {
    'interaction': dict(
        right=[with_parts, cell_by_cell, centred_twice, by_matrices],
        wrong=[
            lambda table: table,
            lambda table: 2 * centred_twice(table),
            lambda table: centred_twice(table).abs(),
            lambda table: centred_twice(table).sum(),
            lambda table: centred_twice(table) + table.mean(),
            lambda table: table - table.mean(1, keepdim=True) - table.mean(0, keepdim=True) + 2 * table.mean(),
            lambda table: table - table.median(),
            lambda table: table / table.mean(),
            lambda table: centred_twice(table) / table.std(),
            lambda table: centred_twice(table).T,
            lambda table: centred_twice(table) ** 2,
            lambda table: table - (table.mean(1, keepdim=True) + table.mean(0, keepdim=True)) / 2,
            lambda table: torch.zeros_like(table),
        ]),
    'best_of': dict(
        right=[all_choices, by_coursekit, by_differences, by_steps],
        wrong=[
            lambda values, n: sorted(values)[n - 1],
            lambda values, n: sorted(values)[-n],
            lambda values, n: statistics.median(values),
            lambda values, n: np.quantile(values, 1 - 1 / (n + 1)),
            lambda values, n: all_choices(values, n) + .01,
            lambda values, n: all_choices(values, min(n + 1, len(values))),
            lambda values, n: all_choices(values, max(n - 1, 1)),
            lambda values, n: statistics.mean(statistics.mean(c) for c in itertools.combinations(values, n)) * n,
            lambda values, n: min(values),
            lambda values, n: sum(math.comb(i, n - 1) for i in range(len(values))) / math.comb(len(values), n),
            lambda values, n: np.random.default_rng(0).choice(values, n).max(),
            lambda values, n: [max(c) for c in itertools.combinations(values, n)],
        ]),
    'optimism': dict(
        right=[by_place, by_pairs, by_sorting, by_mask],
        wrong=[
            lambda valid, test: valid.argmax(),
            lambda valid, test: valid.max(),
            lambda valid, test: valid.max() - valid.mean(),
            lambda valid, test: valid.max() - test[-1],
            lambda valid, test: valid.max() - test[0],
            lambda valid, test: valid[0] - test[0] + .1,
            lambda valid, test: (valid - test).abs().max() + .1,
            lambda valid, test: valid.max() - test.min(),
            lambda valid, test: (valid - test).median() - .01,
            lambda valid, test: (valid - test) ** 2,
            lambda valid, test: optimism_of_two(valid, test),
            lambda valid, test: by_place(valid, test) / 2,
        ]),
}

def optimism_of_two(valid, test):
    "Of the best two together."
    k = valid.topk(min(2, len(valid))).indices
    return (valid[k] - test[k]).mean() + .05
