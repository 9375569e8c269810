"A lesson fits an evening: a core of one idea, all else in sections that open by themselves, and folded what is not the idea."
import json
import re
import sys

import pytest
from lab import ROOT

sys.path.insert(0, str(ROOT/'docs'))
from minutes import CHECK, DEEPER, VERDICT, folded  # noqa: E402

WIDE = 78      # columns that JupyterLab shows at 800 pixels
SECTION = re.compile(r'### ')
COLLAPSED = 'jp-MarkdownHeadingCollapsed'


def cells(path) -> list:
    return [c | dict(source=''.join(c['source'])) for c in json.loads(path.read_text('utf-8'))['cells']]


LESSONS = [p for p in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')) if any(c['source'].startswith(DEEPER) for c in cells(p))]


def halves(path) -> tuple[list, list]:
    "The cells of the core, and those from its heading on of what is deeper."
    found = cells(path)
    at = next(i for i, c in enumerate(found) if c['source'].startswith(DEEPER))
    return found[:at], found[at:]


@pytest.fixture(params=LESSONS, ids=lambda p: p.stem[:2])
def lesson(request): return request.param


def test_the_core_is_one_idea(lesson):
    "At most two verdicts, and one exercise."
    core = '\n'.join(c['source'] for c in halves(lesson)[0] if c['cell_type'] == 'code')
    assert len(VERDICT.findall(core)) <= 2
    assert len(CHECK.findall(core)) == 1


def test_what_is_deeper_stands_in_sections(lesson):
    "After the heading and a sentence, every cell belongs to a section, which is collapsed; its heading is a cell of its own."
    _, (first, *rest) = halves(lesson)
    assert not first['metadata'].get(COLLAPSED) and rest and SECTION.match(rest[0]['source'])
    for c in rest:
        heads = [line for line in c['source'].splitlines() if line.startswith('#')] if c['cell_type'] == 'markdown' else []
        if not heads: continue
        assert re.fullmatch(r'####? .+', c['source'].strip()), f'{c["id"]}: a heading stands alone, and none is larger than ###'
        if SECTION.match(c['source']): assert c['metadata'].get(COLLAPSED) is True, f'{c["id"]} is not collapsed'


def test_only_sections_are_collapsed(lesson):
    for c in cells(lesson):
        if c['metadata'].get(COLLAPSED): assert SECTION.match(c['source']), c['id']


def test_folded_code_says_what_it_does(lesson):
    "Its first line is all that is seen of it: a comment of a few words."
    for c in cells(lesson):
        if not folded(c): continue
        assert c['cell_type'] == 'code'
        assert re.match(r'# \S.{3,70}\n', c['source']), f'{c["id"]}: {c["source"][:60]!r}'


def test_open_code_is_seen_whole(lesson):
    for c in cells(lesson):
        if c['cell_type'] != 'code' or folded(c): continue
        wide = [line for line in c['source'].splitlines() if len(line) > WIDE]
        assert not wide, c['id']


@pytest.mark.parametrize('path', sorted((ROOT/'lessons').glob('*.ipynb')), ids=lambda p: p.stem)
def test_no_output_is_hidden(path):
    for c in cells(path): assert 'outputs_hidden' not in c['metadata'].get('jupyter', {}), c['id']
