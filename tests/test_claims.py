"The table of claims: what it says, what it refuses, and that the lessons' claims are in it."
import csv
import math
import re
import sys

import nbformat
import pytest
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from claims import (  # noqa: E402
    ARTICLE,
    RECORDED,
    STATEMENTS,
    TABLE,
    article_page,
    contradictions,
    known,
    moved,
    named,
    row,
    strange,
    table,
    unlike,
    written,
)


def record(verdict='SUPPORTED', **kw):
    return dict(name='05-a', statement='More is | better', kind='paired', verdict=verdict, why='the whole interval lies above delta', effect=.1, low=.05, high=.15,
                delta=.02, unit='accuracy', scope='digits', article='more', says='', date='2026-01-01', versions=dict(torch='2'), lesson='05_x', seeds=[0]) | kw


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
    assert TABLE.read_text() == table(known()), 'run docs/claims.py --page'
    assert contradictions(known()) == []
    for r in known(): assert r['name'].startswith(r['lesson'][:2] + '-'), 'a claim is named after its lesson'


def test_the_page_of_the_article_is_that_of_the_records_and_the_lessons():
    assert known() == named(known()) and ARTICLE.read_text('utf-8') == article_page(known()), 'run docs/claims.py --page'
    with STATEMENTS.open(encoding='utf-8', newline='') as f: ids = [r['id'] for r in csv.DictReader(f)]
    assert len(ids) == len({*ids}) == 86 and {s for r in known() for s in r['says'].split()} < {*ids}


def test_each_statement_has_its_verdicts_or_not_yet():
    two = [record(says='S7.1 S10.1', lesson='05_weight_decay'), record('REFUTED', seeds=[1000]),
           record('INCONCLUSIVE', name='05-b', says='S7.1', why='the interval reaches across delta: if the effect is, 8 seeds')]
    page = article_page(two)
    lines = {line.split(' | ')[0][2:]: line for line in page.splitlines() if line.startswith('| S')}
    assert lines['S7.1'].endswith('| 05-a: *More is \\| better*: **SUPPORTED**, the whole interval lies above delta (digits)'
                                  '<br>05-b: *More is \\| better*: **INCONCLUSIVE**, the interval reaches across delta (digits) |')
    assert '(../lessons/05_weight_decay.ipynb)' in lines['S7.1'] and '05-b' not in lines['S10.1'] and '2 of 86' in page
    assert lines['S7.2'].endswith('| not yet: no claim tests it |') and 'REFUTED' not in page
    assert article_page([]).count('not yet') == 86


def test_a_row_names_the_statement():
    assert '| [S7.1](article.md): more |' in row([record(says='S7.1')])
    assert '| [S7.1](article.md) |' in row([record(says='S7.1', article='')])


def test_what_is_written_in_a_lesson(tmp_path):
    code = "%matplotlib inline\n!ls\ndef f(n): return ck.claim(f'12-{n}-x', 'a', says='S7.1', recorded=True)\n" \
           "ck.claim('12-a', 'b', delta=.1, scope=x)\nck.claim(name='12-b', says=x.says)"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell('not ( Python'), nbformat.v4.new_code_cell(code)])
    nbformat.write(nb, tmp_path/'12_x.ipynb')
    assert dict(written(tmp_path/'12_x.ipynb')) == {
        r'12\-.+\-x': dict(says='S7.1', recorded=True), r'12\-a': dict(delta=.1, scope=None),
        r'12\-b': dict(name='12-b', says=None)}


def kept(**kw):
    table = dict(columns=['a', 'b', 'effect'], index=[0, 1, 2], data=[[.9, .8, .1], [.9, .9, 0.], [.7, .5, .2]])
    return record(table=table) | kw


@pytest.mark.parametrize('effect,ok', [(.1, True), (.69, True), (.71, False), (-.49, True), (-.51, False), (math.nan, False)])
def test_what_a_recorded_claim_shows_live_is_not_strange(effect, ok):
    "The recorded effects have the mean 0.1 and the standard deviation 0.1."
    now = record(live=dict(columns=['a', 'b', 'effect'], index=[0], data=[[99., 99., effect]]))
    said = strange(now, kept())
    assert (said == []) == ok and all('at seed 0' in s and 'run docs/claims.py 05' in s for s in said)


def test_of_a_correlation_each_column_is_looked_at():
    pairs = dict(columns=['x', 'y'], index=[0, 0, 1, 1], data=[[0., 1.], [1., 2.], [2., 3.], [3., 2.]])
    def said(*points):
        live = pairs | dict(index=[0] * len(points), data=[*points])
        return strange(record(kind='correlation', live=live), kept(table=pairs))
    assert said([1., 2.], [2., 3.]) == [] and len(said([1., 2.], [2., 30.])) == 1 and len(said([99., 99.])) == 2


def test_a_record_is_that_of_the_table_of_all_claims():
    assert unlike([kept()], [record(), record('REFUTED', seeds=[1000])]) == []
    for odd in (dict(delta=.03), dict(verdict='REFUTED'), dict(effect=.2), dict(name='05-b')):
        assert unlike([kept(**odd)], [record()])
    assert unlike(known(RECORDED), known()) == [], 'run docs/claims.py with the lessons of these claims'


def unmatched(asked, have):
    "Patterns of names that fit none of the names, and names that no pattern fits."
    met = [(a, h) for a in asked for h in have if re.fullmatch(a, h)]
    return [a for a in asked if a not in dict(met)], [h for h in have if h not in {h for _, h in met}]


def test_every_recorded_claim_has_a_record_and_no_other_has():
    asked = [name for p in (ROOT/'lessons').glob('[0-9]*.ipynb') for name, more in written(p) if more.get('recorded')]
    assert unmatched(asked, [r['name'] for r in known(RECORDED)]) == ([], []), 'run docs/claims.py with their lessons'
    assert unmatched(['12-.+-x', '12-a'], ['12-b-x', '12-c']) == (['12-a'], ['12-c'])
