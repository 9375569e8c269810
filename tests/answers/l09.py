"Answers to the exercises of lesson 09 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math
from statistics import mean

import numpy as np
import torch
from torch.optim import lr_scheduler

import coursekit as ck


def by_torch(read, t, total, peak=1., **kw):
    opt = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=peak, momentum=.9)
    cycle = lr_scheduler.OneCycleLR(opt, peak, total_steps=total, **kw)
    for _ in range(t): opt.step(); cycle.step()
    return opt.param_groups[0][read]


# one_cycle: right
def rate_by_torch(t, total, peak): return by_torch('lr', t, total, peak)

def rate_by_coursekit(t, total, peak): return peak * ck.one_cycle()(t, total)

def rate_in_numpy(t, total, peak):
    top = .3 * total - 1
    a, b, u = (peak / 25, peak, t / top) if t <= top else (peak, peak / 25 / 1e4, (t - top) / (total - 1 - top))
    return a + (b - a) * np.sin(np.pi * u / 2) ** 2

def rate_by_half_waves(t, total, peak):
    up = total * 3 / 10 - 1
    if t < up: return peak * (26 / 25 - 24 / 25 * math.cos(math.pi * t / up)) / 2
    low, share = peak / 250_000, (t - up) / (total - 1 - up)
    return low + (peak - low) * (1 + math.cos(math.pi * share)) / 2


# momentum_at: right
def momentum_by_torch(t, total, high, low): return by_torch('momentum', t, total, base_momentum=low, max_momentum=high)

def momentum_by_coursekit(t, total, high, low): return ck.one_cycle(moms=(high, low)).momentum(t, total)

def momentum_in_numpy(t, total, high, low):
    top = .3 * total - 1
    u = t / top if t <= top else (total - 1 - t) / (total - 1 - top)
    return high - (high - low) * np.sin(np.pi * u / 2) ** 2


# matching_rate: right
def by_mean(schedule, peak, total): return peak * mean(schedule(t, total) for t in range(total))

def by_tensor(schedule, peak, total): return torch.tensor([peak * schedule(t, total) for t in range(total)], dtype=torch.float64).mean()

def by_hand(schedule, peak, total):
    way = 0.
    for t in range(total): way += peak * schedule(t, total)
    return way / total

def in_numpy(schedule, peak, total): return np.mean([schedule(t, total) for t in range(total)]) * peak


def rate(t, total, peak, power=1, top=None, last=None, div=25, final=25e4):
    top, last = .3 * total - 1 if top is None else top, total - 1 if last is None else last
    wave = lambda a, b, u: b + (a - b) * ((1 + math.cos(math.pi * u)) / 2) ** power
    return wave(peak / div, peak, t / top) if t <= top else wave(peak, peak / final, (t - top) / (last - top))

def mirrored(t, total, a, b, c, power=1, top=None):
    top = .3 * total - 1 if top is None else top
    wave = lambda a, b, u: b + (a - b) * ((1 + math.cos(math.pi * u)) / 2) ** power
    return wave(a, b, t / top) if t <= top else wave(b, c, (t - top) / (total - 1 - top))


ANSWERS = {
    'one_cycle': dict(
        right=[rate_by_torch, rate_by_coursekit, rate_in_numpy, rate_by_half_waves],
        wrong=[
            lambda t, total, peak: peak,
            lambda t, total, peak: peak * (1 - t / total),
            lambda t, total, peak: rate(t, total, peak, power=2),
            lambda t, total, peak: rate(t, total, peak, div=10, final=1e5),
            lambda t, total, peak: rate(t, total, peak, div=20),
            lambda t, total, peak: rate(t, total, peak, final=2.5e4),
            lambda t, total, peak: rate(t, total, peak, top=.25 * total - 1),
            lambda t, total, peak: rate(t, total, peak, top=round(.3 * total) + 1),
            lambda t, total, peak: -rate(t, total, peak),
            lambda t, total, peak: 2 * rate(t, total, peak),
            lambda t, total, peak: [rate(k, total, peak) for k in range(total)],
            lambda t, total, peak: rate_by_torch(t, total, peak) * 1.001,
            lambda t, total, peak: by_torch('lr', t, total, peak, three_phase=True),
            lambda t, total, peak: max(rate(k, total, peak) for k in range(t + 1)),
        ]),
    'momentum_at': dict(
        right=[momentum_by_torch, momentum_by_coursekit, momentum_in_numpy],
        wrong=[
            lambda t, total, high, low: high,
            lambda t, total, high, low: low,
            lambda t, total, high, low: (high + low) / 2,
            lambda t, total, high, low: mirrored(t, total, high, low, high, power=2),
            lambda t, total, high, low: mirrored(t, total, high, low, 1.),
            lambda t, total, high, low: mirrored(t, total, .95, .85, .95) + .001,
            lambda t, total, high, low: 1 - mirrored(t, total, high, low, high),
            lambda t, total, high, low: mirrored(t, total, high, low, (high + low) / 2),
            lambda t, total, high, low: mirrored(t, total, high, low, high, top=.2 * total),
            lambda t, total, high, low: low + (high - low) * t / total,
            lambda t, total, high, low: mirrored(t, total, low, high, high),
            lambda t, total, high, low: torch.tensor([high, low]),
        ]),
    'matching_rate': dict(
        right=[by_mean, by_tensor, by_hand, in_numpy],
        wrong=[
            lambda schedule, peak, total: peak,
            lambda schedule, peak, total: peak / total,
            lambda schedule, peak, total: peak * min(schedule(t, total) for t in range(total)),
            lambda schedule, peak, total: peak * schedule(0, total),
            lambda schedule, peak, total: 2 * by_mean(schedule, peak, total),
            lambda schedule, peak, total: by_mean(schedule, peak, total) * (total - 1) / total * 1.01,
            lambda schedule, peak, total: peak * np.median([schedule(t, total) for t in range(total)]) + .01,
            lambda schedule, peak, total: [peak * schedule(t, total) for t in range(total)],
            lambda schedule, peak, total: peak / mean(1 / (schedule(t, total) + 1) for t in range(total)),
            lambda schedule, peak, total: peak * mean(schedule(t, 1) for t in range(total)) + 1,
            lambda schedule, peak, total: peak ** 2 * mean(schedule(t, total) for t in range(total)),
            lambda schedule, peak, total: schedule * peak,
        ]),
}
