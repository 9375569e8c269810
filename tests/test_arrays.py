"Whatever comes in as X and y: the right value, held against an independent computation, or one clear sentence."
import re

import coursekit as ck
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn import metrics as sk

KINDS = {
    'bool': st.booleans(), 'int8': st.integers(-128, 127), 'uint8': st.integers(0, 255), 'uint16': st.integers(0, 65535), 'uint32': st.integers(0, 2 ** 32 - 1),
    'int64': st.integers(-2 ** 40, 2 ** 40), 'uint64': st.integers(0, 2 ** 64 - 1), '>i4': st.integers(-2 ** 31, 2 ** 31 - 1), 'float16': st.floats(-60000, 60000, width=16),
    'float32': st.floats(-2. ** 100, 2. ** 100, width=32), 'float64': st.floats(-1e30, 1e30), '>f8': st.floats(-1e30, 1e30), 'longdouble': st.floats(-1e30, 1e30),
    'object': st.one_of(st.integers(-2 ** 40, 2 ** 40), st.floats(-1e30, 1e30), st.booleans())}
MISSING = None, float('nan'), pd.NA, pd.NaT
quick = settings(max_examples=150, deadline=None)


def holed(values, holes):
    "The values as Python objects, with these four kinds of holes."
    return [MISSING[holes[i]] if i in holes else v for i, v in enumerate(values)]


@st.composite
def columns(draw):
    "Columns of one length: (kind, values, where something is missing and how it says so)."
    n = draw(st.integers(1, 6))
    def column():
        kind = draw(st.sampled_from(sorted(KINDS)))
        values = draw(st.lists(KINDS[kind], min_size=n, max_size=n))
        holes = draw(st.dictionaries(st.integers(0, n - 1), st.integers(0, 3), max_size=2)) if kind == 'object' else {}
        return kind, values, holes
    return [column() for _ in range(draw(st.integers(1, 4)))]


def series(kind, values, holes):
    if kind == 'object': return pd.Series(holed(values, holes), dtype=object)
    return pd.Series(np.array(values, kind))


@quick
@given(columns())
def test_tables_of_numbers(found):
    "A table with columns of several kinds, and each column by itself, as NumPy, pandas and list."
    table = pd.DataFrame({f'c{i}': series(*c) for i, c in enumerate(found)})
    ways = [(table, found)]
    for c in found:
        s = series(*c)
        ways += [(way, [c]) for way in (s, s.to_numpy(), s.to_numpy()[::-1][::-1], s.convert_dtypes(), s.tolist(), pd.DataFrame({'a': s}))]
    for X, cs in ways:
        lost = sum(len(holes) for *_, holes in cs)
        want = np.array([np.array(v, dtype='float64' if k == 'object' else k).astype('float32') for k, v, _ in cs]).T
        if lost:
            with pytest.raises(ValueError, match=r'[1-9]\d* missing'): ck.as_tensor(X, 'X')
        else: assert ck.as_tensor(X, 'X').flatten().tolist() == want.flatten().tolist()


@quick
@given(st.data())
def test_labels(data):
    "Each row's class has the row's name, classes are in order, and nothing missing becomes one."
    names = data.draw(st.sampled_from([st.integers(0, 40), st.integers(-5, 5), st.booleans(), st.text(max_size=3), st.sampled_from(['1', '10', '2'])]))
    y = data.draw(st.lists(names, min_size=1, max_size=12))
    holes = data.draw(st.dictionaries(st.integers(0, len(y) - 1), st.integers(0, 2), max_size=2))
    with_holes = holed(y, holes)
    wrap = data.draw(st.sampled_from([list, pd.Series, lambda v: pd.Series(v, dtype=object), lambda v: pd.Series(v, dtype='category'), lambda v: np.array(v, object)]))
    try: codes, classes = ck.as_targets(wrap(with_holes))
    except ValueError as e:
        doubtful = not holes and (-1 in y or {'nan', 'None'} & set(y))
        assert doubtful or int(re.search(r'(\d+) missing', str(e))[1]) == len(holes)
        return
    assert not holes
    assert [classes[c] for c in codes] == y
    assert classes == sorted(set(y)) and codes.dtype == torch.int64


@pytest.mark.parametrize('y', [
    pd.Series([1, None, 2], dtype='Int64'), pd.Series([True, None, False], dtype='boolean'), pd.Series(['a', None, 'b'], dtype='string'), pd.Series([1., None, 2.], dtype='category'),
    np.ma.masked_equal([1, -9, 2], -9), np.array(['a', np.nan, 'b']), np.array([0., np.nan, 1.]), torch.tensor([0., float('nan'), 1.]), [0, None, 1], ('a', pd.NA, 'b')], ids=str)
def test_one_label_is_missing(y):
    with pytest.raises(ValueError, match='1 missing'): ck.Data.from_arrays(np.zeros((3, 2)), y, valid=0)


@pytest.mark.parametrize(('y', 'words'), [
    (['a', 1, 'b'], 'mixes kinds'), ([0, 1, -1], r'classes=\[-1, 0, 1\]'), (np.array(['2020-01-01', '2020-01-02', '2020-01-03'], 'M8[D]'), 'dates'),
    (np.array([1j, 2, 3]), 'complex'), ([[0, 1], [1, 0], [1, 1]], 'per row'), ([[0], [1, 2], [1]], 'several lengths')], ids=str)
def test_labels_that_are_refused(y, words):
    with pytest.raises((TypeError, ValueError), match=words): ck.Data.from_arrays(np.zeros((3, 2)), y, valid=0)


@pytest.mark.parametrize(('X', 'words'), [
    (pd.DataFrame(dict(age=[1., 2], town=['a', 'b'])), "column 'town' of X"), (np.array([['1', '2'], ['3', '4']]), 'text'), (np.array([1 + 2j, 3]), 'complex'), ([[1, 2], [3]], 'lengths'),
    (np.array([('a', 1)] * 2, dtype=[('n', 'U1'), ('v', int)]), 'fields'), (np.array([[1e300], [1]]), 'too large'), (np.ma.masked_equal([[1, -9], [2, 3]], -9), '1 missing'),
    (sparse.csr_matrix([[np.nan, 0], [0, 1]]), '1 missing'), (pd.DataFrame(dict(a=pd.array([1, None], dtype='Int64'))), '1 missing')], ids=lambda v: v if isinstance(v, str) else type(v).__name__)
def test_inputs_that_are_refused(X, words):
    with pytest.raises((TypeError, ValueError), match=words): ck.Data.from_arrays(X, [0, 1], valid=0)


def test_the_right_numbers_of_two_sets():
    "A class has one number in both, whichever has it."
    d = ck.Data.from_arrays(np.zeros((3, 1)), ['b', 'a', 'c'], valid=(np.zeros((2, 1)), ['d', 'a']))
    assert (d.classes, d.train[1].tolist(), d.valid[1].tolist()) == (['a', 'b', 'c', 'd'], [1, 0, 2], [3, 0])
    for y, yv in (([0, 1], [0., 1.]), (['0', '1'], [0, 1])):
        with pytest.raises(ValueError, match='one form'): ck.Data.from_arrays(np.zeros((2, 1)), y, valid=(np.zeros((2, 1)), yv))


def test_columns_by_name():
    df = pd.DataFrame(np.arange(12.).reshape(4, 3), columns=list('abc'))
    learn = ck.Learner(lambda: torch.nn.Linear(3, 2), ck.Data.from_arrays(df, [0, 1, 0, 1], valid=0))
    assert learn.predict(df).equal(learn.predict(df[list('cba')])) and learn.predict(df).equal(learn.predict(df.to_numpy()))
    with pytest.raises(ValueError, match=r"lacks \['c'\] and has \['d'\]"): learn.predict(df.rename(columns=dict(c='d')))


@pytest.mark.parametrize('make', [np.asarray, torch.as_tensor, pd.DataFrame], ids=lambda f: f.__name__)
def test_the_memory_of_the_data(make):
    "Theirs, unless it is asked not to be; and a split has it anyway."
    for valid, copy, theirs in ((0, True, True), (0, False, False), (.5, False, True)):
        mine = np.ones((4, 2), 'float32')
        d = ck.Data.from_arrays(make(mine), [0, 1, 0, 1], valid=valid, copy=copy)
        mine[:] = 0
        assert bool(d.train[0].all()) == theirs or make is pd.DataFrame and not copy      # pandas 3 has copied


# metrics

def close(a, b): assert abs(float(a) - float(b)) <= 1e-4 * (1 + abs(float(b))), (a, b)


@quick
@given(st.integers(1, 12), st.integers(2, 5), st.integers(0, 10 ** 6))
def test_metrics_of_classes(n, classes, seed):
    g = torch.Generator().manual_seed(seed)
    pred, y = torch.randn(n, classes, generator=g), torch.randint(0, classes, (n,), generator=g)
    close(ck.accuracy(pred, y), sk.accuracy_score(y, pred.argmax(1)))
    close(ck.error_rate(pred, y), 1 - sk.accuracy_score(y, pred.argmax(1)))
    k = 1 + seed % classes
    best = np.argsort(-pred.numpy(), 1)[:, :k]
    close(ck.top_k(k)(pred, y), np.mean([t in row for t, row in zip(y.tolist(), best.tolist())]))


@quick
@given(st.integers(2, 12), st.sampled_from([(), (1,), (3,)]), st.integers(0, 10 ** 6))
def test_metrics_of_quantities(n, shape, seed):
    g = torch.Generator().manual_seed(seed)
    pred, y = torch.randn(n, *shape, generator=g), 5 * torch.randn(n, *shape, generator=g) + 100 * torch.arange(int(np.prod(shape))).reshape(shape)
    close(ck.mse(pred, y), sk.mean_squared_error(y, pred))
    close(ck.mae(pred, y), sk.mean_absolute_error(y, pred))
    close(ck.rmse(pred, y), sk.mean_squared_error(y, pred) ** .5)
    close(ck.r2(pred.double(), y.double()), sk.r2_score(y, pred))


@quick
@given(st.integers(1, 12), st.sampled_from(['(n,)', '(n, 1)', '(n, 1) and (n,)', '(n, 3)']), st.sampled_from(['int', 'float', 'bool']), st.sampled_from([.5, 1., 2.]), st.integers(0, 10 ** 6))
def test_metrics_of_labels(n, shape, dtype, beta, seed):
    g = torch.Generator().manual_seed(seed)
    pred = torch.randn(n, 3 if '3' in shape else 1, generator=g)
    y = torch.randint(0, 2, pred.shape, generator=g).to(dict(int=torch.int64, float=torch.float32, bool=torch.bool)[dtype])
    found, there = (pred >= 0).numpy().astype(int), y.numpy().astype(int)
    if shape == '(n,)': pred = pred[:, 0]
    if shape in ('(n,)', '(n, 1) and (n,)'): y = y[:, 0]
    if there.shape[1] == 1: found, there, kw = found[:, 0], there[:, 0], dict(zero_division=0)
    else: kw = dict(zero_division=0, average='micro')
    close(ck.f_beta(beta)(pred, y), sk.fbeta_score(there, found, beta=beta, **kw))
    close(ck.precision()(pred, y), sk.precision_score(there, found, **kw))
    close(ck.recall()(pred, y), sk.recall_score(there, found, **kw))
    close(ck.exact_match()(pred, y), sk.accuracy_score(there, found))


# which one is best

X = torch.randn(64, 1, generator=torch.Generator().manual_seed(0))
LINE = ck.Data((X, 3 * X), (X, 3 * X), bs=16)


def fitted(metrics, **kw):
    learn = ck.Learner(lambda: torch.nn.Linear(1, 1), LINE, lr=.05, metrics=metrics)
    learn.fit(12, progress=False, **kw)
    return learn


@pytest.mark.parametrize('metric', [ck.mae, ck.mse, ck.rmse])
def test_the_smallest_error_is_best(metric):
    name = metric.__name__
    learn = fitted([metric], callbacks=[ck.EarlyStopping(name, patience=2), ck.BestWeights(name)])
    column = [r[name] for r in learn.history.rows]
    assert len(column) == 12 and not learn.history.stopped
    assert learn.validate()[name] == min(column)


def test_a_name_that_says_nothing():
    def norm(pred, y): return pred.norm()
    for cb in (ck.EarlyStopping('norm'), ck.BestWeights('norm')):
        with pytest.raises(ValueError, match="mode='min' or mode='max'"): fitted([norm], callbacks=[cb])
    fitted([norm], callbacks=[ck.EarlyStopping('norm', mode='min')])
    s = ck.sweep(lambda: torch.nn.Linear(1, 1), LINE, [.01, .1], steps=8, metrics=[norm], progress=False)
    with pytest.raises(ValueError, match='lower=True or lower=False'): s.best('norm')
    assert s.best('norm', lower=True) != s.best('norm', lower=False) and s.best('valid_loss')['lr'] == .1
    space = dict(a=ck.uniform(0, 1))
    with pytest.raises(ValueError, match='lower=True or lower=False'): ck.search(lambda c, seed: dict(norm=c['a']), space, 4, progress=False)


def test_a_search_and_its_directions(tmp_path):
    space = dict(a=ck.uniform(0, 1))
    q = ck.search(lambda c, seed: dict(loss=(c['a'] - .5) ** 2, f1=float('nan') if c['a'] > .5 else c['a']), space, 20, progress=False)
    assert q.best()['result']['loss'] == min(r['result']['loss'] for r in q.rows)
    assert q.best('f1')['result']['f1'] == max(v for r in q.rows if (v := r['result']['f1']) == v)
    calls, path = [], tmp_path/'kept.jsonl'
    def counted(c, seed): calls.append(1); return dict(norm=c['a'])
    with pytest.raises(ValueError, match='lower=True'): ck.search(counted, space, 5, path=path, progress=False)
    assert len(calls) == 1      # an error after the first, which is kept
    assert len(ck.search(counted, space, 5, path=path, lower=True, progress=False).rows) == 5 and len(calls) == 5


def test_a_misspelt_column_is_refused_at_once():
    learn = ck.Learner(lambda: torch.nn.Linear(1, 1), LINE)
    with pytest.raises(ValueError, match=r"watches a column .* 'valid_loss'"): learn.fit(3, progress=False, callbacks=[ck.EarlyStopping('val_loss')])
    assert learn.state.step == 0
    class Adds(ck.Callback):
        order = 99      # what runs last at the start of an epoch runs first at its end
        def epoch_end(self, learn): learn.history.rows[-1]['my_loss'] = 1.
    learn.fit(1, progress=False, callbacks=[Adds(), ck.EarlyStopping('my_loss')])


# the table

@pytest.mark.parametrize('loader', [False, True])
def test_the_training_loss_is_over_rows(loader):
    "Unequal batches, in whatever order: the same five rows, the same number; also after a stop in mid-epoch."
    class Zero(torch.nn.Module):
        def __init__(self): super().__init__(); self.w = torch.nn.Parameter(torch.zeros(1))
        def forward(self, x): return x * self.w
    x, y = torch.zeros(5, 1), torch.tensor([[0.], [0], [0], [0], [10]])
    train = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 2, shuffle=True) if loader else (x, y)
    for seed in range(4):
        learn = ck.Learner(Zero(), ck.Data(train, (x, y), bs=2), lr=0., seed=seed)
        run = learn.steps(2)
        for _ in range(4): next(run)
        run.close()
        other = ck.Learner(Zero(), ck.Data(train, (x, y), bs=2), lr=0., seed=seed)
        other.load_state_dict(learn.state_dict())
        other.fit(progress=False)
        assert [r['train_loss'] for r in other.history.rows] == [20, 20]
    if not loader:
        s = ck.sweep(lambda: Zero(), ck.Data((x, y), bs=2), 0., steps=3, every=3, progress=False)
        assert s.finals['train_loss'].flatten().tolist() == [20]


def test_two_metrics_of_one_name():
    x, y = torch.randn(64, 4), torch.randint(0, 2, (64, 3)).float()
    learn = ck.Learner(lambda: torch.nn.Linear(4, 3), ck.Data((x, y), (x, y)), loss=ck.binary_cross_entropy, metrics=[ck.f_beta(1, -9.), ck.f_beta(1, 9.), ck.precision()])
    row = learn.validate()
    assert list(row) == ['valid_loss', 'f1', 'f1_2', 'precision'] and row['f1'] > .3 and row['f1_2'] == 0
    def step(p, y): return .5
    with pytest.raises(ValueError, match="called 'step'"): ck.Learner(lambda: torch.nn.Linear(4, 3), ck.Data((x, y), (x, y)), metrics=[step]).validate()


def test_a_metric_that_was_added_later():
    learn = ck.Learner(lambda: torch.nn.Linear(1, 1), LINE)
    run = learn.steps(2)
    next(run)
    run.close()
    with pytest.raises(ValueError, match='no epoch is over'): learn.history.plot('mae')
    learn.fit(1, progress=False)
    learn.metrics.append(ck.mae)
    learn.fit(2, progress=False, callbacks=[ck.EarlyStopping('mae'), ck.BestWeights('mae')])
    assert len(learn.history.plot('mae').lines[0].get_ydata()) == 3


# checkpoints

def test_the_file_holds_the_best_weights(tmp_path):
    learn = fitted([], callbacks=[ck.Checkpoint(tmp_path/'m.pt'), ck.BestWeights()])
    for order in (1, -1):
        learn = ck.Learner(lambda: torch.nn.Linear(1, 1), LINE, lr=1.2)
        learn.fit(5, progress=False, callbacks=[ck.BestWeights(), ck.Checkpoint(tmp_path/'m.pt')][::order])
        again = ck.Learner(lambda: torch.nn.Linear(1, 1), LINE).load(tmp_path/'m.pt')
        assert again.validate() == learn.validate() == dict(valid_loss=min(r['valid_loss'] for r in learn.history.rows))


def everything(learn):
    "What a checkpoint may change, in a form that can be compared."
    d = learn.state_dict()
    groups = [{k: v for k, v in g.items() if k != 'params'} for g in d['opt']['param_groups']]
    return ck.digest(d['model'], *d['opt']['state'].values()), groups, *(repr(d[k]) for k in ('cursor', 'seed', 'lr', 'wd', 'history', 'frozen'))


def test_a_refused_checkpoint_changes_nothing(tmp_path):
    net = lambda: torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    good = ck.Learner(net, LINE, groups=lambda m: [m[0], m[2]], lr=[.1, .01])
    good.fit(1, progress=False)
    learn = ck.Learner(net, LINE, seed=5)
    learn.fit(1, progress=False)
    before = everything(learn)
    spoilt = [good.state_dict(), *({k: v for k, v in learn.state_dict().items() if k != left} for left in ('opt', 'cursor', 'history', 'lr')), learn.state_dict() | dict(cursor=dict(odd=1))]
    for state in spoilt:
        with pytest.raises(ValueError, match='checkpoint'): learn.load_state_dict(state)
        assert everything(learn) == before
