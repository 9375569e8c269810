"fastai's Learner beside the same hand-written loop, and beside coursekit, in fastai's own environment."
import json
from functools import partial
from pathlib import Path

import coursekit as ck      # from the tree: needs no more than torch, scikit-learn and lazy_loader here
import torch
import torch.nn.functional as F
from fastai.basics import Adam, DataLoaders, Learner, OptimWrapper, accuracy
from fastai.callback import progress as _     # registers the bar, as `fastai.vision.all` would
from fastai.data.core import TfmdDL
from torch.utils.data import TensorDataset

from loop import options
from task import LR, SEED, WD, coursekit, environment, mlp, plain, report, side_by_side

class Epochs:
    "Counts the epochs, so that fastai visits the rows in the same order as the other loops."
    def __init__(self, data, seed=SEED): self.data, self.seed, self.epoch = data, seed, -1

    def __call__(self, idxs=None):
        self.epoch += 1
        return self.data.order(self.epoch, self.seed)

class ByIndex(Epochs):
    "fastai's best case: an iterable of ready batches, without its own data loader."
    dataset = ()

    def __len__(self): return len(self.data)

    def __iter__(self):
        x, y = self.data.train
        for i in self().split(self.data.bs): yield x[i], y[i]

def loaders(data):
    "fastai's data loaders over tensors in memory; the validation set in one batch, as in the other loops."
    order = Epochs(data)
    return DataLoaders(TfmdDL(TensorDataset(*data.train), bs=data.bs, num_workers=0, shuffle=True, shuffle_fn=lambda idxs: order().tolist()),
                       TfmdDL(TensorDataset(*data.valid), bs=len(data.valid[0]), num_workers=0))

def by_index(data, seed=SEED): return DataLoaders(ByIndex(data, seed), [data.valid])

fused = partial(OptimWrapper, opt=torch.optim.AdamW, fused=True)

def fastai(data, loaders=loaders, opt=Adam, progress=True):
    "The task with fastai's Learner."
    model = mlp()
    learn = Learner(loaders(data), model, loss_func=F.cross_entropy, opt_func=opt, lr=LR, wd=WD, metrics=accuracy)

    def fit(epochs):
        if progress: return learn.fit(epochs)
        with learn.no_bar(): learn.fit(epochs)
    return model, fit

LOOPS = dict(plain=plain, coursekit=coursekit, fastai=fastai, fastai_fused=partial(fastai, opt=fused),
             fastai_best=partial(fastai, loaders=by_index, opt=fused),
             fastai_quiet=partial(fastai, loaders=by_index, opt=fused, progress=False))

def main(rounds, out=None):
    data = ck.digits(bs=64, seed=0)
    times = side_by_side(LOOPS, data, rounds, own_maths=['fastai'])     # fastai's Adam: eps 1e-5, no decay of biases
    env = environment('fastai', 'fastcore', 'fastprogress')
    print('\n', env)
    report(times, [*((name, 'plain') for name in LOOPS if name != 'plain'), ('fastai_best', 'coursekit')])
    if out: Path(out).write_text(json.dumps(dict(environment=env, batches=len(data), times=times)))

if __name__ == '__main__': main(*options(__doc__, 30))
