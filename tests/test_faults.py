"Each of the thirty faults can be seen, is the same again for the same seed, and is not taken for another; a healthy run is not taken for a fault."
import ast
import itertools
import re
from functools import lru_cache

import numpy as np
import pytest
import torch
from coursekit.play import faults
from coursekit.play.faults import FAULTS, PICTURES, healthy, observe, shows

SEEDS = 0, 1, 2
ARRAYS = 'train_loss valid_loss train_accuracy valid_accuracy grad_norm weight_norm update_ratio mean std zero dead'.split()


@pytest.fixture(scope='module', autouse=True)
def usual():
    "The healthy runs that everything is measured against, once; on one thread, as for a learner's laptop."
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield [faults._seen(healthy, s, 360) for s in range(1000, 1012)]
    torch.set_num_threads(threads)


def told(f):
    "The pictures that a telltale names: they stand before colons."
    return [p.lower() for label in re.findall(r'([A-Z][a-z -]+):', f.telltale) for p in label.split(' and ')]


def test_there_are_thirty():
    assert len(FAULTS) == len({f.title for f in FAULTS.values()}) == 30
    for name, f in FAULTS.items():
        assert f.name == name and name == name.lower() and ' ' not in name
        assert told(f) and set(told(f)) <= set(PICTURES), 'a telltale names pictures'
        assert f.telltale.count('. ') <= 2 and f.telltale.endswith('.') and f.cure.endswith('.') and not f.title.endswith('.')
        assert f.wrong != f.right and ast.parse(f.wrong) and ast.parse(f.right)


@pytest.mark.parametrize('name', FAULTS)
def test_a_fault_can_be_seen(name):
    found = shows(name, SEEDS)
    assert found and set(found) <= set(PICTURES) and all(found.values())
    assert set(told(FAULTS[name])) <= set(found), 'the telltale names a picture in which nothing shows'


@pytest.mark.parametrize('seeds', [(3, 4, 5), (20, 21, 22), (2001, 2002, 2003)])
def test_a_healthy_run_does_not_show(seeds):
    assert shows(healthy, seeds) == {}


def test_a_healthy_run_trains_well(usual):
    assert all(r['accuracy', 'valid late'] > .93 for r in usual) and np.mean([r['accuracy', 'valid late'] for r in usual]) > .95


def test_no_two_faults_look_the_same():
    "At least three numbers lie apart for all seeds of the one and of the other, by more than 4 standard deviations of either and of healthy runs."
    table = lambda f, seeds=SEEDS: np.nan_to_num([[*faults._seen(f, s, 360).values()] for s in seeds], nan=99., posinf=99., neginf=-99.)
    noise = table(healthy, range(1000, 1012)).std(0, ddof=1)
    def apart(x, y): return int((np.maximum(x.min(0) - y.max(0), y.min(0) - x.max(0)) > np.maximum(4 * np.maximum.reduce([x.std(0), y.std(0), noise]), .02)).sum())
    seen = {k: table(f.make) for k, f in FAULTS.items()}
    alike = {(a, b): n for a, b in itertools.combinations(seen, 2) if (n := apart(seen[a], seen[b])) < 3}
    assert not alike
    assert apart(table(healthy, (3, 4, 5)), table(healthy, (20, 21, 22))) == 0, 'two healthy runs do look the same'


@pytest.mark.parametrize('name', ['healthy', *FAULTS])
def test_the_seed_is_everything(name):
    make = healthy if name == 'healthy' else FAULTS[name].make
    before = torch.random.get_rng_state()
    a, b, c = (observe(make(s), 20) for s in (5, 5, 6))
    assert all(np.array_equal(getattr(a, k), getattr(b, k), equal_nan=True) for k in ARRAYS)
    assert torch.random.get_rng_state().equal(before), 'the global generator has moved'
    assert not np.array_equal(a.train_loss, c.train_loss)


late, start, total = slice(-100, None), slice(0, 5), lambda v: np.linalg.norm(v, axis=1)
ACT1, ACT2, SCORES = 2, 4, 5        # places; layers are linear1, norm1, linear2, norm2, linear3
SAID = {                            # what each telltale says, of the faulty run o and the healthy run h of the same seed
    'no-zero-grad': lambda o, h: total(o.grad_norm)[0] == total(h.grad_norm)[0] and total(o.grad_norm)[39] > 4 * total(h.grad_norm)[39] and (o.weight_norm[-1] > 1000).all(),
    'zero-too-early': lambda o, h: not o.update_ratio.any() and (o.grad_norm > 0).all() and total(o.grad_norm)[late].mean() > .8 * total(o.grad_norm)[start].mean(),
    'no-eval': lambda o, h: (o.valid_accuracy < h.valid_accuracy).all() and o.valid_accuracy[-5:].mean() < o.train_accuracy[-5:].mean() and np.array_equal(o.train_loss, h.train_loss),
    'no-train': lambda o, h: o.train_loss[late].mean() < .02 and all(o.std[late, j].mean() > 2 * h.std[late, j].mean() for j in (ACT1, ACT2)),
    'clip-tiny': lambda o, h: np.allclose(total(o.grad_norm), .01, atol=1e-6) and o.valid_loss[0] > o.valid_loss[5] > o.valid_loss[-1] > 1.5,
    'decays-early': lambda o, h: (o.update_ratio[40:] < 1e-4).all() and abs(o.train_loss[40:60].mean() - o.train_loss[late].mean()) < .2 and total(o.grad_norm)[late].mean() > 1,
    'head-left-out': lambda o, h: not o.update_ratio[:, 4].any() and (o.grad_norm[[20, 100, -1], 4] > 10 * h.grad_norm[[20, 100, -1], 4]).all(),
    'lr-high': lambda o, h: (o.update_ratio[start].mean(0) > .3).all() and o.update_ratio[start, 0].mean() > .8 and max(o.train_loss[:10]) > 4,
    'lr-low': lambda o, h: np.allclose(o.update_ratio[0], h.update_ratio[0] / 100, rtol=.05) and o.valid_loss[0] > o.valid_loss[5] > o.valid_loss[-1] > 1,
    'wd-large': lambda o, h: (o.weight_norm[60] < .1 * o.weight_norm[0]).all() and abs(o.train_loss[late].mean() - np.log(10)) < .02,
    'wd-norm': lambda o, h: (o.weight_norm[60, [1, 3]] < 2).all() and (o.weight_norm[60, [0, 2, 4]] > .7 * h.weight_norm[60, [0, 2, 4]]).all() and (o.std[100, [ACT1, ACT2]] < .2 * h.std[100, [ACT1, ACT2]]).all(),
    'softmax-twice': lambda o, h: np.allclose(o.mean[:, SCORES], .1) and (o.train_loss > 1.46).all() and o.valid_accuracy[-1] > .75,
    'softmax-axis': lambda o, h: abs(o.train_loss[0] - np.log(32)) < .3 and (o.valid_loss > 4).all() and o.valid_accuracy[-1] > .93 and o.train_accuracy[-1] > .9,
    'loss-summed': lambda o, h: np.allclose(o.train_loss[0], 32 * h.train_loss[0], rtol=1e-3) and (o.valid_loss > 500).all() and np.allclose(o.grad_norm[0], 32 * h.grad_norm[0], rtol=1e-3),
    'frozen': lambda o, h: not o.grad_norm[:, 0].any() and not o.update_ratio[:, 0].any() and (o.update_ratio[:, 1:] > 0).all(),
    'detach': lambda o, h: not o.grad_norm[:, :4].any() and (o.grad_norm[:, 4] > 0).all() and np.allclose(o.std[late, 1:5].mean(0), o.std[start, 1:5].mean(0), rtol=.05),
    'dead-relu': lambda o, h: o.dead[start, ACT1].min() > .8 and o.dead[:, ACT1].mean() > .7 and o.weight_norm[0, 1] > 3 * h.weight_norm[0, 1],
    'init-zero': lambda o, h: not o.weight_norm[:, [0, 2]].any() and (o.zero[:, 1:5] == 1).all() and np.allclose(o.train_loss, np.log(10), atol=.1),
    'init-large': lambda o, h: o.train_loss[0] > 5 and (o.weight_norm[0, [0, 2, 4]] > 10 * h.weight_norm[0, [0, 2, 4]]).all() and (o.update_ratio[:, [0, 2]] < h.update_ratio[:, [0, 2]]).mean() > .8,
    'no-activation': lambda o, h: not o.zero[:, ACT1:].any() and np.allclose(o.mean[:, [ACT1, ACT2]], 0, atol=.05) and np.allclose(o.std[:, [ACT1, ACT2]], 1, atol=.2) and o.valid_accuracy[-1] > .9,
    'sigmoid': lambda o, h: np.allclose(o.mean[0, [ACT1, ACT2]], .5, atol=.03) and not o.zero[:, ACT1:].any() and (o.grad_norm[0, [0, 2]] < .5 * h.grad_norm[0, [0, 2]]).all() and o.grad_norm[0, 0] < o.grad_norm[0, 2] < o.grad_norm[0, 4],
    'keep-probability': lambda o, h: o.train_accuracy[-5:].mean() < .85 and o.valid_accuracy[-5:].mean() > .9,
    'not-normalised': lambda o, h: np.allclose(o.mean[:, 0], 5, atol=.5) and np.allclose(o.std[:, 0], 6, atol=.3) and o.std[0, 1] > 4 * h.std[0, 1] and np.allclose(o.std[0, ACT1:], h.std[0, ACT1:], rtol=.02),
    'valid-scale': lambda o, h: (o.valid_loss > 4 * h.valid_loss)[5:].all() and o.valid_loss[-1] > .8 * o.valid_loss[4] and o.valid_accuracy[-5:].mean() < .85 and np.array_equal(o.train_loss, h.train_loss),
    'leaked': lambda o, h: o.valid_loss[-1] < .7 * h.valid_loss[-1] and o.valid_loss[-1] < o.valid_loss[9] < o.valid_loss[4] and o.valid_accuracy[-1] > .975,
    'few-rows': lambda o, h: o.train_loss[80:100].mean() < .1 and (o.valid_loss > 1).all() and (o.train_accuracy - o.valid_accuracy)[5:].min() > .2,
    'shuffled-labels': lambda o, h: (o.valid_accuracy < .17).all() and o.train_accuracy[-1] > o.train_accuracy[0] + .05 and (total(o.grad_norm) > .2).all(),
    'off-by-one': lambda o, h: (o.valid_accuracy[2:] < .03).all() and o.train_accuracy[-1] > .85 and o.valid_loss[-1] > o.valid_loss[4] > o.valid_loss[0],
    'label-noise': lambda o, h: abs(o.train_accuracy[-1] - .5) < .08 and abs(o.valid_accuracy[-1] - .9) < .05 and o.std[late, SCORES].mean() < .5 * h.std[late, SCORES].mean(),
    'unshuffled': lambda o, h: o.train_accuracy.max() < .15 and np.corrcoef(o.train_loss[-40:].reshape(2, 20))[0, 1] > .8 and abs(np.corrcoef(h.train_loss[-40:].reshape(2, 20))[0, 1]) < .7,
}


@lru_cache
def usual_runs(): return [observe(healthy(s)) for s in (40, 41)]


@pytest.mark.parametrize('name', FAULTS)
def test_a_telltale_is_true(name):
    "At a seed that was not looked at when it was written."
    h, other = usual_runs()
    with np.errstate(invalid='ignore'): assert SAID[name](observe(FAULTS[name].make(40)), h)
    assert not SAID[name](other, h), 'a healthy run has it as well'


def test_what_is_logged_is_what_happened():
    "The record agrees with a plain fit, and its update ratio with the weights themselves."
    learn = healthy(3)
    learn.fit(3, progress=False)
    o = observe(healthy(3), 60)
    assert learn.history.losses == o.train_loss.tolist()
    assert [r['valid_loss'] for r in learn.history.rows] == o.valid_loss.tolist() and [r['accuracy'] for r in learn.history.rows] == o.valid_accuracy.tolist()
    fresh = healthy(3)
    before = [p.detach().clone() for p in fresh.model.linear2.parameters()]
    next(run := fresh.steps(1))
    run.close()
    norm = lambda ts: float(torch.cat([t.flatten() for t in ts]).norm())
    moved = norm([p.detach() - q for p, q in zip(fresh.model.linear2.parameters(), before)])
    j = o.layers.index('linear2')
    assert o.weight_norm[0, j] == pytest.approx(norm(before), rel=1e-5) and o.update_ratio[0, j] == pytest.approx(moved / norm(before), rel=1e-3)
    assert np.allclose(o.mean[:, 0], 0, atol=.2) and np.allclose(o.std[:, 0], 1, atol=.2)


def test_activations_are_those_of_the_batch():
    learn, seen = healthy(4), []
    learn.model.act1.register_forward_hook(lambda m, args, out: seen.append(out.detach()))
    o = observe(learn, 20)
    a, j = seen[0], o.places.index('act1')
    assert [o.mean[0, j], o.std[0, j]] == pytest.approx([float(a.mean()), float(a.std(correction=0))], rel=1e-4)
    assert [o.zero[0, j], o.dead[0, j]] == pytest.approx([float((a == 0).float().mean()), float((a == 0).all(0).float().mean())])
    assert sum(len(m._forward_hooks) for m in learn.model.modules()) == 1, 'the hooks are gone, but for our own'


def upwards(seed):
    "Not one of the thirty: it climbs until nothing is finite."
    learn = healthy(seed)
    learn.opt.param_groups[0]['maximize'] = True
    return learn


def test_a_run_that_becomes_nan_is_filled_up():
    o = observe(upwards(0))
    assert len(o.train_loss) == 360 and len(o.step) == len(o.valid_loss) == 18
    assert np.isfinite(o.train_loss[0]) and np.isnan([o.train_loss[-1], o.valid_loss[-1], o.grad_norm[-1, 0], o.mean[-1, 0]]).all()
    assert set(shows(upwards)) == set(PICTURES)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="no fault 'zero-grad'; there are no-zero-grad, "): shows('zero-grad')
    with pytest.raises(ValueError, match='there are no-zero-grad, '): FAULTS['zero-grad']
    with pytest.raises(ValueError, match='seed must be a whole number'): healthy(-1)
    with pytest.raises(ValueError, match='steps must be a whole number'): observe(healthy(0), 1.5)
    with pytest.raises(ValueError, match='steps'): shows('leaked', steps=20)
    learn = healthy(0)
    learn.fit(1, progress=False)
    with pytest.raises(ValueError, match='20 steps already'): observe(learn)
    import coursekit as ck
    with pytest.raises(ValueError, match='from healthy'): observe(ck.Learner(torch.nn.Linear(64, 10), ck.digits(50)))
