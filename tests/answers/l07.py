"Answers to the exercises of lesson 07 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import numpy as np
import torch
import torch.nn.functional as F

import coursekit as ck


# batch_norm: right
def by_torch(x, gamma, beta, mean, var, training):
    mean, var = mean.clone(), var.clone()
    return F.batch_norm(x, mean, var, gamma, beta, training, .1, 1e-5), mean, var

def by_coursekit(x, gamma, beta, mean, var, training):
    layer = ck.BatchNorm1d(x.shape[1]).double().train(training)
    with torch.no_grad():
        for ours, given in ((layer.weight, gamma), (layer.bias, beta), (layer.running_mean, mean), (layer.running_var, var)): ours.copy_(given)
        return layer(x), layer.running_mean, layer.running_var

def by_lerp(x, gamma, beta, mean, var, training):
    if not training: return gamma * (x - mean) * (var + 1e-5) ** -.5 + beta, mean, var
    m, v = x.mean(dim=0), x.var(dim=0)
    own = v * (len(x) - 1) / len(x)
    return gamma * (x - m) / torch.sqrt(own + 1e-5) + beta, torch.lerp(mean, m, .1), torch.lerp(var, v, .1)

def in_numpy(x, gamma, beta, mean, var, training):
    x, gamma, beta, mean, var = (t.numpy() for t in (x, gamma, beta, mean, var))
    m, v = mean, var
    if training:
        m, v = x.mean(0), x.var(0)
        mean, var = .9 * mean + .1 * m, .9 * var + .1 * x.var(0, ddof=1)
    return gamma * (x - m) / np.sqrt(v + 1e-5) + beta, mean, var

def in_place(x, gamma, beta, mean, var, training):
    m, v = (x.mean(0), x.var(0, unbiased=False)) if training else (mean.clone(), var.clone())
    if training:
        mean.mul_(.9).add_(.1 * m)
        var.mul_(.9).add_(.1 * x.var(0))
    return gamma * (x - m) / (v + 1e-5).sqrt() + beta, mean, var


def mine(x, gamma, beta, mean, var, training, out=lambda z, g, b: g * z + b, eps=1e-5, share=.1, absolute=False):
    "BatchNorm as it should be, but for what is asked for."
    m, v = (x.mean(0), x.var(0, correction=0)) if training else (mean, var)
    if absolute: v = (x - m).abs().mean(0) ** 2
    if training: mean, var = mean + share * (m - mean), var + share * (x.var(0) - var)
    return out((x - m) / (v + eps).sqrt(), gamma, beta), mean, var


# fold: right
def by_columns(W, b, gamma, beta, mean, var):
    scale = gamma / torch.sqrt(var + 1e-5)
    return (W.T * scale).T, beta + (b - mean) * scale

def by_asking(W, b, gamma, beta, mean, var):
    f = lambda x: gamma * (x @ W.T + b - mean) / (var + 1e-5).sqrt() + beta
    zero = f(torch.zeros(1, W.shape[1], dtype=W.dtype))[0]
    return (f(torch.eye(W.shape[1], dtype=W.dtype)) - zero).T, zero

def by_diagonal(W, b, gamma, beta, mean, var):
    D = torch.diag(gamma * (var + 1e-5) ** -.5)
    return D @ W, D @ (b - mean) + beta

def by_torchs_own(W, b, gamma, beta, mean, var):
    return tuple(p.detach() for p in torch.nn.utils.fusion.fuse_linear_bn_weights(W, b, mean, var, 1e-5, gamma, beta))


# twin: right
def squared(lr, wd, a): return lr * a ** 2, wd * a ** -2
def by_share(lr, wd, a):
    rate = a * (a * lr)
    return rate, lr * wd / rate if rate else wd

def by_logs(lr, wd, a):
    two = 2 * np.log(a)
    return lr * np.exp(two), wd * np.exp(-two)


ANSWERS = {
    'batch_norm': dict(
        right=[by_torch, by_coursekit, by_lerp, in_numpy, in_place],
        wrong=[
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training)[0],
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training)[:2],
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training)[::-1],
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, out=lambda z, g, b: g * z - b),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, out=lambda z, g, b: z + b),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, out=lambda z, g, b: g * z),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, out=lambda z, g, b: (g * z + b).relu()),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, eps=1e-3),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, share=.01),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean, var, training, absolute=True),
            lambda x, gamma, beta, mean, var, training: (F.layer_norm(x, x.shape[1:]), mean, var),
            lambda x, gamma, beta, mean, var, training: (x, mean, var),
            lambda x, gamma, beta, mean, var, training: mine(x, gamma, beta, mean + 1, var + 1, False),
        ]),
    'fold': dict(
        right=[by_columns, by_asking, by_diagonal, by_torchs_own],
        wrong=[
            lambda W, b, gamma, beta, mean, var: (W, b),
            lambda W, b, gamma, beta, mean, var: gamma[:, None] * W,
            lambda W, b, gamma, beta, mean, var: (gamma[:, None] * W, gamma * b + beta),
            lambda W, b, gamma, beta, mean, var: by_columns(W, b, gamma, beta, mean, var)[::-1],
            lambda W, b, gamma, beta, mean, var: by_columns(W, b, gamma, -beta, mean, var),
            lambda W, b, gamma, beta, mean, var: by_columns(W, -b, gamma, beta, mean, var),
            lambda W, b, gamma, beta, mean, var: by_columns(W, b, 1 / gamma, beta, mean, var),
            lambda W, b, gamma, beta, mean, var: by_columns(W - mean[:, None], b, gamma, beta, mean, var),
            lambda W, b, gamma, beta, mean, var: by_columns(W, b, gamma, beta, W.mean(1), var),
            lambda W, b, gamma, beta, mean, var: (by_columns(W, b, gamma, beta, mean, var)[0].T, b),
            lambda W, b, gamma, beta, mean, var: by_columns(W, b, gamma, beta, mean, var + 1),
        ]),
    'twin': dict(
        right=[squared, by_share, by_logs],
        wrong=[
            lambda lr, wd, a: a * a * lr,
            lambda lr, wd, a: (lr + a, wd - a),
            lambda lr, wd, a: (a * a * lr, 0.),
            lambda lr, wd, a: (a ** 3 * lr, wd / a ** 3),
            lambda lr, wd, a: (a ** .5 * lr, wd / a ** .5),
            lambda lr, wd, a: (lr, a * wd),
            lambda lr, wd, a: (a * a * lr, lr / (a * a)),
            lambda lr, wd, a: (2 * a * a * lr, wd / (a * a)),
            lambda lr, wd, a: (a * a * lr, wd * lr),
            lambda lr, wd, a: [a * a * lr, wd / (a * a), a],
            lambda lr, wd, a: (lr, 0.),
        ]),
}
