"""A learner has one owner at a time: each state of a live run x each public call, hammered in a process of its own.

`python tests/test_owner.py running` does the rows of one state and prints a line of JSON for each: what was wrong, or ''."""
import contextlib
import copy
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from functools import cache
from pathlib import Path

import coursekit as ck
import pytest
import torch
from lab import shoot
from torch import nn

STATES = 'running', 'paused', 'ended', 'rerun'
DATA = ck.spirals(n=200)
FOLDER = Path(tempfile.gettempdir())


def net():
    "Dropout and running averages: what a wrong mode would spoil. Two linear layers with a ReLU between, for `rescale`."
    return nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(.3), nn.Linear(16, 2))


def make(): return ck.Learner(net, DATA, lr=.01, seed=2, metrics=[ck.accuracy])


def saved():
    "The path of a checkpoint of such a learner."
    path = FOLDER/f'owner-{os.getpid()}.pt'
    learn = make()
    learn.fit(1, progress=False)
    learn.save(path)
    return path


def save_and_load(learn):
    path = FOLDER/f'look-{os.getpid()}.pt'
    learn.save(path)
    again = make().load(path)
    assert len(again.history.losses) == again.state.step


def by_hand(learn):
    with learn.between_batches():
        learn.model.eval()
        learn.model(DATA.valid[0])
        learn.model.train()


def in_eval_mode(learn):
    with ck.evaluating(learn.model): learn.model(DATA.valid[0])


def curvature(learn):
    product = ck.hessian_product(learn.model, DATA.valid)
    assert product(ck.flat(learn.model)).isfinite().all()


def pull(learn):
    run = learn.steps(2)
    for _ in range(3): next(run)
    run.close()


def explain(learn):
    with contextlib.redirect_stdout(io.StringIO()) as out: learn.explain()
    assert 'fit_start' in out.getvalue()


def scratch(learn):
    with ck.no_trace(learn): pull(learn)


LOOKS = {
    'validate': lambda learn: learn.validate(),
    'predict': lambda learn: learn.predict(DATA.valid[0]),
    'state_dict': lambda learn: learn.state_dict(),
    'save': save_and_load,
    'deepcopy': copy.deepcopy,
    'explain': explain,
    'repr': repr,
    'between_batches': by_hand,
    'evaluating': in_eval_mode,
    'steps_frame': lambda learn: learn.history.steps_frame(),
    'smooth': lambda learn: learn.history.smooth(),
    'flat': lambda learn: ck.flat(learn.model),
    'direction': lambda learn: ck.direction(learn.model),
    'losses_at': lambda learn: ck.losses_at(learn.model, ck.flat(learn.model)[None], DATA.valid),
    'slice_1d': lambda learn: ck.slice_1d(learn.model, DATA.valid, n=5),
    'slice_2d': lambda learn: ck.slice_2d(learn.model, DATA.valid, n=3),
    'hessian_product': curvature,
    'top_eigenvalue': lambda learn: ck.top_eigenvalue(learn.model, DATA.valid, steps=3),
    'rescale': lambda learn: ck.rescale(learn.model, 2.),
    'dissect': lambda learn: ck.dissect(learn.model, DATA.valid[0]),
    'norms': lambda learn: ck.norms(learn),
    'added': lambda learn: learn.added(ck.ClipGrad(1e9)).__enter__() and None,
}
TRAINS = {        # call -> (f, the name that the message has)
    'fit': (lambda learn: learn.fit(1, progress=False), 'fit()'),
    'fit_one_cycle': (lambda learn: learn.fit_one_cycle(1, progress=False), 'fit()'),
    'steps': (pull, 'steps()'),
    'load': (lambda learn: learn.load(saved()), 'load()'),
    'load_state_dict': (lambda learn: learn.load_state_dict(ck.load_file(saved())), 'load()'),
    'freeze_to': (lambda learn: learn.freeze_to(0), 'freeze_to()'),
    'unfreeze': (lambda learn: learn.unfreeze(), 'freeze_to()'),
    'set_flat': (lambda learn: ck.set_flat(learn.model, ck.flat(learn.model) * 2), 'set_flat()'),
    'initialise': (lambda learn: ck.initialise(learn.model, seed=1), 'initialise()'),
    'edit': (lambda learn: ck.edit(learn.model, 'w1[0,1] = 0.5'), 'edit()'),
    'Tape': (lambda learn: ck.Tape(learn).advance(), 'a newer run'),
}
NO_TRACE = {
    'lr_find': (lambda learn: ck.lr_find(learn, steps=30), 'lr_find()'),
    'no_trace': (scratch, 'no_trace()'),
}
CALLS = [*LOOKS, *TRAINS, *NO_TRACE]


def until(what, seconds=60.):
    "Wait for something, not for a time."
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, 'nothing has happened in a minute'
        time.sleep(.002)


def in_state(state, name):
    "A learner and its live run in this state."
    learn = make()
    if state == 'ended':
        run = ck.watch(learn, name=name, run=dict(epochs=5)).run
        run.wait(60)
        assert 'The end' in run.message
        return learn, run
    run = ck.watch(learn, name=name).run
    until(lambda: run.step > 10 or run.error)
    if state == 'paused': run.pause()
    if state == 'rerun':
        before = learn.state.step
        run = ck.watch(learn, name=name).run
        until(lambda: run.step > before + 10 or run.error)
    return learn, run


def goes_on(run):
    before = run.step
    run.start()
    until(lambda: run.step > before or not run.playing)
    assert run.step > before and not run.error, run.message
    run.pause()


def replays(run, state):
    "The log of the run trains a fresh learner to the same bits; a run that did not begin with a fresh one has no such log."
    if state == 'rerun': return
    run.pause()
    ck.replay(run.log(), make())


def look(state, name):
    learn, run = in_state(state, name)
    for _ in range(10):
        LOOKS[name](learn)
        assert run.playing == (state in ('running', 'rerun')) and not run.error and not run.left, run.message
    if state != 'ended': goes_on(run)
    replays(run, state)
    run.stop()


def train(state, name):
    f, called = (TRAINS | NO_TRACE)[name]
    changes = name in TRAINS
    learn, run = in_state(state, name)
    moving, begin = run.playing, run.tape.begin
    f(learn)
    assert not run.playing and not run.error, run.message
    assert not moving or (run.message or '').startswith(f'Paused, because {called}'), run.message
    assert bool(run.left) == changes and (not changes or run.left.startswith(called)), run.left
    if changes:
        before, weights = run.step, ck.flat(learn.model)
        run.start()
        until(lambda: not run.playing)
        assert run.message == run.left and run.step == before and weights.equal(ck.flat(learn.model)), run.message
        learn.fit(1, progress=False)                    # the learner is as usable as before
        with pytest.raises(RuntimeError, match='has had this learner'): run.turn(lr=.02)
        with pytest.raises(RuntimeError, match='has had this learner'): run.log()
        run.scrub(begin + 5)
        assert run.step == begin + 5 and not run.left
    if state != 'ended' or changes: goes_on(run)
    replays(run, state)
    run.stop()


def rows(state):
    torch.set_num_threads(1)
    for name in CALLS:
        try: (look if name in LOOKS else train)(state, name)
        except BaseException: said = traceback.format_exc()
        else: said = ''
        print('row', json.dumps([name, said]), flush=True)


@cache
def done(state) -> dict:
    "The rows of a state, done in a process of their own: one that dies must fail tests, and not end the suite."
    env = os.environ | dict(PYTHONFAULTHANDLER='1', PYTHONPATH=os.pathsep.join(sys.path))
    got = subprocess.run([sys.executable, __file__, state], capture_output=True, text=True, env=env, timeout=600)
    found = dict(json.loads(line[4:]) for line in got.stdout.splitlines() if line.startswith('row '))
    ended = f'the process ended with {got.returncode}: {got.stderr[-2000:]}'
    return {name: found.get(name, ended) for name in CALLS}


@pytest.mark.parametrize('call', CALLS)
@pytest.mark.parametrize('state', STATES)
def test_a_call_beside_a_run(state, call):
    said = done(state)[call]
    assert not said, said


def test_every_call_of_a_learner_has_a_row():
    "A new public method of Learner, or a function that takes a model or a learner, has to be thought about."
    by_itself = {'stop', 'at_last_batch', 'columns', 'freeze'}        # a flag that any thread may set; two questions; `freeze_to` with -1
    methods = {n for n in dir(ck.Learner) if not n.startswith('_')}
    assert {'steps', 'predict', 'save', 'freeze_to', 'explain'} <= methods
    assert methods - by_itself <= {*CALLS}


def test_a_batch_that_takes_long_is_named():
    "Who looks is refused after two seconds, in a sentence."
    go, inside = threading.Event(), threading.Event()

    class Slow(ck.Callback):
        def after_pred(self, learn):
            inside.set()
            go.wait(60)
    learn = make()
    learn.events.add(Slow())
    run = ck.LiveRun(learn, name='slow')
    run.start()
    assert inside.wait(60)
    try:
        with pytest.raises(RuntimeError, match=r"the thread 'coursekit slow' has this model and gave no turn within 2 seconds"): learn.validate()
    finally: go.set()
    assert learn.validate()['valid_loss'] > 0
    run.stop()


class Called(ck.Callback):
    "Calls a function in the middle of the tenth batch."
    def __init__(self, f): self.f = f
    def after_loss(self, learn):
        if learn.state.step == 10: self.f(learn)


def in_thread(f):
    "What is said to another thread that does it."
    said = []

    def do():
        try: f()
        except RuntimeError as e: said.append(str(e))
    t = threading.Thread(target=do)
    t.start()
    t.join()
    return ''.join(said)


def test_two_threads_do_not_train_one_learner():
    learn, said = make(), {}

    def others(learn):
        for name in ('fit', 'steps', 'load', 'lr_find'): said[name] = in_thread(lambda: (TRAINS | NO_TRACE)[name][0](learn))
    learn.fit(5, callbacks=[Called(others)], progress=False)
    for name, text in said.items(): assert 'has to wait: fit() is training this model in another thread' in text, (name, text)
    plain = make()
    plain.fit(5, progress=False)
    assert ck.flat(plain.model).equal(ck.flat(learn.model))


@pytest.mark.parametrize('name', ['fit', 'steps', 'load'])
def test_a_callback_cannot_train_its_learner(name):
    learn = make()
    with pytest.raises(RuntimeError, match='in the middle of a batch of this same learner'):
        learn.fit(5, callbacks=[Called(TRAINS[name][0])], progress=False)
    learn.fit(1, progress=False)


def test_a_callback_may_search_and_freeze():
    learn = make()
    learn.fit(5, callbacks=[Called(NO_TRACE['lr_find'][0]), Called(lambda learn: learn.freeze_to(0))], progress=False)
    plain = make()
    plain.fit(5, progress=False)
    assert ck.flat(plain.model).equal(ck.flat(learn.model))


def test_play_is_pressed_while_fit_trains():
    "The button says why not, and fit is not disturbed."
    learn = make()
    run = ck.LiveRun(learn)
    run.advance(5)
    learn.fit(5, callbacks=[Called(lambda learn: run.start())], progress=False)
    until(lambda: not run.playing)
    assert run.message == run.left and run.step == 5
    plain = make()
    next(steps := plain.steps(1000))
    for _ in range(4): next(steps)
    plain.fit(5, progress=False)
    assert ck.flat(plain.model).equal(ck.flat(learn.model))
    with pytest.raises(RuntimeError, match='fit.. has had this learner since'): next(steps)


def test_the_link_goes_by_the_model():
    "A function that has only a model, or a part of it, or a model around it, finds the run. A learner around it shares the owner."
    learn = make()
    run = ck.LiveRun(learn, name='by model')
    run.start()
    around = nn.Sequential(learn.model, nn.Linear(2, 2))
    ck.Learner(around, DATA).fit(1, progress=False)
    assert run.message.startswith('Paused, because fit()')
    run.scrub(0)
    goes_on(run)
    run.stop()


def test_who_has_the_turn_cannot_wait_for_the_run():
    "In a `between_batches` the run waits for us: asking it to pause first would wait for ever. It is refused; a knob is turned here and now."
    learn = make()
    run = ck.LiveRun(learn)
    run.start()
    until(lambda: run.step > 5)
    with learn.between_batches():
        with pytest.raises(RuntimeError, match='call it outside of between_batches'): learn.fit(1, progress=False)
        run.turn(lr=.02)
        assert run.values['lr'] == .02
    goes_on(run)
    replays(run, '')
    run.stop()


def test_a_run_needs_a_learner_of_its_own():
    learn = make()
    with pytest.raises(ValueError, match='each run needs a learner of its own'): ck.LiveRun(dict(a=learn, b=learn))


def test_two_networks_may_share_what_has_no_weights():
    "And a run may begin anew with the learner that it has."
    act = nn.ReLU()
    two = {name: ck.Learner(lambda: nn.Sequential(nn.Linear(2, 8), act, nn.Linear(8, 2)), DATA) for name in 'ab'}
    run = ck.LiveRun(two)
    run.advance(5)
    assert [t.step for t in run.tapes] == [5, 5] and not run.left
    run.renew(lambda: two)
    run.advance(5)
    assert [t.step for t in run.tapes] == [10, 10] and not run.left
    run.stop()


def test_what_a_run_draws_only_looks():
    "After a renewal that failed, too: a network without dropout where the knob is wanted."
    said = []
    def draw(run):
        try: run.learn.fit(1, progress=False)
        except RuntimeError as e: said.append(str(e))
    run = ck.LiveRun(make(), ['dropout'], draw)
    with pytest.raises(ValueError, match='dropout'): run.renew(lambda: ck.Learner(nn.Linear(2, 2), DATA))
    run.advance(5)
    assert said and all('these only look' in s for s in said) and not run.left
    run.stop()


class Add:
    "A knob that adds to a number: in the model, where a snapshot has it, or beside it."
    def __init__(self, where): self.where = where

    def get(self, learn): return float(learn.model.bias) if self.where == 'model' else getattr(learn, 'extra', 0.)

    def set(self, learn, v):
        if self.where == 'model': learn.model.bias += v
        else: learn.extra = self.get(learn) + v


def biased():
    model = nn.Linear(2, 2)
    model.bias = nn.Parameter(torch.zeros(()), requires_grad=False)
    return model


def test_a_knob_is_applied_once():
    "Winding back and forward does it again from where it was; one that cannot be wound back is refused in a sentence."
    knob = Add('model')
    tape = ck.Tape(ck.Learner(biased, DATA, lr=.1), dict(bias=(knob.get, knob.set)), every=4)
    for _ in range(6): tape.advance()
    tape.turn(bias=1.)
    for _ in range(6): tape.advance()
    assert tape.values['bias'] == 1.
    tape.turn(bias=.5)
    for _ in range(6): tape.advance()
    assert tape.values['bias'] == 1.5
    end = ck.flat(tape.learn.model)
    for step in (6, 8, 12, 3):
        tape.goto(step)
        assert tape.values['bias'] == (0. if step <= 6 else 1.)
        tape.goto(18)
        assert tape.values['bias'] == 1.5 and end.equal(ck.flat(tape.learn.model))
    fork = tape.fork(6, bias=2.)
    assert fork.values['bias'] == 3.          # the parent's turn at this very step, and its own
    fork.advance()
    assert fork.values['bias'] == 3.
    again = ck.replay(tape.log(), ck.Learner(biased, DATA, lr=.1), dict(bias=(knob.get, knob.set)))
    assert end.equal(ck.flat(again.learn.model))

    beside = Add('learner')
    tape = ck.Tape(ck.Learner(net, DATA), dict(extra=(beside.get, beside.set)), every=4)
    for _ in range(6): tape.advance()
    tape.turn(extra=1.)
    tape.advance()
    with pytest.raises(ValueError, match=r"the knob 'extra' cannot be wound back: set\(learn, 0.0\) leaves it at 1.0"): tape.goto(2)


def test_a_loss_that_is_not_finite_is_noticed_though_somebody_looked_first():
    class Look(ck.Callback):
        def batch_end(self, learn): learn.history.smooth()
    learn = ck.Learner(nn.Linear(2, 2), DATA, opt=torch.optim.SGD, lr=1e38)
    with pytest.warns(UserWarning, match='lower lr'): learn.fit(99, callbacks=[Look()], progress=False)


WATCH = """
import coursekit as ck
from torch import nn
net = lambda: nn.Sequential(nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(.2), nn.Linear(32, 10))
learn = ck.Learner(net, ck.digits(n=300), metrics=[ck.accuracy])
w = ck.watch(learn)
w"""


@pytest.mark.screens
def test_cells_beside_a_watched_run(lab):
    "In JupyterLab: what looks leaves it going, what trains pauses it, and the page says why and what to press."
    says = lambda words: lab.page.wait_for_function("words => document.querySelector('.ck-said')?.textContent.includes(words)", arg=words)
    button = lambda name: lab.page.locator('.jupyter-button').filter(has_text=re.compile(f'^{name}$'))
    lab.cells(WATCH).run_all()
    going = lambda: lab.wait_printed('s = w.run.step; import time; time.sleep(.2); print(w.run.step > s)', 'True')
    going()
    assert 'valid_loss' in lab.kernel('print(learn.validate())')
    going()
    assert 'LRFind' in lab.kernel('print(ck.lr_find(learn))')
    says('Paused, because lr_find() has been called on the same learner')
    button('Play').click()
    going()
    lab.kernel('learn.fit(1, progress=False)')
    says('Paused, because fit() has been called on the same learner')
    shoot(lab.page, 'paused-for-fit.png')
    button('Play').click()
    says('fit() has had this learner since step')
    for width, theme in ((1280, 'Light'), (800, 'Dark')):
        lab.page.set_viewport_size(dict(width=width, height=900))
        lab.theme(theme)
        lab.frame()
        shoot(lab.page, f'taken-by-fit-{width}.png')
    button('Start again').click()
    going()
    lab.run_all()                    # the cell again: the newer run has the learner
    going()
    assert lab.kernel('print(len(ck.RUNNING), w.run.left)') == '1'
    assert not lab.errors


if __name__ == '__main__': rows(sys.argv[1])
