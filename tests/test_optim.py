"Every update rule against torch's, step for step."
import pytest
import torch

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
