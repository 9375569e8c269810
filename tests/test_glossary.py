"The glossary: its links lead somewhere, its words stand in the lessons that it names, and it is in order."
import json
import re
import unicodedata

import pytest
from lab import ROOT

ENTRY = re.compile(r'^- (\*\*.+?) \((\d\d(?:, \d\d)*)\): ', re.M)
LINK = re.compile(r'\]\((\w+\.ipynb)(?:#([^)]*))?\)')


def cells(path): return json.loads(path.read_text('utf-8'))['cells']


def source(cell): return ''.join(cell['source'])


def plain(text): return re.sub(r'\s+', ' ', text.replace('*', '').replace('`', '')).casefold()


PARTS = {c['id']: source(c) for c in cells(ROOT/'lessons/glossary.ipynb')}
LESSONS = {p.name[:2]: '\n'.join(map(source, cells(p))) for p in (ROOT/'lessons').glob('[0-9]*.ipynb')}


def forms(head):
    "A word, and what else it is called: `**Weight decay**, wd` are two."
    return [f.strip() for f in plain(head).split(',')]


def order(head):
    "By what an entry is sorted: its letters and digits."
    return re.sub(r'[^a-z0-9 ]', '', unicodedata.normalize('NFKC', forms(head)[0]))


def broken(text, folder):
    "Links to notebooks that are not there, or to headings that they do not have, as JupyterLab calls them."
    found = []
    for name, heading in LINK.findall(text):
        file = folder/name
        there = re.findall(r'^#+ (.+)$', '\n'.join(map(source, cells(file))), re.M) if file.exists() else []
        wanted = not heading or heading in [h.replace(' ', '-') for h in there]
        if not file.exists() or not wanted: found.append((name, heading))
    return found


def absent(text, lessons):
    "The words of these entries that a lesson named for them does not have, under none of their names."
    told = [(forms(head), number) for head, numbers in ENTRY.findall(text) for number in numbers.split(', ')]
    has = lambda number, word: re.search(rf'(?<!\w){re.escape(word)}', plain(lessons.get(number, '')))
    return [(words[0], number) for words, number in told if not any(has(number, w) for w in words)]


def test_links_lead_to_lessons_and_headings(tmp_path):
    assert LINK.search(PARTS['title'])
    assert not broken('\n'.join(PARTS.values()), ROOT/'lessons')
    made = [dict(source='# One\n\n## The notation page')]
    (tmp_path/'a.ipynb').write_text(json.dumps(dict(cells=made)))
    wrong = '[x](a.ipynb) [x](a.ipynb#The-notation-page) [x](a.ipynb#Two) [x](b.ipynb)'
    assert broken(wrong, tmp_path) == [('a.ipynb', 'Two'), ('b.ipynb', '')]


@pytest.mark.parametrize('part', [name for name in PARTS if name != 'title'])
def test_each_word_is_in_its_lesson(part):
    "And every entry says where it is met, in the one form that is looked for."
    lines = [line for line in PARTS[part].splitlines() if line.startswith('- ')]
    assert lines and not [line for line in lines if not ENTRY.match(line)]
    assert not absent(PARTS[part], LESSONS)


def test_a_word_that_is_nowhere_is_noticed():
    text = '- **Weight decay**, wd (05): one.\n- **Ghost** (05, 06): two.'
    assert absent(text, {'05': 'some WD here', '06': 'a *ghost*'}) == [('ghost', '05')]
    assert absent(text, {'05': 'owd, ghost'}) == [('weight decay', '05'), ('ghost', '06')]


@pytest.mark.parametrize('part', [name for name in PARTS if name != 'title'])
def test_entries_are_in_alphabetical_order(part):
    words = [order(head) for head, _ in ENTRY.findall(PARTS[part])]
    assert words and words == sorted(words)
