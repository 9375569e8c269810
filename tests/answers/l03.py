"Answers to the exercises of lesson 03 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math

import numpy as np
import torch

import coursekit as ck


# rmsprop_step: right
def by_torch(p, g, v, b, lr, alpha, mu):
    w = torch.nn.Parameter(p.clone())
    w.grad = g.clone()
    opt = torch.optim.RMSprop([w], lr=lr, alpha=alpha, momentum=1.)
    opt.state[w] = dict(step=torch.tensor(1.), square_avg=v.clone(), momentum_buffer=mu * b)
    opt.step()
    return w.detach(), opt.state[w]['square_avg'], opt.state[w]['momentum_buffer']

def by_coursekit(p, g, v, b, lr, alpha, mu):
    away, s = ck.rmsprop(0 * p, g, dict(v=v), dict(lr=1., alpha=alpha, eps=1e-8))
    b = mu * b - away
    return p - b * lr, s['v'], b

def in_place(p, g, v, b, lr, alpha, mu):
    v.mul_(alpha).addcmul_(g, g, value=1 - alpha)
    b *= mu
    b += g / torch.sqrt(v).add(1e-8)
    p -= lr * b
    return [p, v, b]

def in_numpy(p, g, v, b, lr, alpha, mu):
    p, g, v, b = (x.numpy() for x in (p, g, v, b))
    v = v + (1 - alpha) * (g ** 2 - v)
    step = lr * (mu * b + g / (np.sqrt(v) + 1e-8))
    return p - step, v, step / lr


def rms(p, g, v, b, lr, alpha, mu, eps=1e-8, power=.5, clip=None):
    "RMSprop with momentum as it should be, but for what is asked for."
    v = alpha * v + (1 - alpha) * g ** 2
    if clip: g = g.clamp(-clip, clip)
    b = mu * b + g / (v ** power + eps)
    return p - lr * b, v, b


# step_length: right
def by_steps(t, lr, alpha):
    v = 0.
    for _ in range(t): v = alpha * v + (1 - alpha)
    return lr / v ** .5

def by_sum(t, lr, alpha): return lr / np.sqrt(sum((1 - alpha) * alpha ** k for k in range(t)))

def by_power(t, lr, alpha): return lr * (1 - alpha ** t) ** -.5

def by_rule(t, lr, alpha):
    p, s, g = torch.zeros(1, dtype=torch.float64), dict(v=torch.zeros(1, dtype=torch.float64)), torch.full((1,), -7., dtype=torch.float64)
    for _ in range(t): old, (p, s) = p, ck.rmsprop(p, g, s, dict(lr=lr, alpha=alpha, eps=0.))
    return (p - old).abs().item()


# AdamW: right
class ByTorch:
    def __init__(self, lr, wd): self.kw, self.opt = dict(lr=lr, weight_decay=wd), None

    def step(self, p, g):
        if self.opt is None:
            self.w = torch.nn.Parameter(p.clone())
            self.opt = torch.optim.AdamW([self.w], **self.kw)
        self.w.grad = g.clone()
        self.opt.step()
        return self.w.detach().clone()

class ByCoursekit:
    state = None

    def __init__(self, lr, wd): self.h = dict(lr=lr, weight_decay=wd, betas=(.9, .999), eps=1e-8)

    def step(self, p, g):
        p, self.state = ck.adamw(p, g, self.state or ck.init_state(ck.adamw, p), self.h)
        return p

class ByHistory:
    "Remembers all gradients, and takes weighted means of them."
    def __init__(self, lr, wd): self.lr, self.wd, self.seen = lr, wd, []

    def mean(self, xs, beta):
        share = [beta ** k for k in reversed(range(len(xs)))]
        return sum(s * x for s, x in zip(share, xs)) / sum(share)

    def step(self, p, g):
        self.seen = [*self.seen, g]
        m, v = self.mean(self.seen, .9), self.mean([h ** 2 for h in self.seen], .999)
        return p - self.lr * self.wd * p - self.lr * m / (v.sqrt() + 1e-8)


class Mine:
    "AdamW as it should be, but for what a subclass changes."
    eps, sign, late, root = 1e-8, 1, 0, .5

    def __init__(self, lr, wd): self.lr, self.wd, self.m, self.v, self.t = lr, wd, 0, 0, 0

    def shrunk(self, p): return p - self.lr * self.wd * p

    def change(self, g):
        self.t += 1
        self.m, self.v = .9 * self.m + .1 * g, .999 * self.v + .001 * g ** 2
        return self.lr * self.m / (1 - .9 ** self.t) / ((self.v / (1 - .999 ** self.t)) ** self.root + self.eps)

    def step(self, p, g): return self.shrunk(p) - self.sign * self.change(g)

class LargeEps(Mine): eps = 1e-6
class NoEps(Mine): eps = 1e-12
class Uphill(Mine): sign = -1
class CubeRoot(Mine): root = 1 / 3
class Grows(Mine):
    def shrunk(self, p): return p + self.wd * p
class Twice(Mine):
    def shrunk(self, p): return p - 2 * self.lr * self.wd * p
class Towards(Mine):
    def shrunk(self, p): return p - self.lr * self.wd * p.sign()
class OnlyTheStep(Mine):
    def step(self, p, g): return self.change(g)
class StepAndMemory(Mine):
    def step(self, p, g): return super().step(p, g), self.m, self.v
class NoReturn(Mine):
    def step(self, p, g): super().step(p, g)
class WrongName(Mine):
    step = None
class NoArguments(Mine):
    def __init__(self): super().__init__(.1, 0.)
class Clipped(Mine):
    def change(self, g): return super().change(g.clamp(-.3, .3))


ANSWERS = {
    'rmsprop_step': dict(
        right=[by_torch, by_coursekit, in_place, in_numpy],
        wrong=[
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu)[0],
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu)[:2],
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu)[::-1],
            lambda p, g, v, b, lr, alpha, mu: (rms(p, g, v, b, lr, alpha, mu)[0], v, b),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, mu, alpha),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, .9, mu),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, .9),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, 1., alpha, mu),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu, eps=1e-6),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu, eps=0.),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu, power=.25),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, b, lr, alpha, mu, clip=.5),
            lambda p, g, v, b, lr, alpha, mu: rms(p, -g, v, b, lr, alpha, mu),
            lambda p, g, v, b, lr, alpha, mu: rms(p, g, v, -b, lr, alpha, mu),
            lambda p, g, v, b, lr, alpha, mu: p - lr * b,
        ]),
    'step_length': dict(
        right=[by_steps, by_sum, by_power, by_rule],
        wrong=[
            lambda t, lr, alpha: 1 / math.sqrt(1 - alpha ** t),
            lambda t, lr, alpha: 2 * lr / math.sqrt(1 - alpha ** t),
            lambda t, lr, alpha: lr / math.sqrt(1 - alpha * t),
            lambda t, lr, alpha: lr / math.sqrt(1 - alpha ** (t - 1)),
            lambda t, lr, alpha: lr / math.sqrt(1 - .99 ** t),
            lambda t, lr, alpha: t * lr,
            lambda t, lr, alpha: lr / math.sqrt(1 + alpha ** t),
            lambda t, lr, alpha: lr / (1 - alpha),
            lambda t, lr, alpha: lr * math.sqrt(1 - alpha),
            lambda t, lr, alpha: lr / math.sqrt(1 - math.exp(-t * (1 - alpha))),
            lambda t, lr, alpha: [lr / math.sqrt(1 - alpha ** k) for k in range(1, t + 1)],
            lambda t, lr, alpha: (1 - alpha ** t) * lr ** 2,
            lambda t, lr, alpha: str(lr / math.sqrt(1 - alpha ** t)),
        ]),
    'AdamW': dict(
        right=[ByTorch, ByCoursekit, ByHistory],
        wrong=[LargeEps, NoEps, Uphill, CubeRoot, Grows, Twice, Towards, OnlyTheStep, StepAndMemory, NoReturn, WrongName, NoArguments, Clipped],
    ),
}
