"The loop against a plain one; balance and resume under stop, error and Ctrl-C."
import io
import os
import signal
import threading
import time
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

import coursekit as ck


def net(): return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Dropout(.3), nn.Linear(32, 10))
def new(**kw): return ck.Learner(net, ck.digits(n=300), **(dict(lr=3e-3, seed=1) | kw))
def weights(learn): return [p.detach().clone() for p in learn.model.parameters()]
def same(a, b): return all(x.equal(y) for x, y in zip(a, b))


@pytest.mark.parametrize('opt', [torch.optim.AdamW, torch.optim.SGD, ck.AdamW])
@pytest.mark.parametrize('loader', [False, True])
def test_bit_equal_to_a_plain_loop(opt, loader):
    "Two epochs on digits, the same start, the same batches."
    data = ck.digits()
    with ck.seeded(5): plain = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    learn = ck.Learner(lambda: nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10)),
                       ck.Data(DataLoader(TensorDataset(*data.train), 64, shuffle=True), data.valid) if loader else data,
                       opt=opt, lr=1e-2, wd=.1, seed=5, metrics=[ck.accuracy])
    assert same(plain.parameters(), weights(learn))
    o, losses = opt(plain.parameters(), lr=1e-2, weight_decay=.1), []
    for epoch in range(2):
        for xb, yb in learn.data.batches(epoch, 5):
            loss = F.cross_entropy(plain(xb), yb)
            loss.backward()
            o.step()
            o.zero_grad()
            losses.append(loss.item())
    learn.fit(2, progress=False)
    assert same(plain.parameters(), weights(learn)) and learn.history.losses == losses
    with torch.no_grad(): pred = plain(data.valid[0])
    assert learn.history.rows[-1]['valid_loss'] == F.cross_entropy(pred, data.valid[1]).item()
    assert learn.history.rows[-1]['accuracy'] == (pred.argmax(1) == data.valid[1]).float().mean().item()


class Record(ck.Callback):
    "Writes down every event, and does one thing at one of them."
    def __init__(self, act=None, event='', step=0): self.log, self.act, self.at = [], act, (event, step)
    def seen(self, event, step):
        self.log.append(event)
        if self.act and event == self.at[0] and step >= self.at[1]: self.act()

for _e in ck.EVENTS: setattr(Record, _e, lambda self, learn, _e=_e: self.seen(_e, learn.state.step))


def balanced(log):
    depth = []
    for e in log:
        what, _, end = e.rpartition('_')
        if end == 'start': depth.append(what)
        elif end == 'end': assert depth.pop() == what, log
    return not depth


def test_every_event_is_called_and_balanced():
    r = Record()
    learn = new(callbacks=[r])
    learn.fit(2, progress=False)
    assert set(r.log) == set(ck.EVENTS) and balanced(r.log)
    assert r.log.count('batch_end') == learn.state.step == 10 and r.log.count('valid_end') == 2


@pytest.mark.parametrize('event', [e for e in ck.EVENTS if e != 'fit_end'])
@pytest.mark.parametrize('how', ['error', 'stop', 'interrupt'])
def test_balanced_and_usable_whatever_happens(event, how):
    "At every event: an error in a callback, a stop, Ctrl-C. Ends balance starts, the model is left usable, and training goes on."
    def fail(): raise ZeroDivisionError('mine')
    learn = new()
    outer = Record()
    act = dict(error=fail, stop=lambda: learn.stop('enough'), interrupt=lambda: signal.raise_signal(signal.SIGINT))[how]
    inner = Record(act, event, 3)
    handler = signal.getsignal(signal.SIGINT)
    if event == 'fit_start': inner.at = (event, 0)
    try:
        learn.fit(3, callbacks=[outer, inner], progress=False)
        assert how == 'stop' and learn.history.stopped == 'enough'
    except ZeroDivisionError as e:
        assert how == 'error' and f'in the callback Record, event {event}, step' in '\n'.join(e.__notes__)
    except KeyboardInterrupt: assert how == 'interrupt'
    assert balanced(outer.log) and balanced(inner.log)
    assert not learn.model.training and all(p.grad is None for p in learn.model.parameters())
    assert signal.getsignal(signal.SIGINT) is handler and learn.events.callbacks == []
    assert learn.predict(learn.data.valid[0]).shape == (500, 10)
    learn.fit(1, progress=False)


def test_ctrl_c_at_50_steps():
    "A real signal in the middle of step k, for 50 different k: the step is finished, and going on equals never having stopped."
    whole = new()
    whole.fit(11, progress=False)
    for k in range(50):
        learn = new()
        press = Record(lambda: signal.raise_signal(signal.SIGINT) if learn.state.step == k else None, ('after_pred', 'after_loss', 'after_backward', 'after_step')[k % 4], k)
        with pytest.raises(KeyboardInterrupt, match=f'step {k + 1}'): learn.fit(11, callbacks=[press], progress=False)
        assert balanced(press.log) and learn.state.step == k + 1
        learn.fit(progress=False)
        assert same(weights(whole), weights(learn)) and learn.history.losses == whole.history.losses


def test_ctrl_c_from_outside_at_any_time():
    "A signal that another thread sends at a random moment never leaves half a step."
    whole, rng = new(), np.random.default_rng(0)
    whole.fit(30, progress=False)
    for _ in range(10):
        learn = new()
        timer = threading.Timer(rng.uniform(.002, .08), os.kill, (os.getpid(), signal.SIGINT))
        try:
            timer.start()
            learn.fit(30, progress=False)
            timer.join(); time.sleep(.01)
        except KeyboardInterrupt: pass
        timer.join()
        rest = () if learn.state.step else (30,)          # on a busy machine the signal may come before the first step
        if learn.state.epoch < 30: learn.fit(*rest, progress=False)
        assert same(weights(whole), weights(learn))


def test_a_generator_that_is_dropped_is_closed():
    r = Record()
    learn = new(callbacks=[r])
    for s in learn.steps(2):
        if s.step == 3: break
    assert balanced(r.log) and learn.state.step == 3
    held = learn.steps()
    next(held)
    learn.fit(1, progress=False)          # closes the one that is still held
    assert balanced(r.log)


@pytest.mark.parametrize('stop_at', [1, 5, 7, 10])
def test_resume_from_a_file_is_exact(tmp_path, stop_at):
    whole = new()
    ramp = lambda step, total: step / total
    whole.fit(3, schedule=ramp, progress=False)
    part = new()
    for s in part.steps(3, schedule=ramp):
        if s.step == stop_at: break
    part.save(tmp_path/'x.pt')
    other = new(seed=9).load(tmp_path/'x.pt')
    with pytest.raises(ValueError, match='pass schedule='): other.fit(progress=False)
    other.fit(schedule=ramp, progress=False)
    assert same(weights(whole), weights(other)) and other.history.losses == whole.history.losses and other.history.lrs == whole.history.lrs
    strip = lambda rows: [{k: v for k, v in r.items() if k != 'seconds'} for r in rows]
    assert strip(other.history.rows) == strip(whole.history.rows)


def test_one_knob_shifts_nothing_else():
    "Other random numbers, another dropout, looking in between: batches and masks of a step stay what they are."
    a, b = new(), new()
    for s, t in zip(a.steps(2), b.steps(2)):
        torch.rand(5)
        if s.step == 4: b.validate(); b.predict(b.data.valid[0])
    assert same(weights(a), weights(b))
    state = torch.get_rng_state()
    new().fit(1, progress=False)
    assert state.equal(torch.get_rng_state())


def test_two_learners_in_two_threads_do_not_mix():
    alone = [new(seed=s) for s in (1, 2)]
    for l in alone: l.fit(6, progress=False)
    both = [new(seed=s) for s in (1, 2)]
    threads = [threading.Thread(target=l.fit, args=(6,), kwargs=dict(progress=False)) for l in both]
    n = torch.get_num_threads()
    for t in threads: t.start()
    for t in threads: t.join()
    assert torch.get_num_threads() == n
    assert all(same(weights(x), weights(y)) for x, y in zip(alone, both))


def test_looking_leaves_modes_alone():
    learn = new()
    learn.model[2].eval()
    modes = [m.training for m in learn.model.modules()]
    learn.validate(); learn.predict(learn.data.valid[0])
    assert modes == [m.training for m in learn.model.modules()] and all(p.grad is None for p in learn.model.parameters())


def test_lr_and_wd_reach_every_group():
    model = net()
    opt = torch.optim.SGD([dict(params=model[0].parameters()), dict(params=model[3].parameters())], lr=.3, momentum=.9, weight_decay=.01)
    learn = ck.Learner(model, ck.digits(n=100), opt=opt)
    learn.fit(1, progress=False)
    assert {g['lr'] for g in opt.param_groups} == {.3} and {g['weight_decay'] for g in opt.param_groups} == {.01} and learn.history.lrs[0] == .3
    learn.fit(1, lr=.1, wd=.5, progress=False)
    assert {g['lr'] for g in opt.param_groups} == {.1} and {g['weight_decay'] for g in opt.param_groups} == {.5}


def test_arrays_of_any_kind_train_and_predict():
    X, y = np.random.default_rng(0).normal(size=(60, 3)), ['a', 'b', 'c'] * 20
    for table in (X, pd.DataFrame(X), torch.tensor(X), X.tolist()):
        learn = ck.Learner(lambda: nn.Linear(3, 3), ck.Data.from_arrays(table, y))
        learn.fit(1, progress=False)
        assert learn.predict(table).shape == (60, 3)


def test_nan_loss_stops_with_a_sentence():
    learn = ck.Learner(lambda: nn.Linear(1, 1), ck.curves(), opt=torch.optim.SGD)
    with pytest.warns(UserWarning, match='lower lr'): learn.fit(200, lr=1e6, progress=False)
    assert 'lower lr' in learn.history.stopped and learn.state.step < 100


def test_display_that_fails_never_stops_training():
    class Broken:
        def write(self, s): raise OSError('gone')
        def flush(self): raise OSError('gone')
    learn = new()
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        learn.fit(2, callbacks=[ck.Progress(Broken())], progress=False)
    assert learn.state.epoch == 2 and any('training goes on' in str(x.message) for x in w)
    bars = []      # the lock that all bars share is free again
    thread = threading.Thread(target=lambda: bars.append(tqdm(total=1, file=io.StringIO())), daemon=True)
    thread.start(); thread.join(10)
    assert bars, 'a bar in another thread waits for ever'


def test_progress_shows_losses_and_metrics(capsys, monkeypatch):
    monkeypatch.delenv('COLUMNS', raising=False)       # a narrow terminal cuts the bar off
    new(metrics=[ck.accuracy]).fit(2)
    out = capsys.readouterr().out
    assert 'epoch 2' in out and 'accuracy' in out and '10/10' in out
