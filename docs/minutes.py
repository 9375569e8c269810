"""How many minutes a lesson takes: `python docs/minutes.py [05 ...]` counts them in build/site/run, where each lesson lies as it was last run.

200 words a minute: of the prose, of what is printed, of quizzes, questions and labels, and of a folded cell its first line.
12 open lines of code a minute, 3 minutes for each thing with sliders, 6 for an exercise. A learner's clock says how right that is (docs/log.md)."""
import json
import re
import sys
from dataclasses import dataclass
from html import unescape
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUN = ROOT/'build/site/run'
WORDS, LINES, WIDGET, EXERCISE = 200, 12, 3, 6      # words a minute, lines a minute, minutes each
STATE, VIEW = (f'application/vnd.jupyter.widget-{x}+json' for x in ('state', 'view'))
DEEPER = '## Deeper'
STATED = re.compile(r'\*(\d+) minutes, and (\d+) for the exercise\. Deeper, for another evening: (\d+)\.')
CHECK = re.compile(r'^ck\.check\(', re.M)
VERDICT = re.compile(r'\bck\.claim\(')
HELP = re.compile(r'# ck\.hint')
UNSEEN = re.compile(r'<style.*?</style>|<script.*?</script>|(?<=</summary>).*?(?=</details>)|<div class="ck-twin".*?</div>', re.S)
FORMULA = re.compile(r'\$\$.*?\$\$|\$[^$\n]+\$', re.S)
LINK = re.compile(r'\]\([^)]*\)')
MOVES = 'coursekit.live.widgets.Slider'
SAID = 'question', 'label', 'description', 'said'


def words(text: str) -> int:
    "How many there are to read; a formula counts as three, a number alone as none."
    text = FORMULA.sub(' one two three ', LINK.sub(' ', text))
    return len(re.findall(r"[^\W\d_][\w'’\-.]*", text))


def html_words(text: str) -> int:
    "Those of a piece of HTML that are there before anything is opened."
    return words(unescape(re.sub(r'<[^>]*>', ' ', UNSEEN.sub(' ', text))))


def lines(source: str) -> int:
    "Lines of code, without blank ones and comments."
    return sum(bool(line.strip()) and not line.strip().startswith('#') for line in source.splitlines())


def folded(cell) -> bool:
    "Whether its code is."
    return cell['metadata'].get('jupyter', {}).get('source_hidden', False)


@dataclass
class Part:
    "What there is to do in one cell."
    words: int = 0
    lines: int = 0          # of open code
    widgets: int = 0        # things with sliders
    exercises: int = 0
    verdicts: int = 0

    def __add__(self, other):
        return Part(*(a + b for a, b in zip(vars(self).values(), vars(other).values())))

    @property
    def minutes(self) -> float:
        "Without its exercises."
        return self.words / WORDS + self.lines / LINES + self.widgets * WIDGET


def tree(states: dict, top: str) -> list:
    "The states of a widget and of all that it shows."
    found, todo = {}, [top]
    while todo:
        name = todo.pop()
        if name in found or name not in states: continue
        found[name] = states[name]['state']
        todo += [child.removeprefix('IPY_MODEL_') for child in found[name].get('children', [])]
    return list(found.values())


def of_widget(states: dict, top: str) -> Part:
    "Its words, and whether something can be moved in it."
    there = tree(states, top)
    part = Part(widgets=int(any(s.get('_anywidget_id') == MOVES for s in there)))
    for s in there:
        part.words += sum(html_words(s[name]) for name in SAID if isinstance(s.get(name), str))
        if s.get('_model_name') == 'HTMLModel': part.words += html_words(s['value'])
        for item in s.get('items', []):       # of a quiz: the question, what may be answered, and one answer's explanation
            part.words += words(item['question']) + sum(map(words, item['options'])) + words(item['why'][item['right']])
    return part


def of_output(output, states: dict) -> Part:
    "What an output adds."
    if output['output_type'] == 'stream': return Part(words=words(''.join(output['text'])))
    data = output.get('data', {})
    if VIEW in data: return of_widget(states, data[VIEW]['model_id'])
    if 'text/html' in data: return Part(words=html_words(''.join(data['text/html'])))
    if 'image/png' in data: return Part()
    return Part(words=words(''.join(data.get('text/plain', ''))))


def of_cell(cell, states: dict, exercise: bool) -> Part:
    "What a cell adds; of an exercise its task is counted in its six minutes."
    source = ''.join(cell['source'])
    if CHECK.search(source): return Part(exercises=1)
    if exercise or HELP.match(source): return Part()
    if cell['cell_type'] != 'code': return Part(words=html_words(source))
    part = Part(verdicts=len(VERDICT.findall(source)))
    if folded(cell): part.words = words(source.splitlines()[0])
    else: part.lines = lines(source)
    return sum((of_output(o, states) for o in cell.get('outputs', [])), part)


def parts(notebook) -> tuple[list[Part], list[Part]]:
    "Of each cell, in the core and in what is deeper."
    states = notebook['metadata'].get('widgets', {}).get(STATE, {}).get('state', {})
    cells = notebook['cells']
    tasks = [bool(CHECK.search(''.join(c['source']))) for c in cells[1:]] + [False]      # a Markdown cell before a check is its task
    found = [of_cell(c, states, task and c['cell_type'] == 'markdown') for c, task in zip(cells, tasks)]
    heads = [i for i, c in enumerate(cells) if ''.join(c['source']).startswith(DEEPER)]
    at = heads[0] if heads else len(cells)
    return found[:at], found[at:]


@dataclass
class Count:
    "What a lesson comes to."
    core: Part
    deeper: Part
    slider: float       # minutes before the first thing with sliders

    def __str__(self) -> str:
        minutes, exercise, more = self.minutes
        return f'{minutes} minutes, and {exercise} for the exercise. Deeper, for another evening: {more}.'

    @property
    def minutes(self) -> tuple[int, int, int]:
        "Of the core, of its exercise, of what is deeper with its exercises."
        more = self.deeper.minutes + EXERCISE * self.deeper.exercises
        return round(self.core.minutes), EXERCISE * self.core.exercises, round(more)


def count(notebook) -> Count:
    "The minutes of a lesson that has been run."
    core, deeper = parts(notebook)
    before = Part()
    for part in core:
        if part.widgets: break
        before += part
    return Count(sum(core, Part()), sum(deeper, Part()), before.minutes)


def stated(notebook) -> tuple[int, ...] | None:
    "The minutes that a lesson's first cell states."
    found = STATED.search(''.join(notebook['cells'][0]['source']))
    return tuple(map(int, found.groups())) if found else None


def main():
    names = sys.argv[1:] or ['']
    for path in sorted(p for p in RUN.glob('[0-9]*.ipynb') if p.stem.startswith(tuple(names))):
        notebook = json.loads(path.read_text('utf-8'))
        c, said = count(notebook), stated(notebook)
        print(f'{path.stem[:2]}: {c} (first slider at {c.slider:.0f}; core: {c.core}; deeper: {c.deeper})', end='')
        print('' if said == c.minutes else f'; it states {said}')


if __name__ == '__main__': main()
