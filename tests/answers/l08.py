"Answers to the exercises of lesson 08 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math
from decimal import Decimal

import numpy as np
import torch

import coursekit as ck


# ramp: right
def by_numpy(start, end, n): return np.geomspace(start, end, n)

def by_torch(start, end, n): return torch.logspace(math.log10(start), math.log10(end), n, dtype=torch.float64)

def by_coursekit(start, end, n): return ck.ramp(start, end, n)

def one_by_one(start, end, n):
    lrs, factor = [start], (end / start) ** (1 / (n - 1))
    while len(lrs) < n: lrs.append(lrs[-1] * factor)
    return lrs

def through_logs(start, end, n):
    return [math.exp((1 - t / (n - 1)) * math.log(start) + t / (n - 1) * math.log(end)) for t in range(n)]


# power_of_ten: right
def by_decimal(text): return Decimal(text).adjusted()

def by_division(text):
    v, k = float(text), 0
    while v > 5: v, k = v / 10, k + 1
    while v < .5: v, k = v * 10, k - 1
    return k

def by_format(text): return int(f'{float(text):e}'.split('e')[1])

def by_table(text): return next(k for k in range(-30, 31) if math.isclose(float(text), 10. ** k))


# steep: right
def in_numpy(lrs, losses):
    slope = np.diff(losses.numpy()) / np.diff(np.log10(lrs.numpy()))
    return lrs.numpy()[slope.argmin()]

def the_librarys(lrs, losses): return ck.steep(lrs, losses)

def by_loop(lrs, losses):
    best, found = 0., None
    for a, b, la, lb in zip(lrs, lrs[1:], losses, losses[1:]):
        slope = (lb - la) / math.log(b / a)
        if slope < best: best, found = slope, a
    return found

def by_sorting(lrs, losses):
    slope = (losses[1:] - losses[:-1]) / (lrs[1:] / lrs[:-1]).log2()
    return lrs[:-1][slope.argsort()[0]]


ANSWERS = {
    'ramp': dict(
        right=[by_numpy, by_torch, by_coursekit, one_by_one, through_logs],
        wrong=[
            lambda start, end, n: [start] * n,
            lambda start, end, n: [start, end],
            lambda start, end, n: by_numpy(start, end, n)[:-1],
            lambda start, end, n: by_numpy(start, end, n)[1:],
            lambda start, end, n: [start * t for t in range(1, n + 1)],
            lambda start, end, n: [start * 2 ** t for t in range(n)],
            lambda start, end, n: [end * t / n for t in range(n)],
            lambda start, end, n: [math.sqrt(v) for v in by_numpy(start, end, n)],
            lambda start, end, n: [start * (end / start) ** (t / (n + 1)) for t in range(n)],
            lambda start, end, n: np.geomspace(start, end, n).sum(),
            lambda start, end, n: [start + (end - start) * (t / (n - 1)) ** 2 for t in range(n)],
            lambda start, end, n: [start * (end - start) ** (t / (n - 1)) for t in range(n)],
            lambda start, end, n: [1.01 * v for v in by_numpy(start, end, n)],
        ]),
    'power_of_ten': dict(
        right=[by_decimal, by_division, by_format, by_table],
        wrong=[
            lambda text: -8,
            lambda text: 0,
            lambda text: len(text),
            lambda text: text.count('0'),
            lambda text: by_decimal(text) + 1,
            lambda text: by_decimal(text) - 1,
            lambda text: str(by_decimal(text)),
            lambda text: math.floor(math.log(float(text))),
            lambda text: int(text.split('e')[1]),
            lambda text: min(0, by_decimal(text)),
            lambda text: 2 * by_decimal(text),
            lambda text: f'1e{by_decimal(text)}',
        ]),
    'steep': dict(
        right=[in_numpy, the_librarys, by_loop, by_sorting],
        wrong=[
            lambda lrs, losses: lrs[0],
            lambda lrs, losses: lrs[-1],
            lambda lrs, losses: lrs[len(lrs) // 2],
            lambda lrs, losses: lrs[losses.argmax()],
            lambda lrs, losses: lrs[losses.argmin()] * 10,
            lambda lrs, losses: steep_mean(lrs, losses),
            lambda lrs, losses: ck.steep(lrs, losses) / 10,
            lambda lrs, losses: math.log10(ck.steep(lrs, losses)),
            lambda lrs, losses: lrs[losses.diff().abs().argmin()],
            lambda lrs, losses: lrs[torch.gradient(losses)[0].argmin()],
            lambda lrs, losses: [lrs[losses.diff().argmin()], losses.min()],
            lambda lrs, losses: (losses.diff() / lrs.log().diff()).sum(),
            lambda lrs, losses: losses[(losses.diff() / lrs.log().diff()).argmin()],
        ]),
}


def steep_mean(lrs, losses):
    "The geometric mean of the two rates: half a step too far to the right."
    i = (losses.diff() / lrs.log().diff()).argmin()
    return (lrs[i] * lrs[i + 1]).sqrt()
