"Every update rule against torch's, step for step; and a rule that is written in one cell, everywhere."
import copy

import pytest
import torch

import coursekit as ck
from coursekit import SGD, Adam, AdamW, RMSprop, RuleOptimizer, adam, init_state, momentum, rmsprop, sgd, with_decay, with_l2

O = torch.optim
PAIRS = [
    (SGD, O.SGD, dict(lr=.1)),
    (SGD, O.SGD, dict(lr=.1, weight_decay=.1)),
    (SGD, O.SGD, dict(lr=.1, momentum=.9, weight_decay=.01)),
    (RMSprop, O.RMSprop, dict(lr=.01)),
    (RMSprop, O.RMSprop, dict(lr=.01, alpha=.9, eps=1e-6, weight_decay=.1)),
    (Adam, O.Adam, dict(lr=.01)),
    (Adam, O.Adam, dict(lr=.01, betas=(.5, .9), eps=1e-6, weight_decay=.1)),
    (Adam, O.Adam, dict(lr=.01, betas=(0., .99))),
    (AdamW, O.AdamW, dict(lr=.01)),
    (AdamW, O.AdamW, dict(lr=.01, weight_decay=1.)),
]


def run(make, dtype, steps=50):
    gen = torch.Generator().manual_seed(0)
    ps = [torch.nn.Parameter(torch.randn(s, generator=gen, dtype=dtype)) for s in ((7, 3), (5,), ())]
    opt = make(ps)
    for t in range(steps):
        for p in ps: p.grad = torch.randn(p.shape, generator=gen, dtype=dtype) * 10 ** (t % 5 - 3)
        opt.step()
    return [p.detach() for p in ps]


@pytest.mark.parametrize('ours, theirs, hyper', PAIRS, ids=lambda v: str(v) if isinstance(v, dict) else v.__name__)
@pytest.mark.parametrize('dtype, tol', [(torch.float64, dict(rtol=0, atol=1e-10)), (torch.float32, dict(rtol=1e-5, atol=1e-6))], ids=['float64', 'float32'])
def test_equals_torch(ours, theirs, hyper, dtype, tol):
    for a, b in zip(run(lambda p: ours(p, **hyper), dtype), run(lambda p: theirs(p, **hyper), dtype)):
        torch.testing.assert_close(a, b, **tol)


def test_decoupled_adam_is_adamw():
    a = run(lambda p: Adam(p, .01, weight_decay=.3, decoupled=True), torch.float64)
    for x, y in zip(a, run(lambda p: O.AdamW(p, .01, weight_decay=.3), torch.float64)): torch.testing.assert_close(x, y, rtol=0, atol=1e-10)


def test_sgd_decay_is_l2_and_adam_decay_is_not():
    gap = lambda make: max((x - y).abs().max() for x, y in zip(*(run(lambda p: make(p, d), torch.float64) for d in (True, False))))
    assert gap(lambda p, d: SGD(p, .1, weight_decay=.1, decoupled=d)) < 1e-12
    assert gap(lambda p, d: Adam(p, .1, weight_decay=.1, decoupled=d)) > .01


def test_parameter_groups_and_state_dict():
    "Groups keep their own lr, parameters without a gradient stay, and a saved optimiser goes on just the same."
    def make():
        torch.manual_seed(0)
        a, b, c = (torch.nn.Parameter(torch.randn(3, dtype=torch.float64)) for _ in range(3))
        return (a, b, c), Adam([dict(params=[a], lr=.1), dict(params=[b, c])], lr=.01)
    def step(ps, opt):
        for p in ps[:2]: p.grad = p.detach() ** 2
        opt.step()
    ps, opt = make()
    c = ps[2].clone()
    step(ps, opt)
    saved = opt.state_dict()
    qs, other = make()
    with torch.no_grad():
        for q, p in zip(qs, ps): q.copy_(p)
    other.load_state_dict(saved)
    step(ps, opt); step(qs, other)
    assert all(p.equal(q) for p, q in zip(ps, qs)) and ps[2].equal(c)
    assert [g['lr'] for g in opt.param_groups] == [.1, .01]


@pytest.mark.parametrize('rule', [sgd, momentum, rmsprop, adam], ids=lambda r: r.__name__)
@pytest.mark.parametrize('wrap', [with_l2, with_decay], ids=lambda r: r.__name__)
def test_a_rule_is_pure_and_takes_tensors(rule, wrap):
    "Nothing changes in place; a stack with a tensor of hyper-parameters equals one run for each."
    rule, p, g = wrap(rule), torch.randn(3, 4, dtype=torch.float64), torch.randn(3, 4, dtype=torch.float64)
    s, before = init_state(rule, p), p.clone()
    h = dict(momentum=.9, alpha=.9, betas=(.9, .99), eps=1e-8)
    lr, wd = torch.tensor([.1, .2, .3], dtype=torch.float64)[:, None], torch.tensor([0., .1, 1.], dtype=torch.float64)[:, None]
    new, _ = rule(p, g, s, h | dict(lr=lr, weight_decay=wd))
    assert p.equal(before) and all((v == 0).all() for v in s.values())
    for i in range(3):
        alone, _ = rule(p[i], g[i], init_state(rule, p[i]), h | dict(lr=lr[i].item(), weight_decay=wd[i].item()))
        torch.testing.assert_close(new[i], alone, rtol=0, atol=1e-12)


def test_closure_and_learning():
    "A rule of your own trains a network through the wrapper."
    x = torch.linspace(-1, 1, 20)[:, None]
    model = torch.nn.Linear(1, 1)
    opt = RuleOptimizer(model.parameters(), sgd, lr=.5, weight_decay=0.)
    def closure():
        opt.zero_grad()
        loss = ((model(x) - 3 * x - 1) ** 2).mean()
        loss.backward()
        return loss
    for _ in range(100): loss = opt.step(closure)
    assert loss < 1e-3


CELL = '''
@ck.rule(m=ck.zeros, betas=(0, 1))
def lion(p, g, m, lr=1e-4, betas=(.9, .99)):
    step = (betas[0] * m + (1 - betas[0]) * g).sign()
    return p - lr * step, betas[1] * m + (1 - betas[1]) * g
'''


@pytest.fixture(scope='module')
def lion():
    "An optimiser that somebody has written in one cell, and nowhere else."
    names = dict(ck=ck)
    exec(CELL, names)
    return names['lion']


def net(): return torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))


def learner(opt, **kw): return ck.Learner(net, ck.spirals(n=60, bs=20), opt=opt, lr=.01, seed=1, **kw)


def weights(learn): return torch.nn.utils.parameters_to_vector(learn.model.parameters()).detach()


@pytest.fixture(scope='module')
def by_hand(lion):
    "The weights after six steps, by a loop that knows of no optimiser."
    learn = learner(None)
    x, y = learn.data.train
    ps, state = list(learn.model.parameters()), {}
    for epoch in range(2):
        for rows in learn.data.order(epoch, 1).split(20):
            loss = torch.nn.functional.cross_entropy(learn.model(x[rows]), y[rows])
            for p, g in zip(ps, torch.autograd.grad(loss, ps)):
                m = state.get(p, torch.zeros_like(p))
                with torch.no_grad(): p -= .01 * (.9 * m + (1 - .9) * g).sign()
                state[p] = .99 * m + (1 - .99) * g
    return weights(learn)


def test_a_new_rule_is_an_optimiser_and_has_its_defaults(lion):
    opt = RuleOptimizer(net().parameters(), lion)
    assert opt.defaults == dict(lr=1e-4, betas=(.9, .99), weight_decay=0.)
    with pytest.raises(ValueError, match='0 <= betas < 1'): RuleOptimizer(net().parameters(), lion, betas=(1., .9))
    with pytest.raises(TypeError, match="lion has no setting 'beta'"): RuleOptimizer(net().parameters(), lion, beta=.9)


@pytest.mark.parametrize('opt', [lambda rule: rule, lambda rule: lambda ps, lr: RuleOptimizer(ps, rule, lr=lr)], ids=['the rule', 'a function'])
def test_a_new_rule_trains_a_learner(lion, by_hand, opt):
    learn = learner(opt(lion))
    learn.fit(2, progress=False)
    torch.testing.assert_close(weights(learn), by_hand)


def test_a_new_rule_in_a_sweep_is_the_run_alone(lion, by_hand):
    for rule, wd in ((lion, 0.), (with_decay(lion), .1), (with_l2(lion), .1)):
        s = ck.sweep(net, ck.spirals(n=60, bs=20), [.003, .01], wd, seeds=[0, 1], steps=6, opt=rule, progress=False)
        learn = learner(rule, wd=wd)
        learn.fit(2, progress=False)
        assert s.how == 'all at once'
        torch.testing.assert_close(s.weights[1, 0, 1], weights(learn))
        if not wd: torch.testing.assert_close(s.weights[1, 0, 1], by_hand)


def test_weight_decay_of_a_rule_without_it_is_refused_everywhere(lion):
    said = 'lion has no weight decay, but wd=0.1: say which, ck.with_decay'
    with pytest.raises(ValueError, match=said): learner(lion, wd=.1)
    with pytest.raises(ValueError, match=said): ck.sweep(net, ck.spirals(n=60, bs=20), .1, .1, opt=lion)


def test_a_new_rule_goes_on_from_a_file_and_as_a_copy(lion, tmp_path):
    learn = learner(lion)
    learn.fit(1, progress=False)
    learn.save(tmp_path / 'run.ck')
    other = learner(lion)
    other.load(tmp_path / 'run.ck')
    fork = copy.deepcopy(learn)
    for one in (learn, other, fork): one.fit(1, progress=False)
    assert weights(other).equal(weights(learn)) and weights(fork).equal(weights(learn))


def test_a_new_rule_in_a_live_run_is_turned_and_wound_back(lion, by_hand):
    run = ck.LiveRun(learner(lion), epochs=2, name='a new rule')
    try:
        run.start()
        assert run.worker.wait(60) and run.step == 6
        torch.testing.assert_close(weights(run.learn), by_hand)
        run.scrub(3)
        assert run.step == 3
        run.turn(lr=.1, momentum=.5)
        assert run.learn.opt.param_groups[0]['betas'] == (.5, .99)
    finally: run.close()


def test_a_new_rule_in_the_finder_on_a_surface_and_in_the_playground(lion):
    assert len(ck.lr_find(learner(lion), steps=20).losses) > 9
    ball = ck.Ball(lambda p: p.square().sum(), (1., 1.), opt=lion, lr=.1)
    ball.fit(3, progress=False)
    torch.testing.assert_close(ball.trail[-1], torch.tensor([.7, .7]))
    p = ck.playground(opt=lion, lr=.01, auto=False, name='a new rule')
    try:
        assert p.sliders['opt'].value == 'own' and 'opt=own' in p.state
        p.load('lr=0.03 wd=0.1 step=20')
        assert p.run.worker.wait(60) and p.run.step == 20 and not p.run.error, p.run.message
        p.load('opt=SGD step=5')
        assert p.run.worker.wait(60) and isinstance(p.run.learn.opt, torch.optim.SGD)
    finally: p.close()
