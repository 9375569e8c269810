"Every exercise of every lesson is found by itself, and proved: each mistake gets its own answer, and no answer gets a wrong one."
import _thread
import ast
import importlib
import inspect
import json
import pkgutil
import sys
import threading
import time

import pytest
import torch
from answers import ANSWERS
from lab import ROOT

import coursekit as ck
import coursekit.exercises
from coursekit.teach.calls import Caught
from coursekit.teach.judge import judge

LESSONS = {m.name: importlib.import_module(f'coursekit.exercises.{m.name}') for m in pkgutil.iter_modules(coursekit.exercises.__path__)}
EXERCISES = {ex.name: (lesson, name, ex) for lesson, module in LESSONS.items() for name, ex in vars(module).items() if isinstance(ex, ck.Exercise)}
SEEDS = range(3)
torch.optim.SGD([torch.zeros(1)], lr=.1)      # torch imports its compiler with the first optimiser: on a busy machine longer than an answer may take
every = pytest.mark.parametrize('lesson, name, ex', EXERCISES.values(), ids=EXERCISES)


def test_there_are_exercises():
    assert EXERCISES and {lesson for lesson, *_ in EXERCISES.values()} == set(LESSONS)


@every
def test_it_is_whole(lesson, name, ex):
    "Its name is the lesson's and the module's; two numerical and two conceptual mistakes at least; texts that differ; two or three in a lesson."
    assert ex.name == f'{lesson[1:]}.{name}' and ex.why
    assert sum(m.numerical for m in ex.mistakes) >= 2 and sum(not m.numerical for m in ex.mistakes) >= 2
    texts = [*(m.says for m in ex.mistakes), *ex.hints]
    assert len(set(texts)) == len(texts) and len({m.name for m in ex.mistakes}) == len(ex.mistakes)
    assert 2 <= sum(x[0] == lesson for x in EXERCISES.values()) <= 3


@every
def test_each_mistake_is_rejected_with_its_own_hint(lesson, name, ex, record_property):
    wanted = {m.name: m.says for m in ex.mistakes}
    answer = lambda m: m.code() if ex.kind == 'value' else m.code
    made = [{m.name: judge(ex, answer(m), seed) for m in ex.mistakes} for seed in SEEDS]
    told = {k for k, says in wanted.items() if all(not f[k] and f[k].mistake == k and f[k].text[0] == says for f in made)}
    record_property('mutants', (len(told), len(wanted)))
    assert told == set(wanted)
    for seed in SEEDS: assert all(r['told'] and not r['like'] for r in ex.proof(seed))


@every
def test_right_answers_pass(lesson, name, ex):
    right = ANSWERS[lesson][name]['right']
    assert len({inspect.getsource(f) if callable(f) else repr(f) for f in right}) >= 3
    solution = ex.solution() if ex.kind == 'value' and callable(ex.solution) else ex.solution
    for seed in SEEDS:
        for answer in (solution, *right): assert judge(ex, answer, seed), (answer, judge(ex, answer, seed))


@every
def test_unlisted_wrong_answers_get_no_diagnosis(lesson, name, ex):
    "But the smallest example, or what is exactly the matter."
    wrong = ANSWERS[lesson][name]['wrong']
    assert len(wrong) >= 10
    for seed in SEEDS:
        for answer in wrong:
            f = judge(ex, answer, seed)
            where = inspect.getsource(answer) if callable(answer) else answer
            assert not f and f.kind in ('wrong', 'error', 'type') and f.mistake is None, (where, f)
            assert f.rows or f.kind == 'type', (where, f)
            assert not any(m.says in repr(f) for m in ex.mistakes), (where, f)


def imported(lesson):
    "The names that the lesson's own imports bring."
    space, nb = {}, json.loads(next((ROOT/'lessons').glob(f'{lesson[1:]}_*.ipynb')).read_text())
    for cell in nb['cells']:
        if cell['cell_type'] != 'code': continue
        for node in ast.parse(''.join(cell['source'])).body:
            if isinstance(node, (ast.Import, ast.ImportFrom)): exec(ast.unparse(node), space)
    return space


@every
def test_hints_and_solution(lesson, name, ex, monkeypatch):
    monkeypatch.setattr('coursekit.teach.check._hints', {})
    monkeypatch.setattr('coursekit.teach.check._asked', set())
    assert ck.solution(ex).head == 'Hints first?'
    cards = [ck.hint(ex) for _ in range(3)]
    assert [len(c.text) for c in cards] == [2, 3, 4] and all(h in repr(cards[-1]) for h in ex.hints)
    code = ck.solution(ex).rows[0][1]
    if not callable(ex.solution): return
    assert code.startswith((f'def {name}(', f'class {name}', '@', f'{name} =')) and 'solution' not in code
    if ex.kind == 'function':      # what is shown is an answer that passes, with what the lesson has imported
        space = imported(lesson)
        exec(code, space)
        assert judge(ex, space[name])


@every
def test_the_lesson_asks_for_it(lesson, name, ex):
    "A statement that names it with its parameters, and right below it a scaffold with the same, and a check; the scaffold is not an answer."
    cells = json.loads(next((ROOT/'lessons').glob(f'{lesson[1:]}_*.ipynb')).read_text())['cells']
    i = next(i for i, c in enumerate(cells) if f'ck.check({lesson}.{name})' in ''.join(c['source']))
    above, cell = (''.join(c['source']) for c in cells[i - 1:i + 1])
    assert (cells[i - 1]['cell_type'], cells[i]['cell_type']) == ('markdown', 'code')
    if ex.kind != 'value': assert f'`{name}({", ".join(inspect.signature(ex.solution).parameters)})`' in above
    space = {'ck': ck, lesson: LESSONS[lesson], 'torch': torch}
    scaffold, _, checked = cell.partition('ck.check(')
    exec(scaffold, space)
    f = eval('ck.check(' + checked.split('\n')[0], space)
    assert f.kind == 'unanswered'
    if ex.kind == 'function': assert list(inspect.signature(space[name]).parameters) == list(inspect.signature(ex.solution).parameters)


# the engine, with what a notebook of ours cannot test

def twice_solution(x): return 2 * x
def twice_cases(rng): yield torch.tensor([1.]),
TWICE = ck.Exercise('00.twice', twice_solution, twice_cases, hints=('a', 'b', 'c'), seconds=10.)
QUICK = ck.Exercise('00.twice', twice_solution, twice_cases, hints=('a', 'b', 'c'), seconds=.5)

def forever(x):
    while True: x = x + 0

def stubborn(x):
    while True:
        try: x = x + 0
        except: continue

def recursive(x): return recursive(x)
def sleeps(x): time.sleep(3); return 2 * x
def quits(x): sys.exit('bye')
def stops(x): raise KeyboardInterrupt
def wide(x): return torch.zeros(1).expand(10**12)
def keyword_only(*, x): return 2 * x
async def waits(x): return 2 * x
def answering(wait=1.):
    "Whether an answer is still running."
    for t in threading.enumerate():
        if t.name == 'coursekit answer': t.join(wait)
    return [t for t in threading.enumerate() if t.name == 'coursekit answer']

class Rude(Exception):
    def __str__(self): raise RuntimeError
def rude(x): raise Rude
class Model(torch.nn.Module):
    def forward(self, x): return 2 * x


def endless():
    "An answer that never comes to its end, and the event that it has begun."
    begun = threading.Event()
    def answer(x):
        begun.set()
        while True: x = x + 0
    return answer, begun


def test_ctrl_c_ends_the_check_and_its_loop():
    answer, begun = endless()
    def press():
        begun.wait()
        time.sleep(.2)          # by then it goes round
        _thread.interrupt_main()
    threading.Thread(target=press, daemon=True).start()
    f = ck.check(TWICE)(answer)
    assert f.kind == 'interrupt' and 'x = x + 0' in repr(f)
    assert not f and 'could not' not in repr(f)
    assert not answering()


@pytest.mark.parametrize('answer, kind, words', [
    (forever, 'time', 'not done after 0.5 seconds'), (stubborn, 'time', 'loop that never ends'), (recursive, 'error', 'RecursionError'), (quits, 'error', 'SystemExit: bye'), (stops, 'error', 'KeyboardInterrupt'),
    (wide, 'wrong', 'shape (1000000000000,)'), (keyword_only, 'type', 'takes (*, x)'), (waits, 'wrong', 'leave out `async`'), (rude, 'error', 'Rude'), (Model(), 'right', ''), (Model, 'type', 'the class `Model`'),
    (torch.tensor([2.]), 'type', 'A function is asked for'), (TWICE, 'type', 'A function is asked for'), (torch, 'type', 'module'), (float('nan'), 'type', 'nan'), ('2 * x', 'type', '2 * x'), (print, 'wrong', 'is None'),
    (lambda x: x.numpy() * 2, 'right', ''), (lambda x: (2 * x).tolist(), 'right', ''), (lambda x: 2 * x.requires_grad_(), 'right', ''), (lambda x: (2 * x).to_sparse(), 'right', ''), (lambda x: (2 * x).to('meta'), 'wrong', 'cannot be read'),
    (lambda x: 2 * x + torch.rand(1), 'random', 'random'), (lambda x: [1, [2]], 'wrong', ''), (lambda x: {'a': 1}, 'wrong', ''), (lambda x: [...], 'unanswered', ''), (lambda x: (2 * x, 1), 'wrong', ''), (lambda x: 2 * x.int(), 'wrong', 'whole numbers (int32)'),
], ids=lambda v: getattr(v, '__name__', None) or str(v)[:20])
def test_whatever_is_handed_in(answer, kind, words):
    f = ck.check(QUICK if kind == 'time' else TWICE)(answer)      # on a busy machine half a second is little
    assert f.kind == kind and words in repr(f) and f.head in f._repr_html_(), f
    assert not answering() and not isinstance(sys.stdout, Caught)


def test_a_call_stuck_in_c_is_left_behind_and_says_so():
    f = ck.check(QUICK)(sleeps)
    assert f.kind == 'time' and 'could not be ended' in repr(f) and 'time.sleep(3)' in repr(f)
    assert not answering(10)
    while isinstance(sys.stdout, Caught): sys.stdout, sys.stderr = sys.stdout.real, sys.stderr.real
    assert ck.check(TWICE)(twice_solution)


def test_an_answer_does_not_spoil_the_next():
    "Neither inputs nor chance nor dtype are other than they were; what another thread prints is not caught."
    def spoils(x):
        x.zero_(); torch.manual_seed(1); torch.set_default_dtype(torch.float64)
        return x
    state = torch.get_rng_state()
    assert not judge(TWICE, spoils) and judge(TWICE, twice_solution)
    assert (torch.get_rng_state() == state).all() and torch.get_default_dtype() == torch.float32


def test_other_threads_print_as_before(capsys):
    answer, begun = endless()
    def loud():
        begun.wait()
        print('from elsewhere')
    other = threading.Thread(target=loud)
    other.start()
    f = judge(QUICK, answer)
    other.join()
    assert f.kind == 'time' and capsys.readouterr().out == 'from elsewhere\n'
