"The four rules of lr_find, and the whole search, beside fastai's own: the same suggestions on the same curves, in fastai's environment."
import argparse, contextlib, io, json
from functools import partial
from pathlib import Path

import coursekit as ck
import numpy as np
import torch
from coursekit.train.history import History
from fastai.basics import DataLoaders, Learner, OptimWrapper
from fastai.callback import schedule as theirs
from torch import nn

from fastai_loop import by_index
from task import environment

STEPS, LAST = 100, 1e-7 * 1e8 ** .99        # fastai's hundred rates stop one short of 10

def digits_net(): return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
def plane_net(): return nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))

TASKS = dict(digits=(digits_net, lambda s: ck.digits(n=1000, bs=50, seed=s)), spirals=(plane_net, lambda s: ck.spirals(n=500, noise=.1, bs=50, seed=s)))
OPTS = dict(AdamW=partial(torch.optim.AdamW, weight_decay=0.), SGD=torch.optim.SGD)

def learner(task, opt, seed):
    net, data = TASKS[task]
    return ck.Learner(net, data(seed), opt=OPTS[opt], seed=seed)

def drawn(n, rng):
    "Curves of our own making: a fall and an explosion under noise, walks, level and rising ones, some rounded so that values repeat."
    for i in range(n):
        x = np.linspace(-7, 1, int(rng.integers(20, 150)))
        fall, end, noise = rng.uniform(-5, -1), rng.uniform(-2, 1.5), 10 ** rng.uniform(-4, -.5)
        y = (3 - rng.uniform(.1, 2.5) / (1 + np.exp(-rng.uniform(1, 5) * (x - fall))) + np.exp(rng.uniform(2, 6) * (x - end)), np.cumsum(rng.normal(size=len(x))), 2 + 0 * x, 2 + x * x.clip(0))[0 if i % 10 < 7 else i % 10 - 6]
        y = y + noise * rng.normal(size=len(x)) * (i % 10 != 8)
        yield 10 ** x, y.round(2) if i % 3 == 0 else y

def found(seeds):
    "Curves of real searches that did not stop: rates, and losses smoothed much and little."
    for name, opt, seed in ((t, o, s) for t in TASKS for o in OPTS for s in range(seeds)):
        f = ck.lr_find(learner(name, opt, seed), stop=1e9)
        for beta in (.98, .8): yield np.array(f.lrs), np.array(History(losses=f.losses).smooth(beta))

def suggestion(rule, lrs, losses):
    "fastai's rate for a curve, in double precision; to its `valley` as plain lists, because it goes through all pairs of points."
    if rule == 'valley': return theirs.valley(lrs.tolist(), losses.tolist(), len(lrs))[0]
    return getattr(theirs, rule)(torch.tensor(lrs), torch.tensor(losses), len(lrs))[0]

def compare(curves) -> dict:
    "rule -> how many curves, how many rates are equal to the last bit, on how many we suggest nothing, and what else."
    count = {rule: dict(curves=0, equal=0, none=0, other=0) for rule in ck.RULES}
    for lrs, losses in curves:
        for rule, ours in ck.RULES.items():
            mine, c = ours(lrs, losses), count[rule]
            c['curves'] += 1
            c['none' if mine is None else 'equal' if mine == suggestion(rule, lrs, losses) else 'other'] += 1
    return count

def search(task, opt, seed) -> tuple:
    "The whole search by fastai, on the batches and from the weights of ours: its losses, and its suggestions."
    ours = learner(task, opt, seed)
    learn = Learner(by_index(ours.data, seed), ours.model, loss_func=nn.functional.cross_entropy, opt_func=partial(OptimWrapper, opt=OPTS[opt]), wd=0.)
    with learn.no_bar(), contextlib.redirect_stdout(io.StringIO()): got = learn.lr_find(num_it=STEPS, show_plot=False, suggest_funcs=[getattr(theirs, r) for r in ck.RULES])
    return [float(v) for v in learn.recorder.losses], got._asdict()

def whole(seeds) -> dict:
    "Every search by both: the largest relative difference of a smoothed loss, and for each rule how many suggestions are equal, up to float32's rounding of the rates."
    count, gap = {rule: dict(curves=0, equal=0, none=0, other=0) for rule in ck.RULES}, 0.
    for task, opt, seed in ((t, o, s) for t in TASKS for o in OPTS for s in range(seeds)):
        losses, rates = search(task, opt, seed)
        f = ck.lr_find(learner(task, opt, seed), end=LAST, steps=STEPS)
        if len(f.smooth) != len(losses): raise SystemExit(f'{task}, {opt}, seed {seed}: ours ended after {len(f.smooth)} steps, fastai after {len(losses)}')
        gap = max(gap, np.abs(np.array(losses) / f.smooth - 1).max())
        for rule, c in count.items():
            mine = f.suggestions[rule]
            c['curves'] += 1
            c['none' if mine is None else 'equal' if abs(mine / rates[rule] - 1) < 1e-5 else 'other'] += 1
    return dict(count=count, gap=gap)

if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--curves', type=int, default=1000, help='drawn curves')
    p.add_argument('--seeds', type=int, default=20, help='real searches of each task and optimiser')
    p.add_argument('--json', type=Path)
    args = p.parse_args()
    torch.set_num_threads(1)
    result = dict(environment=environment('fastai'), drawn=compare(drawn(args.curves, np.random.default_rng(0))), real=compare(found(args.seeds)), **whole(args.seeds))
    for k in ('drawn', 'real', 'count'):
        for rule, c in result[k].items():
            print(k, rule, c, flush=True)
            if c['other']: raise SystemExit(f'{rule} names another rate than fastai\'s')
    print(f'largest relative difference of a smoothed loss: {result["gap"]:.1e}')
    if result['gap'] > 1e-3: raise SystemExit('the searches differ: the batches, the rates or the smoothing are not the same')
    if args.json: args.json.write_text(json.dumps(result))
