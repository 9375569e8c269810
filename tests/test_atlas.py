"""The recorded runs behind the lessons' sliders: there, small, of the code as it is, and the same when run again.

Training can be chaotic, and another processor rounds in another way. So each recorded run has a horizon:
the step up to which several processors did the same. The tests look up to half of it, because no handful of
processors bounds the next one. `make test-processors` runs them under the settings of docs/roundings.py."""
import random
import re
import sys

import pytest
from coursekit.atlas import TOLERANCE, Atlas, along_steps, atlas_path, picture_gap
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from atlas import MOST, fingerprint, gaps, lessons  # noqa: E402

LESSONS = lessons()
LEAST = 10      # steps: what is shorter says little


def test_each_lesson_has_one():
    "The package has these files and no others, and they are in the wheel."
    assert {p.name[:2] for p in (ROOT/'lessons').glob('[0-9]*.ipynb')} == set(LESSONS)
    assert {p.stem for p in atlas_path('00').parent.iterdir()} == set(LESSONS)


@pytest.mark.parametrize('name', LESSONS)
def test_it_is_of_the_code_as_it_is(name):
    made = Atlas.load(atlas_path(name))
    assert made.about['code'] == fingerprint(LESSONS[name][1]), 'run make atlas'
    assert atlas_path(name).stat().st_size <= MOST
    assert len(made.cells) >= 60 and {'torch', 'seed', 'steps'} <= set(made.about) and re.fullmatch(r'recorded, torch [\w.]+, seed 0', made.said)


@pytest.mark.parametrize('name', LESSONS)
def test_it_knows_its_horizon(name):
    about = Atlas.load(atlas_path(name)).about
    assert len(about['horizon']) == len(Atlas.load(atlas_path(name)).cells)
    assert all(isinstance(h, int) and 0 <= h <= about['steps'] for h in about['horizon'])
    assert len(about['processors']) >= 2, 'one processor is no horizon: run docs/atlas.py --horizons'


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


@pytest.mark.parametrize('name', LESSONS)
def test_enough_of_it_can_be_tested(name):
    "A third of the runs; the others are chaotic from early on, lie beside such a run, or look alike whatever the rate."
    made = Atlas.load(atlas_path(name))
    assert len(telling(made)) >= len(made.cells) / 3


@pytest.mark.parametrize('name', LESSONS)
def test_run_again(name):
    "Two runs, chosen by chance, up to half of their horizons; and in two lessons a run at the next learning rate but one, which is not the same, and is noticed."
    made = Atlas.load(atlas_path(name))
    one, two = random.sample(telling(made), 2)
    lr = made.cells[another_rate(made, one)]['lr']
    looks = [(at, look(made, at), {}) for at in (one, two)]
    wrong = [(one, look(made, one), dict(lr=lr))] if name in ('00', '10') else []
    off = gaps(name, *LESSONS[name], looks + wrong)
    assert max(off[:2]) < TOLERANCE, [(made.cells[at], until, f'{g:.1e}') for (at, until, _), g in zip(looks, off)]
    assert all(g > TOLERANCE for g in off[2:]), (made.cells[one], lr)
