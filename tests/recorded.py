"""Recorded runs held against the same runs done again, as far as they can be.

Training can be chaotic, and another processor rounds in another way. So each recorded run has a horizon:
the step up to which several processors did the same. A run is looked at up to half of it, because no handful of
processors bounds the next one."""
import random
import sys

from coursekit.draw.atlas import TOLERANCE, Atlas, along_steps, atlas_path, picture_gap
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from atlas import gaps, lessons  # noqa: E402

ATLASES = lessons()
LEAST = 10      # steps: what is shorter says little


def look(made, at) -> int:
    """Up to which step a recorded run is held against the same run done again: half of its horizon and its neighbours'.

    A run with nothing but pictures of its end is looked at there, if it is the same to the end; or not at all."""
    steps, horizon = made.about['steps'], made.calm[at]
    if any(along_steps(frames[at]) for frames in made.frames): return horizon // 2
    return steps if horizon == steps else 0


def apart(made, at, other, until) -> float:
    "How far two recorded runs are apart, as `gaps` looks at them."
    ends = until >= made.about['steps']
    views = [frames for frames in made.frames if ends or along_steps(frames[at])]
    return max(picture_gap(frames[at], frames[other], until=until) for frames in views)


def another_rate(made, at) -> int:
    "The same weight decay, or dropout, at the next learning rate but one."
    rates = made.sliders['lr']
    k = rates.index(made.cells[at]['lr'])
    return made.cells.index(made.cells[at] | dict(lr=rates[k + 2 if k + 2 < len(rates) else k - 2]))


def telling(made) -> list[int]:
    "The recorded runs that can fail: one looks at ten steps or more, and would notice another learning rate by then."
    found = []
    for at in range(len(made.cells)):
        until = look(made, at)
        if until >= LEAST and apart(made, at, another_rate(made, at), until) > TOLERANCE: found.append(at)
    return found


def check_again(name, kernel):
    """Two runs, chosen by chance, up to half of their horizons; and in two lessons a run at the next learning rate but one, which is not the same, and is noticed.

    `kernel(code)` is what a piece of code prints where the lesson's widget is."""
    made = Atlas.load(atlas_path(name))
    one, two = random.sample(telling(made), 2)
    lr = made.cells[another_rate(made, one)]['lr']
    looks = [(at, look(made, at), {}) for at in (one, two)]
    wrong = [(one, look(made, one), dict(lr=lr))] if name in ('00', '10') else []
    off = gaps(name, looks + wrong, kernel)
    assert max(off[:2]) < TOLERANCE, [(made.cells[at], until, f'{g:.1e}') for (at, until, _), g in zip(looks, off)]
    assert all(g > TOLERANCE for g in off[2:]), (made.cells[one], lr)
