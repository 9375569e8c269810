"""How far a turn of a knob goes: from moving a slider of `ck.watch` to the value standing in the learner's optimiser.

The run is paused; the slider is moved, and when the learner has the value, one step is asked for. Every function of coursekit that
is called on the way, in whatever thread, is written down until the optimiser has the value. `--calls` prints them."""
import argparse
import sys
import threading
from pathlib import Path

import coursekit as ck
from torch import nn

HERE = Path(ck.__file__).parent
VALUE = .1


def module(code) -> str:
    "'room.module' of a function of coursekit; '' of any other, and of lambdas and comprehensions, which are no calls to a reader."
    path = Path(code.co_filename)
    if HERE not in path.parents or code.co_name.startswith('<'): return ''
    return '.'.join(path.relative_to(HERE).with_suffix('').parts)


def calls_until(arrived, begin) -> list:
    "The functions that are called from `begin()` on, until `arrived()`, as (module, name, thread)."
    calls, done = [], threading.Event()

    def look(frame, event, arg):
        if done.is_set(): return
        if arrived(): done.set()
        elif event == 'call' and (where := module(frame.f_code)):
            calls.append((where, frame.f_code.co_qualname, threading.current_thread().name))

    watching.append(look)
    sys.setprofile(look)
    begin()
    sys.setprofile(None)
    assert done.wait(60), 'the value has not arrived'
    watching.clear()
    return calls


watching = []        # what looks at the calls of the other threads


def walk() -> tuple:
    "The functions on the way to the learner, and from there to its optimiser."
    threading.setprofile(lambda *args: [look(*args) for look in watching])
    learn = ck.Learner(lambda: nn.Linear(2, 2), ck.spirals(100), lr=.01)
    w = ck.watch(learn, lr=ck.lr_slider(.01), wd=ck.wd_slider(), auto=False)
    w.run.advance(3)
    w.run.worker.wait(60)
    to_learner = calls_until(lambda: learn.lr == VALUE, lambda: setattr(w.sliders['lr'], 'value', VALUE))
    w.run.worker.wait(60)
    to_optimiser = calls_until(lambda: learn.opt.param_groups[0]['lr'] == VALUE, w.step)
    threading.setprofile(None)
    w.close()
    return to_learner, to_optimiser


def told(calls) -> str:
    "How long a walk is, in words."
    modules = [where for where, *_ in calls]
    rooms = [m.split('.')[0] for m in modules]
    modules_left, rooms_left = (sum(a != b for a, b in zip(names, names[1:])) for names in (modules, rooms))
    return f'{len(calls)} calls, {len(set(modules))} modules, {modules_left} changes of module, {rooms_left} of room'


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--calls', action='store_true', help='print the calls, one a line')
    args = parser.parse_args()
    to_learner, to_optimiser = walk()
    if args.calls:
        for where, name, thread in to_learner + to_optimiser: print(f'{where:20} {name:45} {thread}')
    print('slider to learner:             ', told(to_learner))
    print('a step asked for, to optimiser:', told(to_optimiser))
    print('together:                      ', told(to_learner + to_optimiser))
