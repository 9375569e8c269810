"The task that every loop trains: in-memory digits, MLP 64-128-10, batch 64, AdamW; and how loops are timed side by side."
import gc, os, platform, statistics, sys, time
from importlib.metadata import version

import torch
import torch.nn.functional as F
from torch import nn
from tqdm import tqdm

EPOCHS, LR, WD, SEED = 2, 1e-3, 0.01, 0

def mlp() -> nn.Module:
    "The network, with the same initial weights for every loop."
    torch.manual_seed(SEED)
    return nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))

# A loop is (model, fit): building it is not timed, `fit(epochs)` is.

def plain(data, show='loss'):
    "The loop one writes by hand. `show`: 'loss' a bar with the running loss; 'bar' what coursekit's bar shows; '' nothing."
    model = mlp()
    opt = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=WD, fused=True)
    (x, y), (xv, yv) = data.train, data.valid

    def fit(epochs):
        history, bar = [], tqdm(total=epochs * len(data), file=sys.stdout) if show else None
        for epoch in range(epochs):
            model.train()
            total = seen = 0
            for i in data.order(epoch, SEED).split(data.bs):
                xb, yb = x[i], y[i]
                loss = F.cross_entropy(model(xb), yb)
                loss.backward()
                opt.step()
                opt.zero_grad()
                total, seen = total + loss.item() * len(xb), seen + len(xb)
                if show == 'loss': bar.set_postfix(loss=total / seen, refresh=False)
                if show: bar.update()
            model.eval()
            with torch.no_grad():
                pred = model(xv)
                history.append((total / seen, F.cross_entropy(pred, yv).item(), (pred.argmax(1) == yv).float().mean().item()))
            if show: bar.set_description_str('%d: train %.4g, valid %.4g, accuracy %.4g' % (epoch + 1, *history[-1]), refresh=False)
        if show: bar.close()
    return model, fit

def coursekit(data, progress=True):
    "The same with coursekit's Learner; its default optimiser is fused AdamW."
    import coursekit as ck
    model = mlp()
    learn = ck.Learner(model, data, loss=F.cross_entropy, lr=LR, wd=WD, metrics=[ck.accuracy], seed=SEED)
    return model, lambda epochs: learn.fit(epochs, progress=progress)

def timed(make, data, epochs) -> tuple[float, nn.Module]:
    "Seconds per epoch of one fresh fit, and the trained model."
    model, fit = make(data)
    gc.collect()
    start = time.perf_counter()
    fit(epochs)
    return (time.perf_counter() - start) / epochs, model

def side_by_side(makers: dict, data, rounds: int, epochs: int = EPOCHS, own_maths=()) -> dict[str, list[float]]:
    "Seconds per epoch of each loop: many short fits in turn (A B, B A, ...), so that a slow moment of the machine hits all of them."
    torch.set_num_threads(1)     # as fast as two for so small a net, and far less disturbed by other processes
    models = {name: timed(make, data, epochs)[1] for name, make in makers.items()}   # warm-up, and the check
    for name in models.keys() - set(own_maths): same_weights(models['plain'], models[name], name)
    times, names = {name: [] for name in makers}, list(makers)
    for _ in range(rounds):
        for name in names: times[name].append(timed(makers[name], data, epochs)[0])
        names.reverse()
    return times

def same_weights(a, b, name):
    "Loops that do not end at the same weights did not do the same work: refuse to compare them."
    for p, q in zip(a.parameters(), b.parameters()):
        if not torch.allclose(p, q, rtol=1e-4, atol=1e-5):
            raise SystemExit(f'{name} ends {(p - q).abs().max():.2g} away from the plain loop: the batches or the update differ')

def ratio(a: list, b: list) -> tuple[float, float, float]:
    "Median and quartiles of a/b, paired within rounds."
    low, mid, high = statistics.quantiles([s / t for s, t in zip(a, b)])
    return mid, low, high

def report(times, pairs):
    "Print the ratios of these pairs of loops."
    for a, b in pairs: print('%s / %s: %.3f (quartiles %.3f to %.3f)' % (a, b, *ratio(times[a], times[b])))

def environment(*packages) -> dict:
    "What a time depends on."
    return dict(python=platform.python_version(), threads=torch.get_num_threads(), cores=os.cpu_count(),
                **{p: version(p) for p in ('torch', 'tqdm', *packages)})
