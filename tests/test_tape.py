"Runs that are turned, wound and forked: replayed to the bit, and equal to a plain PyTorch loop."
import copy
import json
import math
import threading
import time

import coursekit as ck
import pytest
import torch
import torch.nn.functional as F
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from torch import nn

pytestmark = pytest.mark.usefixtures('one_thread')
DATA = ck.digits(n=120, bs=30)
def net(): return nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Dropout(.2), nn.Linear(16, 10))
def new(**kw): return ck.Learner(net, DATA, **dict(lr=.01, wd=.1, seed=5) | kw)
def weights(tape): return ck.digest(tape.learn.model.state_dict(), *tape.learn.opt.state_dict()['state'].values())


turns = st.one_of(
    st.fixed_dictionaries({'lr': st.sampled_from([0., 1e-3, .003, .02, .1])}),
    st.fixed_dictionaries({'wd': st.sampled_from([0., .01, .5, 2.])}),
    st.fixed_dictionaries({'momentum': st.sampled_from([0., .5, .95])}),
    st.fixed_dictionaries({'beta2': st.sampled_from([.9, .99])}),
    st.fixed_dictionaries({'bs': st.sampled_from([1, 7, 30, 64, 500])}),
    st.fixed_dictionaries({'dropout': st.sampled_from([0., .1, .5, .9])}),
    st.fixed_dictionaries({'noise': st.sampled_from([0., .2, .6])}),
    st.fixed_dictionaries({'lr': st.sampled_from([.005, .05]), 'dropout': st.sampled_from([0., .3])}))
actions = st.lists(st.one_of(
    st.tuples(st.just('play'), st.integers(1, 25)),           # for so many milliseconds
    st.tuples(st.just('step'), st.integers(1, 12)),
    st.tuples(st.just('turn'), turns),
    st.tuples(st.just('wind'), st.floats(0, 1)),              # to this share of the tape
    st.tuples(st.just('fork'), st.tuples(st.floats(0, 1), turns, st.integers(0, 3)))), min_size=3, max_size=9)


def do(run, action):
    "One action, as a person would: while it plays or not."
    what, v = action
    if what == 'play': run.start(); time.sleep(v / 1000)
    if what == 'step': run.advance(v)
    if what == 'turn': run.turn(**v)
    if what == 'wind': run.scrub(round(v * run.end))
    if what == 'fork' and len(run.tapes) < 4:
        of = run.tapes[v[2] % len(run.tapes)]
        try: run.fork(round(v[0] * of.end), of=of, **v[1])
        except ValueError as e: assert 'nothing is turned' in str(e)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions, actions)
@example([('step', 3)], [('turn', dict(lr=.05)), ('wind', 1.), ('turn', dict(lr=.003)), ('step', 3)])      # turned, wound to the same step, and turned again
@example([('step', 3)], [('turn', dict(lr=0.)), ('wind', 0.), ('fork', (0., dict(wd=0.), 0)), ('turn', dict(wd=0.))])      # what a fork has done after its parent, and the parent takes back
@example([('step', 3)], [('step', 5), ('turn', dict(lr=.05)), ('wind', 1.), ('turn', dict(wd=.5)), ('step', 3)])
def test_a_hundred_random_logs(first, second):
    "Two live runs with dropout at once, turned, wound and forked at any moment, while a cell calls torch.rand: every tape replays to the bit, and the cell gets its own numbers."
    torch.manual_seed(1); alone = [torch.rand(3) for _ in range(40)]
    runs = [ck.LiveRun(new(), every=10, memory=1., name='first'), ck.LiveRun(new(seed=6), every=7, name='second')]
    torch.manual_seed(1); drawn = []
    try:
        for a, b in zip([*first, *[('play', 1)] * 9], [*second, *[('play', 1)] * 9]):
            if len(drawn) < 40: drawn += [torch.rand(3) for _ in range(4)]
            do(runs[0], a); do(runs[1], b)
        for run in runs: run.pause()
        assert all(p.equal(q) for p, q in zip(alone, drawn))
        for run, seed in zip(runs, (5, 6)):
            for tape in run.tapes:
                log = json.loads(json.dumps(tape.log()))
                again = ck.replay(log, new(seed=seed))
                assert weights(again) == weights(tape), (tape.name, tape.all_turns())
                assert again.losses == tape.losses[:again.end - again.begin]
    finally:
        for run in runs: run.close()


def plain_loop(turned, steps):
    "The same run as a plain loop: the turns of lr, wd, dropout and batch size are written where they happen."
    with ck.seeded(5): model = net()
    opt = torch.optim.AdamW(model.parameters(), lr=.01, weight_decay=.1, fused=True)
    (x, y), t, epoch, bs = DATA.train, 0, 0, 30
    while True:
        order, row = DATA.order(epoch, 5), 0
        while row < len(order):
            for knob, v in turned.get(t, {}).items():
                if knob == 'bs': bs = v
                if knob == 'dropout': model[2].p = v
                for g in opt.param_groups:
                    if knob == 'lr': g['lr'] = v
                    if knob == 'wd': g['weight_decay'] = v
            rows = order[row:row + bs]; row += bs
            with ck.seeded(5, 'step', t): F.cross_entropy(model(x[rows]), y[rows]).backward()
            opt.step(); opt.zero_grad()
            t += 1
            if t == steps: return model
        epoch += 1


def test_a_turned_run_is_a_plain_loop():
    turned = {3: dict(lr=.1), 10: dict(bs=7, dropout=.6), 31: dict(wd=1.), 40: dict(bs=50, lr=1e-3), 41: dict(dropout=0.)}
    tape = ck.Tape(new())
    while tape.step < 60: tape.turn(**turned.get(tape.step, {})); tape.advance()
    assert all(p.equal(q) for p, q in zip(plain_loop(turned, 60).parameters(), tape.learn.model.parameters()))


def test_a_fork_differs_in_one_thing():
    "The same batches, labels and masks as its parent, before and after: with the knob turned back at once, nothing differs."
    tape = ck.Tape(new())
    for _ in range(20): tape.advance()
    fork = tape.fork(10, lr=.1)
    fork.turn(lr=.01)
    for t in (tape, fork):
        while t.step < 60: t.advance()
    assert weights(tape) == weights(fork)
    assert [str(t) for t in fork.all_turns()] == ['lr 0.01 → 0.1', 'lr 0.1 → 0.01']


def adding():
    "A learner whose model has a number that no step changes, and a knob that adds to it."
    def made():
        model = net()
        model.bias = nn.Parameter(torch.zeros(()), requires_grad=False)
        return model
    def add(learn, v): learn.model.bias += v
    return ck.Learner(made, DATA, lr=.01, wd=.1, seed=5), dict(lr=None, bias=(lambda learn: float(learn.model.bias), add))


def test_a_turn_acts_once():
    "Also of a knob that adds: turned twice at one step, in a fork at its first step, wound back and forward, and replayed."
    learn, knobs = adding()
    tape = ck.Tape(learn, knobs, every=4)
    for _ in range(6): tape.advance()
    tape.turn(bias=1.); tape.turn(bias=.5)
    assert tape.values['bias'] == 1.5
    fork = tape.fork(6, bias=2.)
    assert fork.values['bias'] == 3.5           # what the parent did at this step, then its own
    for t in (tape, fork):
        while t.step < 12: t.advance()
        end, value = weights(t), t.values['bias']
        for step in (6, 2, 9):
            t.goto(step); t.goto(12)
            assert (weights(t), t.values['bias']) == (end, value)
        again = ck.replay(t.log(), *adding())
        assert (weights(again), again.values['bias']) == (end, value)


def test_a_fork_turns_after_its_parent():
    "Where both turn the same knob at one step, the fork has the last word, whether the parent's turn has been done or not."
    tape = ck.Tape(new(), every=4)
    for _ in range(12):
        if tape.step == 8: tape.turn(lr=.1)
        tape.advance()
    fork = tape.fork(4, wd=1.)
    while fork.step < 10: fork.advance()
    fork.goto(8)
    fork.turn(lr=.5)
    fork.advance()
    assert fork.values == fork.values | dict(lr=.5, wd=1.) and [str(t) for t in fork.all_turns()] == ['wd 0.1 → 1', 'lr 0.01 → 0.1', 'lr 0.1 → 0.5']
    end = weights(fork)
    fork.goto(2); fork.goto(9)
    assert weights(fork) == end == weights(ck.replay(fork.log(), new()))


@pytest.mark.parametrize('what', ['scheduler', 'accumulate', 'batchnorm', 'groups', 'loader', 'plateau'])
def test_winding_back_restores_everything(what):
    "Also a torch scheduler, gradients that are being collected, running statistics, groups with rates of their own, a DataLoader."
    from torch.utils.data import DataLoader, TensorDataset
    def made():
        if what == 'batchnorm': return ck.Learner(lambda: nn.Sequential(nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10)), DATA, lr=.01)
        if what == 'accumulate': return new(callbacks=[ck.Accumulate(3)])
        if what == 'groups': return new(groups=lambda m: [m[0], m[3]], lr=[.001, .01])
        if what == 'loader': return ck.Learner(net, ck.Data(DataLoader(TensorDataset(*DATA.train), batch_size=30, shuffle=True), DATA.valid), lr=.01, seed=5)
        return new()
    def tape_of(learn):
        plan = {'scheduler': lambda: torch.optim.lr_scheduler.StepLR(learn.opt, 7, .5), 'plateau': lambda: torch.optim.lr_scheduler.ReduceLROnPlateau(learn.opt, patience=0, factor=.5)}.get(what, lambda: None)()
        return ck.Tape(learn, every=9, schedule=plan)
    straight, wound = tape_of(made()), tape_of(made())
    while straight.step < 40: straight.advance()
    while wound.step < 31: wound.advance()
    wound.goto(17); wound.goto(23); wound.goto(2)
    while wound.step < 40: wound.advance()
    assert weights(straight) == weights(wound)
    assert straight.learn.history.losses == wound.learn.history.losses and straight.losses == wound.losses
    same = lambda rows: [{k: v for k, v in r.items() if k != 'seconds'} for r in rows]
    assert same(straight.learn.history.rows) == same(wound.learn.history.rows) == same(wound.rows) and straight.learn.history.lrs == wound.learn.history.lrs
    if what != 'loader':
        other = wound.fork(20, wd=.5)
        while other.step < 40: other.advance()
        assert other.losses[:20] == wound.losses[:20] and other.losses[25] != wound.losses[25]


def test_what_is_recorded_follows_a_cut():
    "After a turn in the past the record is that of the new run, epochs included, in fork and parent."
    tape = ck.Tape(new(), every=5)
    for _ in range(30): tape.advance()
    fork = tape.fork(12, wd=1.)
    while fork.step < 30: fork.advance()
    tape.goto(7); tape.turn(lr=.05)
    assert (tape.end, fork.end) == (7, 7)
    for t in (tape, fork):
        while t.step < 30: t.advance()
    clean = ck.Tape(new())
    while clean.step < 30: clean.turn(**{7: dict(lr=.05)}.get(clean.step, {})); clean.advance()
    assert clean.losses == tape.losses and weights(clean) == weights(tape)
    assert [t.step for t in fork.all_turns()] == [7, 12] and fork.losses[:12] == tape.losses[:12]
    assert [r['step'] for r in tape.rows] == [4 * (i + 1) for i in range(len(tape.rows))]
    assert all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(tape.smooth, tape.learn.history.smooth()))


def test_a_learner_that_cannot_be_copied_says_so():
    class Holds(ck.Callback):
        def __init__(self): self.lock = threading.Lock()
        def batch_end(self, learn): pass
    tape = ck.Tape(new(callbacks=[Holds()]))
    tape.advance()
    with pytest.raises(TypeError, match='cannot be forked'): tape.fork(wd=1.)
    tape.advance()


def test_replay_with_a_wrong_loss_is_refused():
    tape = ck.Tape(new())
    for _ in range(5): tape.advance()
    with pytest.raises(ValueError, match='ended with other weights'): ck.replay(tape.log(), new(loss=lambda p, y: 2 * F.cross_entropy(p, y)))
    with pytest.raises(ValueError, match='damaged'): ck.read_log({**copy.deepcopy(tape.log()), 'steps': -1})
    with pytest.raises(FileNotFoundError, match='no log'): ck.read_log('nowhere.json')


@pytest.mark.parametrize('where', range(20))
def test_damaged_logs(where, tmp_path):
    "A log cut or scribbled over anywhere is refused with a sentence, or is unharmed in what counts."
    tape = ck.Tape(new())
    for _ in range(5): tape.advance()
    tape.turn(lr=.1); tape.advance()
    tape.log(path := tmp_path/'run.json')
    text = path.read_text()
    at = len(text) * where // 20
    for broken in (text[:at], text[:at] + '\x00' + text[at + 1:], text[:at] + '9' + text[at + 1:]):
        path.write_text(broken)
        try: ck.replay(path, new())
        except ValueError as e: assert len(str(e)) > 30


class Game:
    "Two networks that play against each other: a forger learns to make points that a judge takes for those of a ring."
    def __init__(self, seed=0):
        self.seed, self.count, self.noise = seed, 0, .1
        with ck.seeded(seed):
            self.forger, self.judge = (nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, n)) for n in (2, 1))
        self.makes = torch.optim.Adam(self.forger.parameters(), lr=.01)
        self.judges = torch.optim.SGD(self.judge.parameters(), lr=.1, momentum=.9)
        self.knobs = dict(noise=(lambda game: game.noise, lambda game, v: setattr(game, 'noise', v)),
                          judge_lr=ck.Knob(lambda game: game.judges.param_groups[0]['lr'], lambda game, v: game.judges.param_groups[0].update(lr=v)))

    def parts(self): return dict(forger=self.forger, judge=self.judge, makes=self.makes, judges=self.judges)

    def steps(self, epochs=None, schedule=None):
        while True:
            with ck.seeded(self.seed, 'step', self.count):
                angle, noise = torch.rand(32, 1) * 2 * math.pi, self.noise * torch.randn(32, 2)
                real, forged = torch.cat([angle.cos(), angle.sin()], 1) + noise, self.forger(torch.randn(32, 2))
            right = F.softplus(-self.judge(real)).mean() + F.softplus(self.judge(forged.detach())).mean()
            self.judges.zero_grad(); right.backward(); self.judges.step()
            fooled = F.softplus(-self.judge(forged)).mean()
            self.makes.zero_grad(); fooled.backward(); self.makes.step()
            self.count += 1
            yield fooled

    def state_dict(self): return dict(count=self.count, **{k: v.state_dict() for k, v in self.parts().items()})

    def load_state_dict(self, d):
        self.count = d['count']
        for k, v in self.parts().items(): v.load_state_dict(d[k])


def whole_state(game): return ck.digest(*(v.state_dict() for v in (game.forger, game.judge)), *game.makes.state_dict()['state'].values(), *game.judges.state_dict()['state'].values())


def test_a_tape_drives_two_models_with_two_optimisers(tmp_path):
    "Turned, wound, forked, and replayed from a file to the bit; what it drives offers steps, its state and knobs, and no more."
    tape = ck.Tape(Game(), every=10)
    for _ in range(30):
        if tape.step == 12: tape.turn(judge_lr=.02)
        if tape.step == 20: tape.turn(noise=.5, judge_lr=.05)
        assert tape.advance()
    end = whole_state(tape.learn)
    assert (tape.step, tape.end, len(tape.losses), tape.values) == (30, 30, 30, dict(noise=.5, judge_lr=.05))
    for step in (0, 12, 15, 29):
        tape.goto(step)
        assert tape.step == step and tape.values['noise'] == (.1 if step <= 20 else .5)
        tape.goto(30)
        assert whole_state(tape.learn) == end
    fork = tape.fork(15, noise=1.)
    while fork.step < 30: fork.advance()
    assert [str(t) for t in fork.all_turns()] == ['judge_lr 0.1 → 0.02', 'noise 0.1 → 1', 'judge_lr 0.02 → 0.05']
    assert fork.losses[:15] == tape.losses[:15] and fork.losses[16] != tape.losses[16] and whole_state(tape.learn) == end
    for t in (tape, fork):
        t.log(tmp_path/'run.json')
        again = ck.replay(tmp_path/'run.json', Game())
        assert again.losses == t.losses and whole_state(again.learn) == whole_state(t.learn)
    with pytest.raises(ValueError, match='first weights are not'): ck.replay(tmp_path/'run.json', Game(seed=1))
    with pytest.raises(ValueError, match="no knob 'lr'; there are noise, judge_lr"): tape.turn(lr=.1)
    with pytest.raises(ValueError, match="no knob 'lr'; there are noise, judge_lr"): ck.Tape(Game(), 'lr')


def test_a_live_run_drives_two_models_with_two_optimisers():
    "In its thread, with pauses, a fork and a cut; the log makes a fresh game the same."
    run = ck.LiveRun(Game(), ['judge_lr', 'noise'], every=10, pause_at=40)
    try:
        run.start()
        run.turn(judge_lr=.03)
        assert run.wait(60) and (run.step, run.playing) == (40, False)
        run.scrub(25); run.turn(noise=.3)
        fork = run.fork(10, judge_lr=.2)
        run.start()
        assert run.wait(60) and (run.step, fork.step) == (40, 40) and run.values == dict(judge_lr=.03, noise=.3)
        for t in run.tapes: assert whole_state(ck.replay(t.log(), Game()).learn) == whole_state(t.learn)
        newer = ck.Tape(run.learn)
        run.start()
        assert run.wait(60) and 'a newer run has had this learner' in run.message and newer.step == 0
    finally: run.close()
