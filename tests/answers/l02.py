"Answers to the exercises of lesson 02 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math

import numpy as np
import torch
from torch import nn

import coursekit as ck


# size_after: right
def by_steps(bound, fan_in, layers):
    q = 1.
    for _ in range(layers): q *= bound * bound / 3 * fan_in / 2
    return math.sqrt(q)

def by_root_per_layer(bound, fan_in, layers): return math.sqrt(bound ** 2 * fan_in / 6) ** layers

def by_logs(bound, fan_in, layers): return np.exp(layers / 2 * np.log(bound ** 2 * fan_in / 6))

def by_tensor(bound, fan_in, layers):
    std = bound / torch.tensor(3., dtype=torch.float64).sqrt()
    return (std ** 2 * fan_in / 2).sqrt() ** layers


# he_normal: right
def by_init(shape, random): return nn.init.kaiming_normal_(torch.empty(shape), nonlinearity='relu', generator=random)

def in_place(shape, random):
    w = torch.empty(*shape)
    return w.normal_(0, (2 / w[0].numel()) ** .5, generator=random)

def by_fans(shape, random):
    w = torch.randn(shape, generator=random)
    w *= ck.INITS['he'](*ck.fans(w))
    return w

def by_loop(shape, random):
    n = 1
    for s in shape[1:]: n *= s
    return torch.randn(shape, generator=random) / np.sqrt(n / 2)


# different_units: right
def by_set(W1, b1, W2): return len({(*w.tolist(), b.item(), *v.tolist()) for w, b, v in zip(W1, b1, W2.T)})

def by_numpy(W1, b1, W2): return np.unique(np.column_stack([W1, b1, W2.T]), axis=0).shape[0]

def by_pairs(W1, b1, W2):
    same = lambda i, j: torch.equal(W1[i], W1[j]) and b1[i] == b1[j] and torch.equal(W2[:, i], W2[:, j])
    return sum(not any(same(i, j) for j in range(i)) for i in range(len(W1)))

def by_gradient(W1, b1, W2):
    rows = torch.hstack([W2.t(), b1.unsqueeze(1), W1])
    return torch.unique(rows, dim=0).size(0)


ANSWERS = {
    'size_after': dict(
        right=[by_steps, by_root_per_layer, by_logs, by_tensor],
        wrong=[
            lambda bound, fan_in, layers: 1.,
            lambda bound, fan_in, layers: 6 ** (-layers / 2),
            lambda bound, fan_in, layers: (bound ** 2 / 3 * fan_in / 2) ** (layers / 4),
            lambda bound, fan_in, layers: (bound ** 2 / 3 * fan_in * 2) ** (layers / 2),
            lambda bound, fan_in, layers: bound ** 2 / 3 * fan_in / 2,
            lambda bound, fan_in, layers: (bound ** 2 / 3 * math.sqrt(fan_in) / 2) ** (layers / 2),
            lambda bound, fan_in, layers: (bound ** 2 / 3 * fan_in / 2) ** ((layers - 1) / 2),
            lambda bound, fan_in, layers: (bound ** 2 / 3 * 3 * fan_in / 4) ** (layers / 2),
            lambda bound, fan_in, layers: math.sqrt(2 / fan_in) ** layers,
            lambda bound, fan_in, layers: [(bound ** 2 * fan_in / 6) ** (k / 2) for k in range(layers)],
            lambda bound, fan_in, layers: bound ** 2 * fan_in / 6 * layers,
            lambda bound, fan_in, layers: (bound ** 2 * fan_in / 6).sqrt() ** layers,
        ]),
    'he_normal': dict(
        right=[by_init, in_place, by_fans, by_loop],
        wrong=[
            lambda shape, random: math.sqrt(2 / math.prod(shape[1:])),
            lambda shape, random: torch.zeros(shape),
            lambda shape, random: -he(shape) * torch.randn(shape, generator=random),
            lambda shape, random: he(shape) * torch.rand(shape, generator=random),
            lambda shape, random: he(shape) * (2 * torch.rand(shape, generator=random) - 1) * math.sqrt(3),
            lambda shape, random: he(shape) ** 3 * torch.randn(shape, generator=random),
            lambda shape, random: math.sqrt(6 / math.prod(shape[1:])) * torch.randn(shape, generator=random),
            lambda shape, random: he(shape) * torch.randn(shape, generator=random).abs(),
            lambda shape, random: he(shape) * torch.randn(shape[::-1], generator=random),
            lambda shape, random: he(shape) * torch.randn(shape, generator=random).flatten(),
            lambda shape, random: math.sqrt(2 / sum(shape[1:])) * torch.randn(shape, generator=random) + .01,
            lambda shape, random: he(shape) + torch.randn(shape, generator=random),
            lambda shape, random: nn.init.kaiming_normal_(shape, generator=random),
        ]),
    'different_units': dict(
        right=[by_set, by_numpy, by_pairs, by_gradient],
        wrong=[
            lambda W1, b1, W2: 1,
            lambda W1, b1, W2: len(b1.unique()),
            lambda W1, b1, W2: len(W1.T.unique(dim=0)),
            lambda W1, b1, W2: len(W1.unique()),
            lambda W1, b1, W2: len(W1.unique(dim=0)) * len(W2.T.unique(dim=0)),
            lambda W1, b1, W2: len(W1.unique(dim=0)) + len(W2.T.unique(dim=0)),
            lambda W1, b1, W2: len(torch.cat([b1[:, None], W2.T], 1).unique(dim=0)),
            lambda W1, b1, W2: by_set(W1, b1, W2) + 1,
            lambda W1, b1, W2: torch.cat([W1, b1[:, None], W2.T], 1).unique(dim=0),
            lambda W1, b1, W2: len((W1.sum(1) + b1 + W2.sum(0)).unique()),
            lambda W1, b1, W2: W1.shape[0] * W1.shape[1],
            lambda W1, b1, W2: len(torch.cat([W1, b1, W2], 1).unique(dim=0)),
        ]),
}

def he(shape): return math.sqrt(2 / math.prod(shape[1:]))
