"""How far a turn of a knob goes: from moving a slider of `ck.watch` to the value standing in the learner's optimiser.

The run is paused; the slider is moved and one step asked for. Every function of coursekit that is called on the way, in whatever
thread, is written down until the optimiser has the value. `--calls` prints them."""
import argparse
import sys
import threading
from pathlib import Path

import coursekit as ck
from torch import nn

HERE = Path(ck.__file__).parent


def module(code) -> str:
    "'room.module' of a function of coursekit; '' of any other, and of lambdas and comprehensions, which are no calls to a reader."
    path = Path(code.co_filename)
    if HERE not in path.parents or code.co_name.startswith('<'): return ''
    return '.'.join(path.relative_to(HERE).with_suffix('').parts)


def walk() -> tuple:
    "The functions on the way, as (module, name, thread), and how many of them come before the learner has the value."
    calls, on, arrived, half = [], threading.Event(), threading.Event(), []

    def look(frame, event, arg):
        if not on.is_set(): return
        if learn.lr == .1 and not half: half.append(len(calls))
        if group['lr'] == .1:
            on.clear()
            arrived.set()
        elif event == 'call' and (where := module(frame.f_code)):
            calls.append((where, frame.f_code.co_qualname, threading.current_thread().name))

    threading.setprofile(look)
    learn = ck.Learner(lambda: nn.Linear(2, 2), ck.spirals(100), lr=.01)
    w = ck.watch(learn, lr=ck.lr_slider(.01), wd=ck.wd_slider(), auto=False)
    group = learn.opt.param_groups[0]
    w.run.advance(3)
    w.run.worker.wait(60)
    sys.setprofile(look)
    on.set()
    w.sliders['lr'].value = .1
    w.step()
    sys.setprofile(None)
    assert arrived.wait(60), 'the value has not arrived'
    threading.setprofile(None)
    w.close()
    return calls, half[0]


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
    calls, half = walk()
    if args.calls:
        for where, name, thread in calls: print(f'{where:20} {name:45} {thread}')
    print('slider to learner:  ', told(calls[:half]))
    print('slider to optimiser:', told(calls))
