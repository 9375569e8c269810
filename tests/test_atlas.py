"""The recorded runs behind the lessons' sliders: there, small, of the code as it is, and with a horizon.

test_lessons does some of them again; `make test-processors` does, too, under the settings of docs/roundings.py."""
import re
from functools import partial

import pytest
from coursekit.draw.atlas import Atlas, atlas_path
from lab import ROOT
from recorded import ATLASES as LESSONS
from recorded import check_again, telling
from atlas import MOST, fingerprint, run      # after recorded, which knows where docs are


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


@pytest.mark.parametrize('name', LESSONS)
def test_enough_of_it_can_be_tested(name):
    "A third of the runs; the others are chaotic from early on, lie beside such a run, or look alike whatever the rate."
    made = Atlas.load(atlas_path(name))
    assert len(telling(made)) >= len(made.cells) / 3


@pytest.mark.processors
@pytest.mark.parametrize('name', LESSONS)
def test_run_again(name):
    "Without a page, for other processors' settings; `make test` does it in the pages of the lessons."
    check_again(name, partial(run, *LESSONS[name]))
