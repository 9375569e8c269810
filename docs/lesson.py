"""Begin a lesson, and bring it into the course.

`python docs/lesson.py 12 convolution` writes what a lesson begins with: itself, its exercises, and answers to them.
`python docs/lesson.py 12` makes all that is derived from lesson 12 and runs all tests of it, and stops at the first
thing that is missing. Nothing that is there is overwritten by the first, and each step can be run again."""
import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

# What a lesson begins with: (id, 'markdown' or 'code', text). NN is its number, TITLE its title, NAME its name.
LESSON = [
    ('title', 'markdown', '''# NN · TITLE

**...**

*About ... minutes. The cells take less than a minute on two cores, without a network connection.* \
Words that are new to you are in the [glossary](glossary.ipynb).

In this lesson you will
- ...'''),
    ('imports', 'code', '''import torch
from torch import nn

import coursekit as ck
from coursekit.exercises import lNN

torch.set_num_threads(1)    # for matrices as small as ours a second thread costs more than it brings'''),
    ('play', 'markdown', '''## Play

1. ...'''),
    ('play-cell', 'code', '''data = ck.digits(n=300, bs=50)
def net(): return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))

learn = ck.Learner(net, data, lr=3e-3, metrics=[ck.accuracy])
ck.watch(learn, lr=ck.lr_slider(3e-3, 1e-4, .1), wd=ck.wd_slider(), folded=['wd'], auto=False, atlas='NN',
         run=dict(pause_at=240, pace=100))'''),
    ('verdict', 'markdown', '''## The verdict'''),
    ('verdict-cell', 'code', '''def accuracy(lr):
    "The accuracy on new digits after twenty epochs, as a function of the seed."
    def of_seed(seed):
        digits = ck.digits(n=300, bs=50, seed=seed)
        learn = ck.Learner(net, digits, lr=lr, seed=seed, metrics=[ck.accuracy])
        return learn.fit(20, progress=False).rows[-1]['accuracy']
    return of_seed

ck.claim('NN-rate', 'A learning rate of 0.01 does better than one of 0.003',
         {'0.01': accuracy(1e-2), '0.003': accuracy(3e-3)},
         delta=.02, unit='accuracy', scope='300 digits, MLP 64-64-10, AdamW, 20 epochs')'''),
    ('exercises', 'markdown', '''## Exercises

Put your code in place of the `...` and run the cell.

### 1. ...

Write `first(x)`: ...'''),
    ('x-first', 'code', '''def first(x):
    ...

ck.check(lNN.first)(first)'''),
    ('x-first-help', 'code', '''# ck.hint(lNN.first)
# ck.solution(lNN.first)'''),
    ('end', 'markdown', '''## What you have seen

- ...

## Where it comes from

- ...'''),
]
EXERCISES = [
    ('xNN-head', 'markdown', '''# lNN

> The exercises of lesson NN.

How exercises are written is told in `nbs/teach/05_exercise.ipynb`. \
What they ask for stands in [the lesson](../../lessons/NN_NAME.ipynb).'''),
    ('xNN-exp', 'code', '#| default_exp exercises.lNN'),
    ('xNN-imports', 'code', '''#| export
import torch

from coursekit.teach.exercise import Exercise, slip'''),
    ('xNN-first', 'markdown', '''## First'''),
    ('xNN-first-code', 'code', '''#| exporti
def first_solution(x):
    return 2 * x

def first_cases(rng):
    yield 1.,
    yield -2.,
    yield torch.rand(1, generator=rng).item(),'''),
    ('xNN-first-ex', 'code', '''#| export
first = Exercise('NN.first',
    solution=first_solution, cases=first_cases,
    mistakes=[],
    hints=['Where to look.', 'How to begin.', 'Nearly all.'],
    why='Why it matters.')'''),
    ('xNN-proof', 'code', '''for seed in range(5):
    proof = first.proof(seed)
    assert all(r['told'] and not r['like'] for r in proof), proof'''),
]
ANSWERS = '''"Answers to the exercises of lesson NN: right ones, and wrong ones that are none of the known mistakes."

ANSWERS = {
    'first': dict(
        right=[],
        wrong=[]),
}
'''


def notebook(cells: list) -> str:
    "A notebook with these cells, as nbdev_clean leaves one."
    made = []
    for name, kind, text in cells:
        cell = dict(cell_type=kind, id=name, metadata={}, source=text.splitlines(keepends=True))
        if kind == 'code': cell |= dict(execution_count=None, outputs=[])
        made.append(dict(sorted(cell.items())))
    kernel = dict(display_name='python3', language='python', name='python3')
    whole = dict(cells=made, metadata=dict(kernelspec=kernel), nbformat=4, nbformat_minor=5)
    return json.dumps(whole, indent=1, ensure_ascii=False) + '\n'


def lesson_of(number: str) -> Path | None:
    "The lesson with this number, if there is one."
    return next((ROOT/'lessons').glob(f'{number}_*.ipynb'), None)


def begin(number: str, name: str):
    "Write what a lesson begins with; a file that is there stays."
    if not re.fullmatch('[a-z][a-z0-9_]*', name):
        sys.exit(f'{name!r} is no name of a lesson: small letters, digits and _, such as batch_size')
    there = lesson_of(number)
    if there and there.stem != f'{number}_{name}':
        sys.exit(f'there is a lesson {number} already, {there.relative_to(ROOT)}: take another number')
    files = {
        f'lessons/{number}_{name}.ipynb': notebook(LESSON),
        f'nbs/exercises/{number}.ipynb': notebook(EXERCISES),
        f'tests/answers/l{number}.py': ANSWERS,
    }
    for file, text in files.items():
        if (ROOT/file).exists():
            print(f'{file} is there, and stays as it is')
            continue
        for word, instead in (('NN', number), ('TITLE', name.replace('_', ' ').capitalize()), ('NAME', name)):
            text = text.replace(word, instead)
        (ROOT/file).write_text(text, 'utf-8')
        print(f'{file} written')
    print(f'Fill them in; `make lesson N={number}` says what is missing.')


class Step(NamedTuple):
    "Something that is made or tested, and what to do where it fails."
    name: str
    remedy: str
    commands: list


def steps(lesson: Path, browser: bool, site: bool) -> list[Step]:
    "All that makes a lesson part of the course, in order."
    number, python, pytest = lesson.stem[:2], [sys.executable], [sys.executable, '-m', 'pytest', '-x', '--tb=short']
    if not browser: pytest.append('--no-browser')
    exercises = f'nbs/exercises/{number}.ipynb'
    lists = [[*python, 'docs/lists.py'], [*python, 'docs/readme.py']]
    library = Step('the library', 'mend the cell of nbs/ that is named above', [
        [BIN/'nbdev_export'],
        [BIN/'nbdev_clean', '--fname', 'nbs/exercises'],
        [BIN/'nbdev_clean', '--fname', lesson],
    ])
    told = Step('the lists', 'mend the first cell of the lesson', lists)
    asked = Step('its exercises', f'complete {exercises}, tests/answers/l{number}.py and the lesson', [
        [BIN/'nbdev_test', '--path', exercises, '--n_workers', '0', '--do_print'],
        [*pytest, 'tests/test_exercises.py', '-k', f'{number}. or there_are_exercises'],
    ])
    runs = Step('its recorded runs', f"mend the cell with atlas='{number}', or the code above it", [
        [*python, 'docs/atlas.py', '--changed', number],
    ])
    claims = Step('its claims', 'mend the lesson; if a delta has changed, say why in docs/log.md', [
        [*python, 'docs/claims.py', number],
        *lists,      # which say how many claims there are
    ])
    picture = Step('its picture', 'mend the cell with the tag `picture`, or with atlas=', [
        [*python, 'docs/pictures.py', number],
    ])
    tests = Step('its tests', 'the test that failed says above what should hold', [
        [*pytest, *(f'tests/test_{name}.py' for name in ('source', 'lists', 'glossary', 'claims'))],
        [*pytest, 'tests/test_atlas.py', 'tests/test_lessons.py',
         '-k', f'[{number}] or each_lesson_has_one or {lesson.stem}'],
    ])
    page = Step('its page', 'mend what the build of the site, or its test, says above', [
        [*pytest, 'tests/test_site.py', '-k', lesson.stem],
    ])
    own = 'coursekit.exercises' in lesson.read_text('utf-8')      # lesson 99 shows its exercise
    return [library, told, *[asked] * own, runs, claims, *[picture] * browser, tests, *[page] * (browser and site)]


def bring(number: str, browser: bool, site: bool):
    "Make and test all that belongs to a lesson, and stop at the first thing that is missing."
    lesson = lesson_of(number)
    if not lesson: sys.exit(f'there is no lesson {number}; this begins one: make lesson N={number} NAME=its_name')
    sys.path.insert(0, str(ROOT/'tests'))
    from lab import CHROMIUM, MISSING      # takes seconds
    browser = browser and bool(CHROMIUM)
    picture = ROOT/f'lessons/img/{number}.png'
    if not browser and not picture.exists():
        why = '' if CHROMIUM else f': {MISSING}'
        sys.exit(f'{picture.relative_to(ROOT)} is missing, and only a browser can take it{why}')
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get('PYTHONPATH')]))      # the library of this checkout
    env = os.environ | dict(PYTHONPATH=path, COURSEKIT_PAGES=number)
    for step in steps(lesson, browser, site):
        print(f'\n{lesson.stem}, {step.name}', flush=True)
        begin = time.perf_counter()
        for command in step.commands:
            if subprocess.call([str(c) for c in command], cwd=ROOT, env=env):
                sys.exit(f'\n{lesson.stem} is not ready, because of {step.name}: {step.remedy}. Then run it again.')
        print(f'{step.name}: {time.perf_counter() - begin:.0f} s', flush=True)
    said = '' if browser else f', but nobody has looked at its page{"" if CHROMIUM else ": " + MISSING}'
    print(f'\n{lesson.stem} is part of the course{said}.')
    print('What no test asks for: words that are new go into lessons/glossary.ipynb, and a line into CHANGELOG.md.')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('number', help='two digits')
    p.add_argument('name', nargs='?', help='of a lesson that is to be begun, such as batch_size')
    p.add_argument('--no-browser', action='store_true', help='leave out the picture and all that needs a page')
    p.add_argument('--no-site', action='store_true',
                   help='leave out its page of the site, whose first build runs every lesson')
    args = p.parse_args()
    if not re.fullmatch('[0-9]{2}', args.number):
        sys.exit(f'{args.number!r} is no number of a lesson: it has two digits, such as 05')
    if args.name: begin(args.number, args.name)
    else: bring(args.number, not args.no_browser, not args.no_site)


if __name__ == '__main__': main()
