"Answers to the exercises of lesson 00 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math
import random
import statistics

import numpy as np
import torch
from scipy import stats


# line_step: right
def by_autograd(W, b, x, y, lr, wd):
    w = torch.tensor([W, b], dtype=torch.float64, requires_grad=True)
    torch.nn.functional.mse_loss(w[0] * x + w[1], y).backward()
    gW, gb = w.grad.tolist()
    return W - lr * gW - lr * wd * W, b - lr * gb

def by_torch(W, b, x, y, lr, wd):
    slope, height = (torch.nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in (W, b))
    opt = torch.optim.SGD([dict(params=[slope], weight_decay=wd), dict(params=[height])], lr=lr)
    ((slope * x + height - y) ** 2).mean().backward()
    opt.step()
    return slope.detach(), height.detach()

def by_matrix(W, b, x, y, lr, wd):
    A = torch.stack([x, torch.ones_like(x)], 1)
    w = torch.tensor([W, b], dtype=torch.float64)
    g = 2 * A.T @ (A @ w - y) / len(x)
    return tuple(w * torch.tensor([1 - lr * wd, 1]) - lr * g)

def by_loop(W, b, x, y, lr, wd):
    gW = gb = 0.
    for xi, yi in zip(x.tolist(), y.tolist()):
        gW -= 2 * (yi - W * xi - b) * xi / len(x)
        gb -= 2 * (yi - W * xi - b) / len(x)
    return W * (1 - lr * wd) - lr * gW, b - lr * gb


# paired_interval: right
def by_statistics(a, b, t):
    d = [u - v for u, v in zip(a, b)]
    return statistics.mean(d), t * statistics.stdev(d) / len(d) ** .5

def by_numpy(a, b, t):
    d = np.array(a) - np.array(b)
    return d.mean(), t * stats.sem(d)

def by_tensor(a, b, t):
    d = torch.tensor(a, dtype=torch.float64) - torch.tensor(b, dtype=torch.float64)
    return d.mean(), t * (d.var() / len(d)).sqrt()

def as_in_the_lesson(a, b, t):
    d = torch.tensor(a) - torch.tensor(b)
    return d.mean(), stats.t.ppf(.975, len(d) - 1) * d.std() / math.sqrt(len(d))

def by_covariance(a, b, t):
    c = np.cov(a, b)
    return np.mean(a) - np.mean(b), t * math.sqrt(max(0., c[0, 0] + c[1, 1] - 2 * c[0, 1]) / len(a))


# batch_order: right
def by_numpy_rng(n, seed): return np.random.default_rng(seed).permutation(n)

def by_random(n, seed):
    rows = list(range(n))
    random.Random(seed).shuffle(rows)
    return rows

def by_fork(n, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return torch.randperm(n)

def by_sorting(n, seed): return torch.rand(n, generator=torch.Generator().manual_seed(seed)).argsort()

def own(seed): return torch.Generator().manual_seed(seed)


# batch_order: wrong
def half_global(n, seed):
    torch.rand(1)
    return torch.arange(n)

def seeds_and_shortens(n, seed):
    torch.manual_seed(seed)
    return torch.randperm(n)[:-2]

def one_kept(n, seed):
    order = torch.randperm(n, generator=own(seed))
    return torch.cat([order, order[:1]])

def rows_of_a_batch(n, seed): return torch.randperm(n, generator=own(seed)).view(-1, 2)


def grad(W, b, x, y):
    e = W * x + b - y
    return 2 * (e * x).mean(), 2 * e.mean()

def moved(W, b, x, y, lr, wd, fW=1., fb=1., decay=None):
    "The step as it should be, but for what is asked for."
    gW, gb = grad(W, b, x, y)
    return W * (1 - lr * wd if decay is None else decay) - lr * fW * gW, b - lr * fb * gb


ANSWERS = {
    'line_step': dict(
        right=[by_autograd, by_torch, by_matrix, by_loop],
        wrong=[
            lambda W, b, x, y, lr, wd: (W, b),
            lambda W, b, x, y, lr, wd: grad(W, b, x, y),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd)[0],
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd)[::-1],
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd, fb=0.),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd, fW=.5),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd, fW=2., fb=2.),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd, fb=-1.),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, lr, wd, decay=1 - 2 * lr * wd),
            lambda W, b, x, y, lr, wd: moved(W, b, x, y, 1., wd, decay=1 - lr * wd),
            lambda W, b, x, y, lr, wd: (moved(W, b, x, y, lr, wd)[0] - lr * wd, moved(W, b, x, y, lr, wd)[1]),
            lambda W, b, x, y, lr, wd: ((1 - lr * wd) * W - lr * (W * x + b - y).sign().mean(), moved(W, b, x, y, lr, wd)[1]),
            lambda W, b, x, y, lr, wd: moved(W, b, x[:1], y[:1], lr, wd),
        ]),
    'paired_interval': dict(
        right=[by_statistics, by_numpy, by_tensor, by_covariance, as_in_the_lesson],
        wrong=[
            lambda a, b, t: by_statistics(a, b, t)[0],
            lambda a, b, t: by_statistics(a, b, t)[::-1],
            lambda a, b, t: (statistics.median(u - v for u, v in zip(a, b)), by_statistics(a, b, t)[1]),
            lambda a, b, t: (by_statistics(a, b, t)[0] - by_statistics(a, b, t)[1], sum(by_statistics(a, b, t))),
            lambda a, b, t: (statistics.mean(a), t * statistics.stdev(a) / math.sqrt(len(a))),
            lambda a, b, t: by_statistics(sorted(a), sorted(b), t),
            lambda a, b, t: by_statistics(a, b, 1.96),
            lambda a, b, t: (by_statistics(a, b, t)[0], by_statistics(a, b, t)[1] / 2),
            lambda a, b, t: (by_statistics(a, b, t)[0], 0.),
            lambda a, b, t: (by_statistics(a, b, t)[0], t * math.sqrt(statistics.variance(a) / len(a))),
            lambda a, b, t: (by_statistics(a, b, t)[0] * len(a), by_statistics(a, b, t)[1]),
            lambda a, b, t: (by_statistics(a, b, t)[0], t * statistics.stdev(u - v for u, v in zip(a, b)) / math.sqrt(len(a) - 1)),
            lambda a, b, t: (a - b).mean(),
        ]),
    'batch_order': dict(
        right=[by_numpy_rng, by_random, by_fork, by_sorting],
        wrong=[
            half_global, seeds_and_shortens, one_kept, rows_of_a_batch,
            lambda n, seed: seed,
            lambda n, seed: torch.randperm(n + 1, generator=own(seed)),
            lambda n, seed: torch.randperm(n, generator=own(seed)) - 1,
            lambda n, seed: torch.randperm(n, generator=own(seed))[::2],
            lambda n, seed: torch.randint(n, (n,)),
            lambda n, seed: torch.zeros(n),
            lambda n, seed: torch.randperm(n, generator=seed),
            lambda n, seed: own(seed),
            lambda n, seed: list(range(1, n)),
        ]),
}
