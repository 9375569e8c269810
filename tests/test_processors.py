"What `make test-processors` counts as a failure and what it only tells, and that a setting under which nothing differs is not counted."
import os

import processors
import pytest
from processors import Result, compared, safely, table
from roundings import OWN, SETTINGS, bits, differing, environment, said


def record(verdict='SUPPORTED', effect=.1, name='05-a', **kw):
    return dict(name=name, verdict=verdict, effect=effect, delta=.02, lesson='05_x') | kw


@pytest.mark.parametrize('here,failed,told', [
    (record(), 0, 0),
    (record(effect=.104), 0, 0),                    # less than a quarter of delta
    (record(effect=.106), 0, 1),
    (record(effect=float('nan')), 0, 1),
    (record('INCONCLUSIVE'), 0, 1),
    (record('REFUTED'), 1, 0)])
def test_only_supported_against_refuted_is_a_failure(here, failed, told):
    found = compared([record(), record('REFUTED')], [here])       # only the lesson's own seeds count, which are the first
    assert tuple(map(len, found)) == (failed, told)


def test_a_claim_that_is_missing_or_new_is_a_failure():
    failed, told = compared([record()], [record(name='05-b')])
    assert len(failed) == 2 and not told and 'make claims' in failed[0] and '05-a: not tested' in failed[1]


def test_a_part_that_cannot_be_run_is_a_failure_and_the_others_go_on():
    def breaks(setting): raise OSError('no such thing')
    result = safely('SSE', 'notebooks', breaks)
    assert result.verdict == 'FAILED' and 'no such thing' in table([result])
    assert Result('SSE', 'x', told=['a']).verdict == 'differs' and Result('SSE', 'x').verdict == 'the same'
    assert Result('SSE', 'x', empty=True).verdict == 'NO TEST'


def test_a_setting_replaces_all_others(monkeypatch):
    monkeypatch.setenv('MKL_CBWR', 'AVX')
    assert 'MKL_CBWR' not in environment(OWN) and environment('compatible')['MKL_CBWR'] == 'COMPATIBLE'
    assert environment('SSE').keys() == environment(OWN).keys() | SETTINGS['SSE'].keys()
    assert os.environ['MKL_CBWR'] == 'AVX'


def test_a_setting_under_which_nothing_differs_is_not_a_test(monkeypatch, capsys):
    "Here one that sets what no library reads."
    monkeypatch.setitem(SETTINGS, 'nothing', dict(COURSEKIT_NOTHING='1'))
    found = differing(['nothing'])
    assert found == {'nothing': []} and 'NOT A TEST' in said(found)
    monkeypatch.setattr('sys.argv', ['processors.py', '--settings', 'nothing'])
    with pytest.raises(SystemExit, match='nothing was tested'): processors.main()


def test_the_probe_sees_a_difference_of_one_bit():
    import torch
    from roundings import digest
    a = torch.rand(9, generator=torch.Generator().manual_seed(0))
    assert digest(a) == digest(a.clone()) != digest(torch.nextafter(a, torch.ones(9)))
    found = bits()
    assert len(found) == len(set(found.values())) == 8      # four operations, forward and backward
