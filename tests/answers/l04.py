"Answers to the exercises of lesson 04 as people might write them: right ones, and wrong ones that are none of the known mistakes."
import math

import numpy as np
import torch
import torch.nn.functional as F

import coursekit as ck


# stable_bce: right
def by_logaddexp(z, y):
    there = torch.logaddexp(torch.zeros_like(z), -z)
    return torch.mean(y * there + (1 - y) * (there + z))

def by_softplus(z, y): return (F.softplus(-z, threshold=50) + (1 - y) * z).mean()

def by_logsigmoid(z, y):
    yes, no = F.logsigmoid(z), F.logsigmoid(-z)
    return -torch.where(y == 1, yes, no).mean()

def in_numpy(z, y):
    z, y = z.numpy(), y.numpy()
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))

def one_by_one(z, y):
    total = 0.
    for s, t in zip(z.flatten().tolist(), y.flatten().tolist()):
        wrong = -s if t else s                   # large and positive is bad
        total += wrong + math.log1p(math.exp(-wrong)) if wrong > 0 else math.log1p(math.exp(wrong))
    return total / z.numel()

def by_two_scores(z, y):
    both = torch.stack([torch.zeros_like(z), z], -1).flatten(0, -2)
    return F.cross_entropy(both, y.flatten().long())


# settles_at: right
def by_odds(share, pos_weight):
    if share == 1: return 1.
    odds = pos_weight * share / (1 - share)
    return odds / (1 + odds)

def by_logit(share, pos_weight):
    z = torch.logit(torch.tensor(share, dtype=torch.float64)) + math.log(pos_weight)
    return z.sigmoid()

def by_counting(share, pos_weight): return 1 - (1 - share) / (1 - share + share * pos_weight)


# best_f2: right
def sorted_once(scores, labels):
    at, order = scores.sort(descending=True)
    tp, n = labels[order].cumsum(0), torch.arange(1, len(at) + 1)
    f = 5 * tp / (n + 4 * labels.sum())
    last = torch.cat([at[1:] != at[:-1], torch.tensor([True])])       # equal scores pass together
    f = torch.where(last, f, 0.)
    return at[f.argmax()], f.max()

def by_coursekit(scores, labels): return ck.thresholds(scores, labels, beta=2).best

def by_sklearn(scores, labels):
    from sklearn.metrics import precision_recall_curve
    p, r, t = precision_recall_curve(labels, scores)
    f = (5 * p * r / np.maximum(4 * p + r, 1e-12))[:-1]
    return float(t[f.argmax()]), float(f.max())

def each_score(scores, labels):
    def f2(t):
        yes = scores >= t
        p, r = labels[yes].mean(), labels[yes].sum() / labels.sum()
        return 5 * p * r / (4 * p + r) if r > 0 else torch.tensor(0.)
    return max(((t.item(), f2(t).item()) for t in scores), key=lambda v: v[1])


ANSWERS = {
    'stable_bce': dict(
        right=[by_logaddexp, by_softplus, by_logsigmoid, in_numpy, one_by_one, by_two_scores],
        wrong=[
            lambda z, y: torch.logaddexp(torch.zeros_like(z), -z).mean(),
            lambda z, y: (y * torch.log1p(torch.exp(-z.clamp(-99, 99))) + (1 - y) * torch.log1p(torch.exp(z.clamp(-99, 99)))).mean(),
            lambda z, y: (z.clamp(min=0) - y * z).mean(),
            lambda z, y: (z.clamp(min=0) - y * z + torch.log1p(torch.exp(-z.abs()))).sum(-1).max(),
            lambda z, y: z.clamp(min=0) - y * z + torch.log1p(torch.exp(-z.abs())),
            lambda z, y: (z - y).abs().mean(),
            lambda z, y: (z.abs() - y * z + torch.log1p(torch.exp(-z.abs()))).mean(),
            lambda z, y: (z.clamp(min=0) + y * z + torch.log1p(torch.exp(-z.abs()))).mean(),
            lambda z, y: (z.sigmoid().clamp(.01, .99) - y).abs().log().neg().mean(),
            lambda z, y: (1 - y * z).clamp(min=0).mean(),
            lambda z, y: F.mse_loss(z, y),
            lambda z, y: y.log().mean(),
        ]),
    'settles_at': dict(
        right=[by_odds, by_logit, by_counting],
        wrong=[
            lambda share, pos_weight: .5,
            lambda share, pos_weight: share + pos_weight,
            lambda share, pos_weight: share / pos_weight,
            lambda share, pos_weight: share ** pos_weight,
            lambda share, pos_weight: share ** (1 / pos_weight),
            lambda share, pos_weight: 1 - share,
            lambda share, pos_weight: math.log(pos_weight) + share,
            lambda share, pos_weight: 1 / (1 + math.exp(-pos_weight * share)),
            lambda share, pos_weight: share * pos_weight / (share + pos_weight),
            lambda share, pos_weight: 1 - share * pos_weight / (share * pos_weight + 1 - share),
            lambda share, pos_weight: math.log(pos_weight * share / (1 - share)),
            lambda share, pos_weight: 'more',
        ]),
    'best_f2': dict(
        right=[sorted_once, by_coursekit, by_sklearn, each_score],
        wrong=[
            lambda scores, labels: scores.mean(),
            lambda scores, labels: (scores.min(), .5),
            lambda scores, labels: (.2, .8),
            lambda scores, labels: best(scores, labels)[0],
            lambda scores, labels: best(scores, labels)[::-1],
            lambda scores, labels: (best(scores, labels)[0], 5 * best(scores, labels)[1]),
            lambda scores, labels: (best(scores, labels)[0], 1 - best(scores, labels)[1]),
            lambda scores, labels: (scores.median(), .5),
            lambda scores, labels: (scores[labels > 0].min(), 1.),
            lambda scores, labels: (best(scores, labels)[0] - .05, best(scores, labels)[1]),
            lambda scores, labels: best(scores, 1 - labels),
            lambda scores, labels: best(-scores, labels),
            lambda scores, labels: best(scores[:2], labels),
        ]),
}

def best(scores, labels): return ck.thresholds(scores, labels, beta=2).best
