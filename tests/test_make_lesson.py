"`make lesson`, in a copy of the repository: a bare lesson is told what it lacks, and a small one gets in."
import json
import os
import shutil
import subprocess
import sys

import pytest
from lab import CHROMIUM, ROOT

TITLE = '''# 98 · Trial

**A lesson that is as small as can be.**

*About 5 minutes. The cells take less than a minute on two cores.*'''
PLAY = '''data = ck.digits(n=100, bs=50)
def net(): return nn.Linear(64, 10)

rates, decays = [1e-3, 2e-3, 5e-3, .01, .02, .05, .1, .2], [0, .01, .02, .05, .1, .2, .5, 1]
ck.watch(ck.Learner(net, data, lr=.01), lr=ck.Slider('learning rate', rates, .01), auto=False, atlas='98',
         wd=ck.Slider('weight decay', decays, 0), run=dict(pause_at=24, pace=100))'''
CLAIM = '''ck.claim('98-size', 'Ten scores of 64 numbers take 650 parameters',
         exact=sum(p.numel() for p in net().parameters()) - 650, tol=.5, unit='parameters', scope='one layer')'''
ASKED = 'Write `second(x)`: the number `x`, and one more.'
SECOND = '''def second(x):
    ...

ck.check(l98.second)(second)'''
MISTAKES = '''

def same(x):
    """This is `x` itself."""
    return x

def nothing(x):
    """This is 0, whatever `x` is."""
    return 0 * x

@slip
def three_times(x):
    """This is one `x` too many."""
    return 3 * x

@slip
def other_sign(x):
    """Which sign should it have?"""
    return -2 * x

def second_solution(x):
    return x + 1

def unasked(x):
    """Nothing was added."""
    return x + 0

def one(x):
    """This is 1, whatever `x` is."""
    return 0 * x + 1

@slip
def one_less(x):
    """You have taken one away."""
    return x - 1

@slip
def two_more(x):
    """You have added one too many."""
    return x + 2'''
SECOND_EXERCISE = '''#| export
second = Exercise('98.second',
    solution=second_solution, cases=first_cases,
    mistakes=[unasked, one, one_less, two_more],
    hints=['Look at `x`.', 'Add.', '`x + 1`'],
    why='Counting begins here.')'''
ANSWERS = '''"Answers to the exercises of lesson 98."

ANSWERS = {
    'first': dict(
        right=[
            lambda x: x + x,
            lambda x: x * 2.,
            lambda x: 2 * x + 0],
        wrong=[lambda x, k=k: k * x + 7 for k in range(10)]),
    'second': dict(
        right=[
            lambda x: 1 + x,
            lambda x: x - -1,
            lambda x: (2 * x + 2) / 2],
        wrong=[lambda x, k=k: k * x + 7 for k in range(10)]),
}
'''


@pytest.fixture(scope='module')
def copy(tmp_path_factory):
    "A copy of what git knows of, and a command in it: its exit status, and what it said."
    folder = tmp_path_factory.mktemp('copy')
    for name in listed():
        if not (ROOT/name).is_file(): continue
        (folder/name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT/name, folder/name)
    subprocess.run(['git', 'init', '-q', folder], check=True)
    subprocess.run(['git', '-C', folder, 'add', '-A'], check=True)
    env = os.environ | dict(PYTHONPATH=str(folder), OMP_NUM_THREADS='1', COURSEKIT_SCREENS='')

    def lesson(*words):
        command = [sys.executable, 'docs/lesson.py', *words]
        got = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return got.returncode, got.stdout
    return folder, lesson


def listed(): return git('ls-files', '-co', '--exclude-standard').splitlines()


def git(*words): return subprocess.run(['git', *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def source(path, name):
    "A cell of a notebook."
    return ''.join(next(c['source'] for c in json.loads(path.read_text('utf-8'))['cells'] if c['id'] == name))


def change(path, **cells):
    "Put these texts into cells of a notebook, id -> text, with _ for -; a new one comes to the end."
    nb = json.loads(path.read_text('utf-8'))
    for name, text in cells.items():
        name = name.replace('_', '-')
        found = next((c for c in nb['cells'] if c['id'] == name), None)
        if not found:
            kind = dict(cell_type='markdown', metadata={}) if text.startswith('Write') else \
                dict(cell_type='code', execution_count=None, outputs=[], metadata={})
            found = kind | dict(id=name)
            nb['cells'].append(found)
        found['source'] = text.splitlines(keepends=True)
    path.write_text(json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + '\n', 'utf-8')


def test_from_a_skeleton_to_a_lesson(copy):
    "Nothing is overwritten; first the lines of its title are missing, then mistakes; and then it is in."
    folder, lesson = copy
    before = git('status', '--short', '--untracked-files=no'), [f for f in listed() if '98' in f]
    code, said = lesson('98', 'trial')
    made, exercises, answers = 'lessons/98_trial.ipynb', 'nbs/exercises/98.ipynb', 'tests/answers/l98.py'
    assert not code and all(f'{f} written' in said for f in (made, exercises, answers)), said
    assert all(f'{f} is there, and stays as it is' in lesson('98', 'trial')[1] for f in (made, exercises, answers))
    code, said = lesson('98', 'other')
    assert code and f'there is a lesson 98 already, {made}: take another number' in said
    for words, says in ((['97'], 'make lesson N=97 NAME='), (['9'], 'two digits'), (['97', 'A b'], 'small letters')):
        code, said = lesson(*words)
        assert code and says in said

    if CHROMIUM: assert 'lessons/img/98.png is missing' in lesson('98', '--no-browser')[1]
    else: shutil.copy(folder/'lessons/img/99.png', folder/'lessons/img/98.png')      # a stand-in
    code, said = lesson('98', '--no-site')
    assert code and 'a line in bold below its title' in said and 'not ready, because of the lists' in said, said
    assert 'how long it takes' in said

    change(folder/made, title=TITLE, play_cell=PLAY, verdict_cell=CLAIM)
    code, said = lesson('98', '--no-site')
    assert code and 'two numerical and two conceptual mistakes at least' in said, said
    assert f'not ready, because of its exercises: complete {exercises}' in said

    first = source(folder/exercises, 'x98-first-ex')
    assert 'mistakes=[]' in first
    first = first.replace('mistakes=[]', 'mistakes=[same, nothing, three_times, other_sign]')
    change(folder/made, x_second_md=ASKED, x_second=SECOND)
    change(folder/exercises, x98_first_code=source(folder/exercises, 'x98-first-code') + MISTAKES,
           x98_first_ex=first, x98_second_ex=SECOND_EXERCISE)
    (folder/answers).write_text(ANSWERS, 'utf-8')
    code, said = lesson('98', '--no-site')
    assert not code and '98_trial is part of the course' in said, said[-6000:]
    told = {'lessons/index.ipynb': '**98 · Trial**', 'README.md': '| 98 | [Trial](lessons/98_trial.ipynb) |', 'docs/claims.md': '98-size'}
    for file, words in told.items(): assert words in (folder/file).read_text('utf-8'), file
    assert (folder/'coursekit/atlases/98.npz').exists() and (folder/'lessons/img/98.png').exists()
    assert (git('status', '--short', '--untracked-files=no'), [f for f in listed() if '98' in f]) == before
