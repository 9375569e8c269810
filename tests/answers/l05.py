"Answers to the exercises of lesson 05 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math
from itertools import accumulate

import numpy as np
import torch

import coursekit as ck


# decay_step: right
def by_autograd(w, g, lr, lam):
    p = w.clone().requires_grad_()
    loss = (g * p).sum() + lam * p.square().sum()
    loss.backward()
    return p - lr * p.grad

def by_torch(w, g, lr, lam):
    p = torch.nn.Parameter(w)
    p.grad = g
    torch.optim.SGD([p], lr=lr, weight_decay=2 * lam).step()
    return p

def by_coursekit(w, g, lr, lam):
    return ck.with_decay(ck.sgd)(w, g, {}, dict(lr=lr, weight_decay=lam + lam))[0]

def in_numpy(w, g, lr, lam):
    w, g = w.numpy(), g.numpy()
    shrunk = w - w * (lr * lam * 2)
    return shrunk - g * lr

def in_place(w, g, lr, lam):
    w *= 1 - 2 * lr * lam
    w -= lr * g
    return w


# adam_step: right
def adam_by_torch(w, g, m, v, t, lr, wd, decoupled):
    p = torch.nn.Parameter(w.clone())
    opt = (torch.optim.AdamW if decoupled else torch.optim.Adam)([p], lr=lr, weight_decay=wd)
    p.grad = g.clone()
    opt.state[p] = dict(step=torch.tensor(float(t - 1)), exp_avg=m.clone(), exp_avg_sq=v.clone())
    opt.step()
    return p.detach(), opt.state[p]['exp_avg'], opt.state[p]['exp_avg_sq']

def adam_by_coursekit(w, g, m, v, t, lr, wd, decoupled):
    rule = ck.adamw if decoupled else ck.with_l2(ck.adam)
    new, s = rule(w, g, dict(m=m, v=v, t=t - 1), dict(lr=lr, weight_decay=wd, betas=(.9, .999), eps=1e-8))
    return new, s['m'], s['v']

def adam_in_place(w, g, m, v, t, lr, wd, decoupled):
    old = w.clone()
    if not decoupled: g.add_(w, alpha=wd)
    m.lerp_(g, .1)
    v.mul_(.999).addcmul_(g, g, value=.001)
    w -= lr * (m / (1 - .9 ** t)) / (torch.sqrt(v / (1 - .999 ** t)) + 1e-8)
    if decoupled: w -= lr * wd * old
    return [w, m, v]


def mine(w, g, m, v, t, lr, wd, decoupled, l2=None, eps=1e-8, decay=None, clip=False):
    "Adam as it should be, but for what is asked for."
    if decoupled: w = w * (decay if decay is not None else 1 - lr * wd)
    else: g = g + (wd * w if l2 is None else l2)
    if clip: g = g.clamp(-.1, .1)
    m, v = .9 * m + .1 * g, .999 * v + .001 * g ** 2
    return w - lr * m / (1 - .9 ** t) / ((v / (1 - .999 ** t)) ** .5 + eps), m, v


# what_is_left: right
def by_steps(lrs, wd):
    w = 1.
    for lr in lrs: w -= lr * wd * w
    return w

def by_tensor(lrs, wd): return (1 - wd * torch.tensor(lrs)).prod()

def by_logs(lrs, wd): return np.exp(np.log1p(-wd * np.array(lrs)).sum())

def running(lrs, wd): return list(accumulate(lrs, lambda left, lr: left * math.exp(-lr * wd), initial=1.))[-1]


ANSWERS = {
    'decay_step': dict(
        right=[by_autograd, by_torch, by_coursekit, in_numpy, in_place],
        wrong=[
            lambda w, g, lr, lam: w - lr * g,
            lambda w, g, lr, lam: (1 - 2 * lr * lam) * w - g,
            lambda w, g, lr, lam: (1 - 2 * lr * lam) ** 2 * w - lr * g,
            lambda w, g, lr, lam: (1 - 4 * lr * lam) * w - lr * g,
            lambda w, g, lr, lam: math.exp(-2 * lr * lam) * w - lr * g,
            lambda w, g, lr, lam: w / (1 + 2 * lr * lam) - lr * g,
            lambda w, g, lr, lam: w - lr * (g + 2 * lam),
            lambda w, g, lr, lam: w - lr * (g + 2 * lam * w.norm() * w),
            lambda w, g, lr, lam: (1 - 2 * lr * lam) * w - lr * g.mean(),
            lambda w, g, lr, lam: (1 - 2 * lam * lr ** 2) * w - lr * g,
            lambda w, g, lr, lam: ((1 - 2 * lr * lam) * w - lr * g).sum(),
            lambda w, g, lr, lam: ((1 - 2 * lr * lam) * w - lr * g).half().round(),
            lambda w, g, lr, lam: torch.where(w > 0, (1 - 2 * lr * lam) * w, w) - lr * g,
            lambda w, g, lr, lam: w.mul_(1 - 2 * lr * lam).sub_(lr * w),
        ]),
    'adam_step': dict(
        right=[adam_by_torch, adam_by_coursekit, adam_in_place],
        wrong=[
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled)[0],
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled)[:2],
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled)[::-1],
            lambda w, g, m, v, t, lr, wd, decoupled: (mine(w, g, m, v, t, lr, wd, decoupled)[0], m, v),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, l2=wd),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, eps=1e-6),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, eps=0.),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, decay=1 - 2 * lr * wd),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, decay=1 + lr * wd),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t, lr, wd, decoupled, clip=True),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, 1, lr, wd, decoupled),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, -g, m, v, t, lr, wd, decoupled),
            lambda w, g, m, v, t, lr, wd, decoupled: mine(w, g, m, v, t - 1, lr, wd, decoupled),
        ]),
    'what_is_left': dict(
        right=[by_steps, by_tensor, by_logs, running],
        wrong=[
            lambda lrs, wd: math.exp(-wd),
            lambda lrs, wd: math.exp(-sum(lrs)),
            lambda lrs, wd: wd * sum(lrs),
            lambda lrs, wd: 1.,
            lambda lrs, wd: (1 - wd) ** len(lrs),
            lambda lrs, wd: math.exp(-wd * lrs[-1]),
            lambda lrs, wd: 1 / (1 + wd * sum(lrs)),
            lambda lrs, wd: 2 ** (-wd * sum(lrs)),
            lambda lrs, wd: -wd * sum(lrs),
            lambda lrs, wd: [math.exp(-wd * lr) for lr in lrs],
            lambda lrs, wd: 1.02 * math.exp(-wd * sum(lrs)),
            lambda lrs, wd: math.prod(1 - lr * wd for lr in lrs[1:]),
            lambda lrs, wd: math.exp(-wd * lrs.sum()),
        ]),
}
