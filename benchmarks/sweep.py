"A grid of runs at once, beside the loop one writes by hand: the same networks, one after the other, with torch's fused AdamW."
import argparse
import copy
import datetime
import itertools
import json
import math
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from readme import put_table
from task import environment, ratio
from torch import nn

import coursekit as ck

STEPS = 60

def spirals():
    "Small steps: 8 learning rates, 4 weight decays, 8 seeds of 2-16-16-2."
    make = lambda: nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2))
    return make, ck.spirals(n=300, bs=32), ck.log_values(1e-3, .1)[:8], [0., .01, .1, 1.], list(range(8))

def digits():
    "Steps with some work in them: 4 learning rates, 4 weight decays, 4 seeds of 64-128-10."
    return lambda: nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10)), ck.digits(n=500, bs=64), ck.log_values(1e-3, .1)[:4], [0., .01, .1, 1.], list(range(4))

def mlp(width, layers=2):
    "As many hidden layers as that, on digits."
    hidden = [m for _ in range(layers - 1) for m in (nn.Linear(width, width), nn.ReLU())]
    return lambda: nn.Sequential(nn.Linear(64, width), nn.ReLU(), *hidden, nn.Linear(width, 10))

def conv(*widths, stride):
    "A 3 x 3 convolution for each width, on random pictures of 28 x 28."
    layers = [m for a, b in zip((1, *widths), widths) for m in (nn.Conv2d(a, b, 3, stride, 1), nn.ReLU())]
    return lambda: copy.deepcopy(nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], 10)))

SIZES = {'64-64-64-10': mlp(64), '64-256-256-10': mlp(256), '64-512-512-10': mlp(512), '20 layers of 64': mlp(64, 20),
         'conv 8-16-32, stride 2': conv(8, 16, 32, stride=2), 'conv 16-32-64, stride 2': conv(16, 32, 64, stride=2),
         'conv 4-8, stride 1': conv(4, 8, stride=1), 'conv 8-16-32, stride 1': conv(8, 16, 32, stride=1)}
GRIDS = {'6 seeds': dict(lr=[.01], seeds=6), '4 seeds x 8 rates': dict(lr=[.001 * 2 ** k for k in range(8)], seeds=4)}

TASKS = {'2-16-16-2': spirals, '64-128-10': digits}

def by_hand(make, data, lr, wd, seed):
    "One run; its last weights."
    with ck.seeded(seed): model = make()
    opt, (x, y), n = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=wd, fused=True), data.train, len(data.train[0])
    step = 0
    for epoch in itertools.count():
        for rows in data.order(epoch, seed).split(data.bs):
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            opt.step()
            opt.zero_grad()
            step += 1
            if step == STEPS: return nn.utils.parameters_to_vector(model.parameters()).detach()

def bound(make, data, members) -> float:
    "Seconds that the products of a step take for one network, were they done at the speed of one large product of the same number of rows (forwards once, backwards twice)."
    shapes = [m.weight.shape for m in make() if isinstance(m, nn.Linear)]
    work = 2 * data.bs * sum(3 * a * b for a, b in shapes)
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    a @ b
    begin = time.perf_counter()
    for _ in range(5): a @ b
    return work / (5 * 2 * 1024 ** 3 / (time.perf_counter() - begin))

def measured(make, data, lrs, wds, seeds, rounds) -> dict:
    "Times per member and step of both, in turns; they must end at the same weights."
    members, cells = len(lrs) * len(wds) * len(seeds), list(itertools.product(lrs, wds, seeds))
    torch.set_num_threads(1)
    together = lambda: ck.sweep(make, data, lrs, wds, seeds, STEPS, every=STEPS, progress=False)
    s, alone = together(), by_hand(make, data, *cells[0])
    gap = ((s.weights[0, 0, 0] - alone).norm() / alone.norm()).item()
    if gap > 1e-4: raise SystemExit(f'the two differ by {gap:.0e}')
    times = dict(coursekit=[], two_threads=[], hand=[], bound=[])
    def clock(name, f, runs):
        begin = time.perf_counter(); f(); times[name].append((time.perf_counter() - begin) / STEPS / runs)
    for r in range(rounds):
        few = [cells[(16 * r + k) % members] for k in range(16)]      # of the many runs by hand
        turns = [('coursekit', together, members), ('hand', lambda: [by_hand(make, data, *c) for c in few], len(few))]
        for turn in turns[::1 if r % 2 else -1]: clock(*turn)
        times['bound'].append(bound(make, data, members))
        torch.set_num_threads(2)
        clock('two_threads', together, members)
        torch.set_num_threads(1)
    return dict(members=members, times=times)

def stacked_or_alone(rounds) -> dict:
    "CPU seconds of a sweep in a stack, and of the same one after the other, in turns; and the megabytes that it takes a network to need."
    torch.set_num_threads(1)
    module, found = sys.modules[ck.sweep.__module__], {}
    before = module._LARGE
    pictures = ck.Data((torch.randn(1000, 1, 28, 28), torch.randint(10, (1000,))), bs=50, classes=list(range(10)))
    for name, make in SIZES.items():
        data = pictures if name.startswith('conv') else ck.digits(n=500, bs=64)
        size, times = module._room(make(), data)[0] / 1e6, {grid: dict(stack=[], alone=[]) for grid in GRIDS}
        for r in range(rounds + 1):
            for grid, kw in GRIDS.items():
                for how, limit in (('stack', math.inf), ('alone', 0)):
                    module._LARGE = limit
                    begin = time.process_time()
                    ck.sweep(make, data, steps=8, every=8, progress=False, **kw)
                    if r: times[grid][how].append(time.process_time() - begin)      # the first is a warm-up
        found[name] = dict(size=size, times=times)
    module._LARGE = before
    return found

def size_table(result) -> str:
    show = lambda t: '{:.1f} ({:.1f} to {:.1f})'.format(*ratio(t['alone'], t['stack']))
    rows = [f'| {name} | {r["size"]:.1f} | ' + ' | '.join(show(r['times'][grid]) for grid in GRIDS) + ' |' for name, r in result['sizes'].items()]
    return '\n'.join([f'| network | MB a network, in training | {" | ".join(f"alone / stack, {g}" for g in GRIDS)} |', '| --- | --- ' + '| --- ' * len(GRIDS) + '|', *rows])

def table(result) -> str:
    at = ', '.join(f'{k} {v}' for k, v in result['environment'].items())
    middle = lambda v: sorted(v)[len(v) // 2] * 1e6
    show = lambda t, a, b: '{:.1f} ({:.1f} to {:.1f})'.format(*ratio(t[a], t[b]))
    rows = [f'| {name} x {r["members"]} | {middle(t["coursekit"]):.1f} | {show(t, "hand", "coursekit")} | {show(t, "hand", "two_threads")} | {show(t, "coursekit", "bound")} |'
            for name, r in result['tasks'].items() for t in [r['times']]]
    return '\n'.join([f'Measured {datetime.date.today()}: {at}.', '',
                      '| networks | coursekit, µs per network and step | hand-written / coursekit | the same with two threads | coursekit / time of the products alone |',
                      '| --- | --- | --- | --- | --- |', *rows])

if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--rounds', type=int, default=9)
    p.add_argument('--json', type=Path)
    args = p.parse_args()
    result = dict(environment=environment(), tasks={name: measured(*task(), args.rounds) for name, task in TASKS.items()},
                  sizes=stacked_or_alone(args.rounds))
    text = table(result) + '\n\n' + size_table(result)
    print(text)
    if args.json: args.json.write_text(json.dumps(result))
    put_table('sweep', text)
