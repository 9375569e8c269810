"Answers to the exercises of lesson 06 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import itertools

import numpy as np
import torch
import torch.nn.functional as F


# inverted: right
def by_where(x, u, p, training):
    if training: return torch.where(u < p, 0., x / (1 - p))
    return x

def in_numpy(x, u, p, training):
    if not training: return x
    x, u = x.numpy(), u.numpy()
    return x * np.where(u >= p, 1 / (1 - p), 0)

def in_place(x, u, p, training):
    if training:
        x[u < p] = 0
        x /= 1 - p
    return x

def keep_first(x, u, p, training):
    keep_prob = 1 - p
    mask = (u >= p).to(x.dtype) if training else torch.full_like(x, keep_prob)
    return x * mask / keep_prob

def one_by_one(x, u, p, training):
    if not training: return x
    flat = [0. if r < p else v / (1 - p) for v, r in zip(x.flatten().tolist(), u.flatten().tolist())]
    return torch.tensor(flat, dtype=x.dtype).reshape(x.shape)


# embed: right
def rows_zeroed_first(table, words, u, p, rows):
    keep = (u >= p).to(table.dtype) / (1 - p)
    if rows: return F.embedding(words, table * keep.unsqueeze(1))
    return F.embedding(words, table) * keep

def by_loop(table, words, u, p, rows):
    out = []
    for i, w in enumerate(words.tolist()):
        coins = [u[w]] * table.shape[1] if rows else u[i]
        out.append(torch.stack([v / (1 - p) if c >= p else 0 * v for v, c in zip(table[w], coins)]))
    return torch.stack(out)

def embed_in_numpy(table, words, u, p, rows):
    table, words, u = table.numpy(), words.numpy(), u.numpy()
    got = table[words] / (1 - p)
    got[(u < p)[words] if rows else u < p] = 0
    return got

def one_hot(table, words, u, p, rows):
    chosen = F.one_hot(words, len(table)).to(table.dtype)
    if rows: return chosen @ torch.diag((u >= p).to(table.dtype)) @ table / (1 - p)
    return chosen @ table * (u >= p) / (1 - p)


# spread: right
def by_norm(w, h, p): return (w * h).norm() * (p / (1 - p)) ** .5

def spread_in_numpy(w, h, p):
    terms = w.numpy() * h.numpy()
    return np.sqrt(np.sum(terms ** 2 * p * (1 - p)) / (1 - p) ** 2)

def by_moments(w, h, p):
    var = 0.
    for a in (w * h).tolist(): var += (1 - p) * (a / (1 - p)) ** 2 - a ** 2
    return var ** .5

def all_masks(w, h, p):
    mean = square = 0.
    for bits in itertools.product((0, 1), repeat=len(w)):
        kept = torch.tensor(bits, dtype=w.dtype)
        chance = p ** (len(w) - sum(bits)) * (1 - p) ** sum(bits)
        total = (w * h * kept / (1 - p)).sum()
        mean, square = mean + chance * total, square + chance * total ** 2
    return (square - mean ** 2).sqrt()


ANSWERS = {
    'inverted': dict(
        right=[by_where, in_numpy, in_place, keep_first, one_by_one],
        wrong=[
            lambda x, u, p, training: x * (u >= p) / (1 - p) ** 2 if training else x,
            lambda x, u, p, training: x * u / (1 - p) if training else x,
            lambda x, u, p, training: x * (u >= p) + 1 - p if training else x,
            lambda x, u, p, training: (x * (u > p) / (1 - p)).round() if training else x,
            lambda x, u, p, training: (x * (u >= p)).sum() / (1 - p) if training else x,
            lambda x, u, p, training: x * (u >= .5) / (1 - p) if training else x,
            lambda x, u, p, training: x * (u >= p) / (1 - p) if training else 0 * x,
            lambda x, u, p, training: (u >= p) / (1 - p) if training else x,
            lambda x, u, p, training: x * (u > p) / (1 - p) if training else x,
            lambda x, u, p, training: x / (1 - p) if training else x,
            lambda x, u, p, training: x * (u >= p) / (1 + p) if training else x,
            lambda x, u, p, training: x[u >= p] / (1 - p) if training else x,
            lambda x, u, p, training: x * (u >= p) / (1 - p) if training else None,
        ]),
    'embed': dict(
        right=[rows_zeroed_first, by_loop, embed_in_numpy, one_hot],
        wrong=[
            lambda table, words, u, p, rows: table[words],
            lambda table, words, u, p, rows: table[words] / (1 - p),
            lambda table, words, u, p, rows: table * (u >= p)[:, None] / (1 - p),
            lambda table, words, u, p, rows: table[words] * (u[words][:, None] > p if rows else u > p) / (1 - p),
            lambda table, words, u, p, rows: 0 * table[words],
            lambda table, words, u, p, rows: table[words] * (u[words][:, None] if rows else u) / (1 - p),
            lambda table, words, u, p, rows: table[words].T * ((u >= p)[words] if rows else (u >= p).T) / (1 - p),
            lambda table, words, u, p, rows: (table[words] * ((u >= p)[words][:, None] if rows else u >= p) / (1 - p)).sum(0),
            lambda table, words, u, p, rows: table[words.flip(0)] * ((u >= p)[words][:, None] if rows else u >= p) / (1 - p),
            lambda table, words, u, p, rows: table[words] * ((u >= p)[words][:, None] if rows else u >= p) / (1 - p) ** 2,
            lambda table, words, u, p, rows: table[words] * ((u >= p)[words].all() if rows else u >= p) / (1 - p),
            lambda table, words, u, p, rows: words,
        ]),
    'spread': dict(
        right=[by_norm, spread_in_numpy, by_moments, all_masks],
        wrong=[
            lambda w, h, p: 0.,
            lambda w, h, p: w @ h,
            lambda w, h, p: (w * h).std(correction=0),
            lambda w, h, p: (w * h).norm(),
            lambda w, h, p: (w * h).norm() / (1 - p),
            lambda w, h, p: p * (w * h).norm(),
            lambda w, h, p: (p / (1 - p)) ** .5 * w.norm() * h.norm() + 1,
            lambda w, h, p: (p / (1 - p)) ** .5 * (w * h).abs().max() + .1,
            lambda w, h, p: (p / (1 - p)) ** .5 * (w * h).square(),
            lambda w, h, p: -(p / (1 - p)) ** .5 * (w * h).norm(),
            lambda w, h, p: (p / (1 - p) * (w * h * h).square().sum()).sqrt(),
            lambda w, h, p: (p / (1 - p) ** 2 * (w * h).square().sum()).sqrt(),
        ]),
}
