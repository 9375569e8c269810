"What the README says of modules, losses, loaders and optimisers that others have made: each beside a plain PyTorch loop on the same batches, or refused in one sentence."
import copy
import inspect
from collections import namedtuple

import coursekit as ck
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

X = torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
Y = X[:, 0].gt(0).long()
Row = namedtuple('Row', 'image label')


class Rows(Dataset):
    "Rows of a form that `make(i)` gives them."
    def __init__(self, make): self.make = make
    def __len__(self): return len(X)
    def __getitem__(self, i): return self.make(i)


class Net(nn.Module):
    "One or two inputs, one or two outputs."
    def __init__(self, both=False):
        super().__init__()
        self.a, self.b, self.both = nn.Linear(4, 2), nn.Linear(4, 2), both

    def forward(self, x, other=None):
        out = self.a(x) if other is None else self.a(x) + self.b(other)
        return (out, x) if self.both else out


def plain_loop(model, batches, loss, opt, epochs=2):
    model.train()
    for _ in range(epochs):
        for x, y in batches:
            def closure():
                opt.zero_grad()
                value = loss(model(*x) if isinstance(x, tuple) else model(x), y)
                value.backward()
                return value
            opt.step(closure)
    return model


def same(a, b): return all(p.equal(q) for p, q in zip(a.parameters(), b.parameters(), strict=True))
def pieces(*tensors): return list(zip(*(t.split(8) for t in tensors)))
def sgd(params, lr): return torch.optim.SGD(params, lr=lr)


FORMS = {
    'pair': (lambda i: (X[i], Y[i]), pieces(X, Y)),
    'named tuple': (lambda i: Row(X[i], Y[i]), pieces(X, Y)),
    'dict': (lambda i: dict(image=X[i], label=Y[i]), pieces(X, Y)),
    'two inputs': (lambda i: ((X[i], -X[i]), Y[i]), [((x, -x), y) for x, y in pieces(X, Y)]),
    'two inputs by name': (lambda i: dict(other=-X[i], x=X[i], target=Y[i]), [((x, -x), y) for x, y in pieces(X, Y)]),
}


@pytest.mark.parametrize('form', FORMS)
def test_batches(form):
    "However a loader hands them over."
    make, batches = FORMS[form]
    model = Net()
    other = copy.deepcopy(model)
    loader = DataLoader(Rows(make), 8)
    learn = ck.Learner(model, (loader, loader), opt=sgd, lr=.1, metrics=[ck.accuracy])
    learn.fit(2, progress=False)
    assert same(model, plain_loop(other, batches, F.cross_entropy, sgd(other.parameters(), .1)))
    with torch.no_grad(): scores = torch.cat([other(*x) if isinstance(x, tuple) else other(x) for x, _ in batches])
    assert learn.history.rows[-1]['accuracy'] == pytest.approx((scores.argmax(1) == Y).float().mean().item())


def test_a_batch_that_says_nothing():
    "Of three parts: the user says which is the target, or is asked to."
    loader = DataLoader(TensorDataset(X, -X, Y), 8)
    with pytest.raises(ValueError, match='a list of 3. Say which is which: Data'): ck.Learner(Net(), (loader, None)).fit(1, progress=False)
    model = Net()
    other = copy.deepcopy(model)
    data = ck.Data(loader, loader, unpack=lambda b: ((b[0], b[1]), b[2]))
    ck.Learner(model, data, opt=sgd, lr=.1).fit(2, progress=False)
    assert same(model, plain_loop(other, [((x, -x), y) for x, y in pieces(X, Y)], F.cross_entropy, sgd(other.parameters(), .1)))
    with pytest.raises(TypeError, match='unpack must be a function'): ck.Data(loader, unpack=2)


def test_several_outputs():
    "The loss takes them as they are; so do validation, metrics and predict."
    learn = ck.Learner(Net(both=True), ck.Data((X, Y), (X, Y), bs=8), loss=lambda p, y: F.cross_entropy(p[0], y), metrics=[lambda p, y: ck.accuracy(p[0], y)])
    learn.fit(1, progress=False)
    scores, inputs = learn.predict(X)
    assert inputs.equal(X) and scores.shape == (50, 2)
    assert learn.validate()['valid_loss'] == pytest.approx(F.cross_entropy(scores, Y).item())


class Words(nn.Module):
    def __init__(self): super().__init__(); self.e = nn.Embedding(9, 9)
    def forward(self, x): return self.e(x)


def test_a_sweep_of_several_targets():
    "Batches of 20, 20 and 10 rows whose targets come as a pair: the training loss is over rows, as the learner has it."
    x, y = X, X[:, :2] * torch.linspace(1, 9, 50)[:, None]
    loader = DataLoader([(a, (b, b)) for a, b in zip(x.split(20), y.split(20))], batch_size=None)
    def loss(p, pair): return F.mse_loss(p, pair[0])
    def make(): return nn.Linear(4, 2)
    s = ck.sweep(make, ck.Data(loader), [.01], seeds=1, steps=3, opt=ck.sgd, loss=loss, every=3, progress=False)
    learn = ck.Learner(make, ck.Data(loader), loss=loss, opt=ck.SGD, lr=.01)
    learn.fit(1, progress=False)
    assert s.curves['train_loss'].item() == pytest.approx(learn.history.rows[-1]['train_loss'])


def test_text_padded_in_each_batch():
    "Validation batches of different lengths: their mean over rows; metrics over them are refused."
    def padded(rows): return (nn.utils.rnn.pad_sequence(rows, batch_first=True),) * 2
    def loss(p, y): return F.cross_entropy(p.flatten(0, 1), y.flatten())
    text = DataLoader([torch.arange(1, n) for n in (3, 5, 4, 7, 2)], batch_size=2, collate_fn=padded)
    learn = ck.Learner(Words(), (text, text), loss=loss)
    learn.fit(1, progress=False)
    with torch.no_grad(): parts = [(loss(learn.model(x), y).item(), len(y)) for x, y in text]
    assert learn.validate()['valid_loss'] == pytest.approx(sum(v * n for v, n in parts) / 5)
    learn.metrics = [ck.accuracy]
    with pytest.raises(ValueError, match='different shapes'): learn.validate()


OPTIMISERS = [name for name, c in vars(torch.optim).items() if isinstance(c, type) and issubclass(c, torch.optim.Optimizer) and c is not torch.optim.Optimizer]


@pytest.mark.parametrize('name', OPTIMISERS)
def test_each_of_torchs_optimisers(name):
    "Muon takes matrices only, and SparseAdam sparse gradients only. A learner's weight decay is what its wd says, 0 if it says nothing."
    make, sparse = getattr(torch.optim, name), name == 'SparseAdam'
    decay = dict(weight_decay=.01) if 'weight_decay' in inspect.signature(make).parameters else {}
    x = torch.randint(0, 9, (50, 3), generator=torch.Generator().manual_seed(1)) if sparse else X
    model = nn.EmbeddingBag(9, 2, sparse=True) if sparse else nn.Linear(4, 2, bias=False)
    other = copy.deepcopy(model)
    ck.Learner(model, ck.Data(DataLoader(TensorDataset(x, Y), 10)), opt=make, lr=.1, wd=decay.get('weight_decay')).fit(2, progress=False)
    assert same(model, plain_loop(other, list(zip(x.split(10), Y.split(10))), F.cross_entropy, make(other.parameters(), lr=.1, **decay)))


@pytest.mark.parametrize('make', [lambda p, lr: torch.optim.LBFGS(p, lr=lr, max_iter=4), lambda p, lr: torch.optim.LBFGS(p, lr=lr, line_search_fn='strong_wolfe')], ids=['fixed', 'wolfe'])
def test_an_optimiser_that_needs_a_closure(make):
    model = Net()
    other = copy.deepcopy(model)
    learn = ck.Learner(model, ck.Data(DataLoader(TensorDataset(X, Y), 10)), opt=make, lr=.1)
    learn.fit(2, progress=False)
    with torch.no_grad(): first = F.cross_entropy(other(X[:10]), Y[:10]).item()
    assert learn.history.losses[0] == pytest.approx(first)      # the loss before the step, as for all others
    assert same(model, plain_loop(other, list(zip(X.split(10), Y.split(10))), F.cross_entropy, make(other.parameters(), .1)))


def test_a_closure_and_accumulation():
    learn = ck.Learner(Net(), ck.Data((X, Y), bs=10), opt=torch.optim.LBFGS, callbacks=[ck.Accumulate(2)])
    with pytest.raises(ValueError, match='leave out Accumulate'): learn.fit(1, progress=False)


def test_lazy_layers():
    "They get their shapes when the learner is made, and weights that follow the seed."
    def lazy(): return nn.Sequential(nn.LazyLinear(8), nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(2))
    data = ck.Data((X, Y), (X, Y), bs=10)
    one, two, three = (ck.Learner(lazy, data, seed=seed) for seed in (0, 0, 1))
    assert 'with 74 parameters' in repr(one)
    assert same(one.model, two.model) and not same(one.model, three.model)
    assert one.model[1].running_mean.abs().sum() == 0 and one.model.training
    found = ck.lr_find(one)
    assert len(found.lrs) > 10
    one.fit(1, progress=False); two.fit(1, progress=False)
    assert same(one.model, two.model)


def test_a_loss_of_shape_1():
    def loss(p, y): return (p - y).square().mean(0)
    learn = ck.Learner(lambda: nn.Linear(4, 1), ck.Data((X, X[:, :1]), bs=10), loss=loss)
    learn.fit(1, progress=False)
    assert learn.history.rows[0]['train_loss'] == pytest.approx(sum(learn.history.losses) / 5)
    with pytest.raises(RuntimeError) as e: ck.Learner(lambda: nn.Linear(4, 4), ck.Data((X, X), bs=10), loss=loss).fit(1, progress=False)
    assert 'the loss must be one number, and here it has shape (4,)' in str(e.value.__notes__)


def test_compiled_in_place():
    "A net that is compiled by net.compile() draws its masks where nobody can redirect them: still a function of the seed."
    def net():
        made = nn.Sequential(nn.Linear(4, 8), nn.Dropout(.5), nn.Linear(8, 2))
        made.compile(backend='eager')
        return made
    one, two = (ck.Learner(net, ck.Data((X, Y), bs=10)) for _ in range(2))
    one.fit(1, progress=False); torch.rand(3); two.fit(1, progress=False)
    assert same(one.model, two.model)


class Stream(IterableDataset):
    def __iter__(self): yield from zip(X, Y)


class Once(IterableDataset):
    def __init__(self): self.rows = iter(list(zip(X, Y)))
    def __iter__(self): return self.rows
    def __len__(self): return len(X)


def test_what_is_refused():
    with pytest.raises(TypeError, match='does not know how many batches it has'): ck.Data(DataLoader(Stream(), 8))
    with pytest.raises(ValueError, match='no batch in epoch 2'): ck.Learner(Net(), (DataLoader(Once(), 8), None)).fit(2, progress=False)
    sparse = ck.Learner(lambda: nn.EmbeddingBag(9, 2, sparse=True), ck.Data((torch.randint(0, 9, (50, 3)), Y)), opt=torch.optim.SGD, callbacks=[ck.ClipGrad(value=1.)])
    with pytest.raises(ValueError, match='cannot be clipped by value'): sparse.fit(1, progress=False)


@pytest.mark.parametrize('value', [-1., float('nan'), float('inf'), '0.1', [.1, .1]], ids=str)
@pytest.mark.parametrize('knob', ['lr', 'wd', 'schedule'])
def test_a_knob_turned_to_nonsense(knob, value):
    "Between two steps, or by a schedule: the next step is refused, with the weights of the last one."
    def plan(step, total): return value if step > 2 else 1.
    learn = ck.Learner(Net(), ck.Data((X, Y), bs=8), lr=.1, wd=.1)
    with pytest.raises(ValueError, match='must be a number|lr has 2 values'):
        for s in learn.steps(1, schedule=plan if knob == 'schedule' else None):
            before = copy.deepcopy(learn.model)
            if s.step == 3 and knob != 'schedule': setattr(learn, knob, value)
    assert learn.state.step == 3 and same(learn.model, before)


def test_knobs_turned_to_tensors():
    "NumPy's and torch's numbers are numbers, and the history keeps Python's."
    learn = ck.Learner(Net(), ck.Data((X, Y), bs=8), lr=.1, wd=.1)
    for s in learn.steps(1, schedule=lambda step, total: torch.tensor(.5)):
        if s.step == 3: learn.lr, learn.wd = torch.tensor(.2), torch.tensor(0.)
    assert learn.history.lrs == [.05] * 3 + [pytest.approx(.1)] * 4 and all(type(v) is float for v in learn.history.lrs)
