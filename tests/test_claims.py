"The table of claims: what it says, what it refuses, and that the lessons' claims are in it."
import sys

import pytest
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from claims import TABLE, contradictions, known, moved, row, table  # noqa: E402


def record(verdict='SUPPORTED', **kw):
    return dict(name='05-a', statement='More is | better', kind='paired', verdict=verdict, why='the whole interval lies above delta', effect=.1, low=.05, high=.15,
                delta=.02, unit='accuracy', scope='digits', article='more', date='2026-01-01', versions=dict(torch='2'), lesson='05_x', seeds=[0]) | kw


def test_a_row_counts_the_seed_sets_that_agree():
    text = row([record(), record(), record('INCONCLUSIVE')])
    assert '| 2 of 3 |' in text and 'effect +0.100, 95 % interval +0.050 to +0.150, delta 0.02 accuracy' in text and 'More is \\| better' in text
    assert text.count('|') - text.count('\\|') == 10
    exact = row([record(kind='exact', effect=1e-9, delta=1e-6)])
    assert '1e-09, tolerance 1e-06' in exact and ' of ' not in exact


def test_only_supported_against_refuted_is_a_contradiction():
    assert contradictions([record(), record('INCONCLUSIVE'), record('REFUTED', name='05-b')]) == []
    assert contradictions([record(), record('REFUTED')]) == ['05-a']


@pytest.mark.parametrize('log,ok', [('', False), ('the delta of 05-b is 0.03', False), ('05-a: 0.05, as one point is noise', False), ('the delta of 05-a is 0.03 now, because', True)])
def test_a_delta_moves_only_with_a_line_in_the_log(log, ok):
    assert (moved([record()], [record(delta=.03)], log) == []) == ok
    assert moved([record()], [record(), record(name='05-new', delta=9.)], '') == []


def test_the_table_is_that_of_the_records():
    assert TABLE.read_text() == table(known()), 'run make claims'
    assert contradictions(known()) == []
    for r in known(): assert r['name'].startswith(r['lesson'][:2] + '-'), 'a claim is named after its lesson'
