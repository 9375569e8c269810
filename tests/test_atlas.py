"The recorded runs behind the lessons' sliders: all there, small, of the code as it is, and the same when they are run again."
import random
import re
import sys

import pytest
from coursekit.atlas import Atlas, atlas_path
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from atlas import MOST, fingerprint, gaps, lessons  # noqa: E402

LESSONS = lessons()


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
def test_run_again(name):
    """Two runs, chosen by chance, at rates that are not the largest; their first hundred steps.

    Later steps may part on another processor, where sums are rounded in another order. The tolerance is that of three digits, in which they are kept."""
    made = Atlas.load(atlas_path(name))
    calm = [i for i, c in enumerate(made.cells) if c['lr'] <= sorted(made.sliders['lr'])[len(made.sliders['lr']) // 2]]
    at = random.sample(calm, 2)
    off = gaps(name, *LESSONS[name], at, until=100)
    assert max(off) < 1e-2, [(made.cells[i], f'{g:.1e}') for i, g in zip(at, off)]
