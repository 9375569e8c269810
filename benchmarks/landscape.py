"A 51 x 51 slice of the loss, beside the package loss-landscapes and a plain loop; all must give the same numbers."
import argparse, copy, json, os, time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from task import environment, ratio

N = 51

def task(width):
    "An MLP on 300 digits, and two directions."
    import coursekit as ck
    with ck.seeded(0): model = nn.Sequential(nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))
    model.eval()
    return model, ck.digits(n=300).train, ck.direction(model, 0), ck.direction(model, 1)

# Each of these evaluates the corner at the model, spanned by d1 and d2: rows along d1, columns along d2.

def coursekit(model, xy, d1, d2):
    "Vectorised over a row of points."
    import coursekit as ck
    return ck.slice_2d(model, xy, d2, d1, xlim=(0, 1), n=N).losses.flip(0)

def loop(model, xy, d1, d2):
    "What one writes by hand: set the weights, measure, repeat."
    import coursekit as ck
    work, start, at = copy.deepcopy(model), ck.flat(model), torch.linspace(0, 1, N)
    with torch.no_grad():
        out = torch.empty(N, N)
        for i, a in enumerate(at):
            for j, b in enumerate(at):
                nn.utils.vector_to_parameters(start + a * d1 + b * d2, work.parameters())
                out[i, j] = F.cross_entropy(work(xy[0]), xy[1])
    return out

def package(model, xy, d1, d2):
    "loss-landscapes 3: a plane through three models. Its last step lies one before the corner, so the corners are moved out."
    import coursekit as ck
    import loss_landscapes
    from loss_landscapes.metrics import Loss
    ends = [copy.deepcopy(model) for _ in range(2)]
    for m, d in zip(ends, (d1, d2)): ck.set_flat(m, ck.flat(model) + d * N / (N - 1))
    with torch.no_grad(): return torch.tensor(loss_landscapes.planar_interpolation(model, *ends, Loss(F.cross_entropy, *xy), steps=N, deepcopy_model=True))

WAYS = dict(coursekit=coursekit, loop=loop, package=package)

if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--rounds', type=int, default=7)
    p.add_argument('--json', type=Path)
    args = p.parse_args()
    torch.set_num_threads(1)
    result = dict(environment=environment('loss-landscapes'), widths={})
    for width in (32, 128):
        given, times = task(width), {k: [] for k in WAYS}
        values = {k: f(*given) for k, f in WAYS.items()}
        for k, v in values.items():
            gap = ((v - values['loop']).abs() / values['loop']).max().item()      # the package adds its steps up, and their rounding
            if gap > 1e-3: raise SystemExit(f'{k} differs from the loop by {gap:.1%}')
        for r in range(args.rounds):
            for k in list(WAYS)[::1 if r % 2 else -1]:
                start = time.perf_counter(); WAYS[k](*given); times[k].append(time.perf_counter() - start)
        result['widths'][width] = times
        for k in ('loop', 'package'):
            mid, low, high = ratio(times[k], times['coursekit'])
            print(f'64-{width}-10: {k} / coursekit {mid:.2f} ({low:.2f} to {high:.2f}); coursekit {sorted(times["coursekit"])[args.rounds // 2]:.2f} s', flush=True)
    if args.json: args.json.write_text(json.dumps(result))
