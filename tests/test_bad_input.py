"One table of bad input over the public names: each row must give an error, of the right kind, that says what to do."
import inspect
import math

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

import coursekit as ck

X, Y, NAN = np.zeros((10, 2)), [0, 1] * 5, float('nan')
W = [nn.Parameter(torch.zeros(2))]
DATA = ck.Data.from_arrays(X, Y)
LIN = lambda: nn.Linear(2, 2)
NET = LIN()
ARMS = {'a': float, 'b': lambda s: s + .1}
CURVES = ck.Curves('x', 'y')
FIELD = ck.Field('x', 'y')
SPACE = dict(a=ck.uniform(0, 1))
def tried(config, seed): return dict(v=config['a'])
def gen(a): yield a
def plain(a): return a
class Empty(ck.Callback): pass
class Wrong(ck.Callback):
    def on_epoch_end(self, learn): ...
def learn(**kw): return ck.Learner(LIN, DATA, **kw)

# name -> rows of (call, error, words of the message)
TABLE = {
    'stream': [(lambda: ck.stream(0, 'dropout'), ValueError, 'there are order')],
    'generator': [(lambda: ck.generator(0, 'dropout'), ValueError, 'there are order')],
    'seeded': [(lambda: ck.seeded(0, 'dropout').__enter__(), ValueError, 'there are order')],
    'as_tensor': [
        (lambda: ck.as_tensor([1., NAN], 'X'), ValueError, 'drop or fill'),
        (lambda: ck.as_tensor([math.inf]), ValueError, 'infinite'),
        (lambda: ck.as_tensor(['a']), TypeError, 'numbers only'),
        (lambda: ck.as_tensor([[1], [2, 3]]), TypeError, 'one length'),
        (lambda: ck.as_tensor(None), TypeError, 'numbers only'),
        (lambda: ck.as_tensor(torch.zeros(2, dtype=torch.complex64)), TypeError, 'real'),
        (lambda: ck.as_tensor(pd.DataFrame({'a': ['x', 'y']})), TypeError, 'numbers only')],
    'as_targets': [
        (lambda: ck.as_targets([[1, 2], [3, 4]]), ValueError, 'per row'),
        (lambda: ck.as_targets([1., NAN]), ValueError, 'missing'),
        (lambda: ck.as_targets(['a', 'b'], classes=['a']), ValueError, "not in classes")],
    'Data': [
        (lambda: ck.Data(X), TypeError, 'DataLoader'),
        (lambda: ck.Data((X, Y)), TypeError, 'from_arrays'),
        (lambda: ck.Data((torch.zeros(3, 1), torch.zeros(2))), ValueError, 'one target per row'),
        (lambda: ck.Data((torch.zeros(0, 1), torch.zeros(0))), ValueError, 'empty'),
        (lambda: ck.Data((torch.zeros(3), torch.zeros(3)), bs=0), ValueError, 'batch size'),
        (lambda: ck.Data([]), (TypeError, ValueError), ''),
        (lambda: ck.Data.from_arrays(X, Y[:9]), ValueError, '10 rows of x and 9 of y'),
        (lambda: ck.Data.from_arrays(X[:1], Y[:1]), ValueError, 'cannot be split'),
        (lambda: ck.Data.from_arrays(X[:0], []), ValueError, 'empty'),
        (lambda: ck.Data.from_arrays(X, [3] * 10), ValueError, 'only one class'),
        (lambda: ck.Data.from_arrays(X * NAN, Y), ValueError, 'first at'),
        (lambda: ck.Data.from_arrays(X, Y, valid=1.5), ValueError, 'share'),
        (lambda: list(ck.Data.from_arrays(X, Y, valid=0).valid_batches()), ValueError, 'no validation set')],
    'claim': [
        (lambda: ck.claim('a', ''), ValueError, 'one of arms='),
        (lambda: ck.claim('a', '', ARMS), ValueError, 'needs delta='),
        (lambda: ck.claim('a', '', ARMS, delta=NAN), ValueError, 'delta must'),
        (lambda: ck.claim('a', '', ARMS, delta=.1, seeds=5), ValueError, 'at least six seeds'),
        (lambda: ck.claim('a', '', {'a': lambda s: .5, 'b': lambda s: .5}, delta=.1), ValueError, 'cannot vary'),
        (lambda: ck.claim('a', '', {'a': [1.] * 8, 'b': [2.] * 8}, delta=.1), TypeError, 'which numbers are a pair'),
        (lambda: ck.claim('a', '', {'a': float, 'b': lambda s: NAN}, delta=.1), ValueError, 'diverged'),
        (lambda: ck.claim('a', '', {'a': float, 'b': lambda s: None}, delta=.1), TypeError, 'gave NoneType'),
        (lambda: ck.claim('a', '', exact={}, tol=1.), ValueError, 'at least one'),
        (lambda: ck.claim('a', '', pairs=lambda s: 3, delta=.1), TypeError, 'dict of two')],
    'Verdict': [(ck.Verdict, TypeError, 'statement')],
    'power': [(lambda: ck.power(NAN, 8), ValueError, 'above must'), (lambda: ck.power(1., 5), ValueError, 'n, the number of seeds')],
    'sweep': [
        (lambda: ck.sweep(NET, DATA, .1), TypeError, 'a function that makes the model'),
        (lambda: ck.sweep(LIN, X, .1), TypeError, 'must be a Data'),
        (lambda: ck.sweep(LIN, DATA, []), ValueError, 'lr is empty'),
        (lambda: ck.sweep(LIN, DATA, NAN), ValueError, 'lr must'),
        (lambda: ck.sweep(LIN, DATA, .1, .1, opt=ck.sgd), ValueError, 'has no weight decay'),
        (lambda: ck.sweep(LIN, DATA, .1, opt=torch.optim.Adam), TypeError, 'an update rule'),
        (lambda: ck.sweep(LIN, DATA, .1, seeds=[1, 1]), ValueError, 'each of them once'),
        (lambda: ck.sweep(LIN, DATA, .1, every=[200]), ValueError, 'names step 200')],
    'Sweep': [(ck.Sweep, TypeError, 'missing'), (lambda: ck.sweep(LIN, DATA, .1, steps=2).best('f1'), ValueError, 'metric must be one of')],
    'uniform': [(lambda: ck.uniform(1, 1), ValueError, 'leave the parameter out'), (lambda: ck.uniform(2, 1), ValueError, 'low < high'), (lambda: ck.uniform(0, NAN), ValueError, 'high must')],
    'log_uniform': [(lambda: ck.log_uniform(0, 1), ValueError, 'low > 0'), (lambda: ck.log_uniform(1, .1), ValueError, 'low < high')],
    'integer': [(lambda: ck.integer(0, 1.5), ValueError, 'whole'), (lambda: ck.integer(3, 3), ValueError, 'low < high')],
    'choice': [(lambda: ck.choice(1), ValueError, 'at least two'), (lambda: ck.choice(1, 1), ValueError, 'twice'), (lambda: ck.choice(len, 1), TypeError, 'names')],
    'draws': [(lambda: ck.draws({}, 1), ValueError, 'empty'), (lambda: ck.draws(dict(a=[1, 2]), 1), TypeError, 'ck.choice'), (lambda: ck.draws(SPACE, 0), ValueError, 'n must'), (lambda: ck.draws(dict(seconds=SPACE['a']), 1), ValueError, 'cannot be called')],
    'Range': [(ck.Range, TypeError, 'kind')],
    'search': [
        (lambda: ck.search(3, SPACE), TypeError, 'train must be a function'), (lambda: ck.search(tried, {}), ValueError, 'space is empty'), (lambda: ck.search(tried, dict(a=3)), TypeError, 'ck.uniform'),
        (lambda: ck.search(tried, SPACE, n=0), ValueError, 'n must be'), (lambda: ck.search(tried, SPACE, jobs=0), ValueError, 'jobs must be'), (lambda: ck.search(tried, SPACE, together='b'), ValueError, "together names 'b'"),
        (lambda: ck.search(lambda c, s: 3, SPACE, 2), TypeError, 'a dict of numbers'), (lambda: ck.search(tried, SPACE, 2, metric='f1'), ValueError, 'metric must be one of'), (lambda: ck.search(tried, SPACE, 2, path=__file__), ValueError, 'not the file of a search')],
    'Search': [(ck.Search, TypeError, 'missing'), (lambda: ck.search(lambda c, s: dict(v=NAN), SPACE, 3).best(), ValueError, 'all 3 configurations failed'), (lambda: ck.search(tried, SPACE, 1).forest(), ValueError, 'at least 10 configurations')],
    'fit_forest': [
        (lambda: ck.fit_forest(SPACE, [dict(a=.1)] * 12, [1.] * 12), ValueError, 'nothing to learn'), (lambda: ck.fit_forest(SPACE, [dict(a=.1)] * 12, [1.]), ValueError, 'one number for each'),
        (lambda: ck.fit_forest(SPACE, [dict(a=.1)] * 12, [NAN] * 12), ValueError, 'missing or infinite')],
    'Forest': [(ck.Forest, TypeError, 'space')],
    'best_of': [(lambda: ck.best_of([]), ValueError, 'at least one'), (lambda: ck.best_of([1., NAN]), ValueError, 'counts for')],
    'Atlas': [
        (lambda: ck.Atlas({}, [[b'']], {}), ValueError, 'one or two sliders'),
        (lambda: ck.Atlas(dict(lr=[1.]), [], {}), ValueError, 'each view needs 1'),
        (lambda: ck.Atlas.load(__file__), ValueError, 'record it again')],
    'record_runs': [(lambda: ck.record_runs(NET), TypeError, 'what ck.watch returns')],
    'digits': [(lambda: ck.digits(n=0), ValueError, '10 to 1297'), (lambda: ck.digits(n=2.5), ValueError, 'whole'), (lambda: ck.digits(noise=NAN), ValueError, 'noise must')],
    'plane': [(lambda: ck.plane('moon'), ValueError, 'moons'), (lambda: ck.plane(n=3), ValueError, 'n must'), (lambda: ck.plane('digits', n=5000), ValueError, '10 to 901'), (lambda: ck.plane(noise=-1), ValueError, 'noise')],
    'spirals': [(lambda: ck.spirals(arms=1), ValueError, 'arms'), (lambda: ck.spirals(n=1), ValueError, 'n must'), (lambda: ck.spirals(noise=-1), ValueError, 'noise')],
    'curves': [(lambda: ck.curves('sinus'), ValueError, 'one of'), (lambda: ck.curves(lambda x: 1), ValueError, 'same shape'), (lambda: ck.curves(n=1), ValueError, 'n must')],
    'sgd': [(lambda: ck.sgd(W[0], W[0], {}, {}), KeyError, 'lr')],
    'momentum': [(lambda: ck.momentum(W[0], W[0], {}, dict(lr=1, momentum=.9)), KeyError, 'b')],
    'rmsprop': [(lambda: ck.rmsprop(W[0], W[0], {}, dict(lr=1, alpha=.9, eps=0)), KeyError, 'v')],
    'adam': [(lambda: ck.adam(W[0], W[0], {}, dict(lr=1, betas=(.9, .9), eps=0)), KeyError, 't')],
    'adamw': [(lambda: ck.adamw(W[0], W[0], {}, dict(lr=1)), KeyError, 'weight_decay')],
    'with_l2': [(lambda: ck.with_l2(3), TypeError, 'a rule is a function')],
    'with_decay': [(lambda: ck.with_decay(3), TypeError, 'a rule is a function')],
    'init_state': [(lambda: ck.init_state(print, W[0]), ValueError, 'not one of the rules')],
    'RuleOptimizer': [(lambda: ck.RuleOptimizer(W, ck.sgd, lr=-1.), ValueError, '0 <= lr'), (lambda: ck.RuleOptimizer([], ck.sgd, lr=1.), ValueError, 'empty')],
    'SGD': [(lambda: ck.SGD(W, lr=NAN), ValueError, 'lr'), (lambda: ck.SGD(W, momentum=1.), ValueError, 'momentum'), (lambda: ck.SGD(W, lr='1'), ValueError, 'lr')],
    'RMSprop': [(lambda: ck.RMSprop(W, alpha=2), ValueError, 'alpha')],
    'Adam': [(lambda: ck.Adam(W, betas=(.9, 1.)), ValueError, 'betas')],
    'AdamW': [(lambda: ck.AdamW(W, weight_decay=-1), ValueError, 'weight_decay')],
    'accuracy': [(lambda: ck.accuracy(torch.zeros(3), torch.zeros(3)), ValueError, '(n, classes)')],
    'error_rate': [(lambda: ck.error_rate(torch.zeros(3, 2), torch.zeros(2)), ValueError, '(n, classes)')],
    'top_k': [(lambda: ck.top_k(0), ValueError, 'k must'), (lambda: ck.top_k(2)(torch.zeros(3), torch.zeros(3)), ValueError, '(n, classes)')],
    'mse': [(lambda: ck.mse(torch.zeros(3, 1), torch.zeros(3)), ValueError, 'one shape')],
    'rmse': [(lambda: ck.rmse(torch.zeros(3, 1), torch.zeros(3)), ValueError, 'one shape')],
    'mae': [(lambda: ck.mae(torch.zeros(3, 1), torch.zeros(3)), ValueError, 'one shape')],
    'r2': [(lambda: ck.r2(torch.zeros(3, 1), torch.zeros(3)), ValueError, 'one shape')],
    'Schedule': [(lambda: ck.Schedule('mine', None, -1, 0), ValueError, 'start must')],
    'constant': [(lambda: ck.constant(3), TypeError, 'argument')],
    'linear': [(lambda: ck.linear(NAN), ValueError, 'start must'), (lambda: ck.linear(1, -1), ValueError, 'end must')],
    'cosine': [(lambda: ck.cosine(math.inf), ValueError, 'start must')],
    'Warmup': [(lambda: ck.Warmup(.1), TypeError, 'then')],
    'warm_up': [(lambda: ck.warm_up(1.5), ValueError, 'share must'), (lambda: ck.warm_up(.1, 'cosine'), TypeError, 'then must be a schedule')],
    'OneCycle': [(lambda: ck.OneCycle(.3), TypeError, 'div')],
    'one_cycle': [(lambda: ck.one_cycle(2), ValueError, 'pct must'), (lambda: ck.one_cycle(div=0), ValueError, 'div must'), (lambda: ck.one_cycle(moms=(1., 2.)), ValueError, 'moms must'), (lambda: ck.one_cycle(moms=(.9,)), ValueError, 'two numbers')],
    'TorchSchedule': [(lambda: ck.TorchSchedule(3), TypeError, 'not a torch scheduler')],
    'each_epoch': [(lambda: ck.each_epoch(None), TypeError, 'not a torch scheduler')],
    'param_groups': [
        (lambda: ck.param_groups(LIN(), 3), TypeError, 'function of the model'), (lambda: ck.param_groups(LIN(), lambda m: []), ValueError, 'at least one'),
        (lambda: ck.param_groups(LIN(), lambda m: [m.weight]), ValueError, 'the model has 2'), (lambda: ck.param_groups(LIN(), lambda m: [m, m.bias]), ValueError, 'in two groups')],
    'ClipGrad': [(lambda: ck.ClipGrad(), ValueError, 'either norm='), (lambda: ck.ClipGrad(norm=-1), ValueError, 'norm must'), (lambda: ck.ClipGrad(norm=0), ValueError, '> 0'), (lambda: ck.ClipGrad(value=0.), ValueError, '> 0'), (lambda: ck.ClipGrad(value=NAN), ValueError, 'value must')],
    'Accumulate': [(lambda: ck.Accumulate(0), ValueError, 'batches')],
    'Autocast': [(lambda: ck.Autocast(torch.float16), ValueError, 'loss scaling')],
    'ActivationStats': [(lambda: ck.ActivationStats(every=0), ValueError, 'steps'), (lambda: ck.ActivationStats().plot(), ValueError, 'fit first'),
        (lambda: learn().fit(1, callbacks=[ck.ActivationStats(lambda m: {'a': 3})], progress=False), TypeError, 'dict of modules')],
    'CSVLog': [(lambda: learn().fit(1, callbacks=[ck.CSVLog('/dev/null/x.csv')], progress=False), OSError, '')],
    'minimum': [(lambda: ck.minimum([1., 2.], []), ValueError, 'as many rates')],
    'steep': [(lambda: ck.steep([1., 2., 3.], [1., 2.]), ValueError, 'as many rates')],
    'valley': [(lambda: ck.valley([], []), ValueError, 'two or more')],
    'slide': [(lambda: ck.slide([1.], [1.]), ValueError, 'two or more')],
    'ramp': [(lambda: ck.ramp(0, 1, 10), ValueError, '0 < start'), (lambda: ck.ramp(1, 2, 1), ValueError, 'steps must'), (lambda: ck.ramp(1, 2, 3, 'log'), ValueError, 'linear')],
    'LRFind': [(lambda: ck.LRFind(), TypeError, 'lrs')],
    'no_trace': [(lambda: ck.no_trace(3).__enter__(), AttributeError, 'model')],
    'lr_find': [
        (lambda: ck.lr_find(learn(), start=1, end=.1), ValueError, 'start < end'), (lambda: ck.lr_find(learn(), steps=1), ValueError, 'steps must'), (lambda: ck.lr_find(learn(), end=math.inf), ValueError, 'start < end'),
        (lambda: ck.lr_find(ck.Learner(LIN, DATA, lr=[1., 0.], groups=lambda m: [m.weight, m.bias])), ValueError, 'rate 0')],
    'flat': [(lambda: ck.flat(nn.ReLU()), (RuntimeError, ValueError), '')],
    'set_flat': [(lambda: ck.set_flat(NET, torch.zeros(3)), ValueError, 'has 6 parameters')],
    'direction': [(lambda: ck.direction(NET, norm='filters'), ValueError, 'norm must')],
    'losses_at': [(lambda: ck.losses_at(NET, ck.flat(NET), DATA.train), ValueError, '(points, parameters)'), (lambda: ck.losses_at(NET, torch.zeros(2, 3), DATA.train), ValueError, 'has 6 parameters')],
    'Slice': [(lambda: ck.Slice(), TypeError, 'at')],
    'Surface': [(lambda: ck.Surface(), TypeError, 'losses')],
    'slice_1d': [(lambda: ck.slice_1d(NET, DATA.train, n=1), ValueError, 'n must'), (lambda: ck.slice_1d(NET, DATA.train, span=NAN), ValueError, 'span must'), (lambda: ck.slice_1d(NET, DATA.train, span=0.), ValueError, 'span must')],
    'slice_2d': [(lambda: ck.slice_2d(NET, DATA.train, xlim=(1, -1)), ValueError, 'xlim must'), (lambda: ck.slice_2d(NET, DATA.train, ylim=(0, math.inf)), ValueError, 'ylim must')],
    'rescale': [(lambda: ck.rescale(NET, 2.), ValueError, 'nn.Sequential'), (lambda: ck.rescale(nn.Sequential(NET, nn.Tanh(), NET), 2.), ValueError, 'ReLU'), (lambda: ck.rescale(nn.Sequential(LIN(), nn.ReLU(), LIN()), 0.), ValueError, '> 0')],
    'WeightPath': [(lambda: ck.WeightPath(every=0), ValueError, 'steps'), (lambda: ck.WeightPath().weights, (RuntimeError, ValueError), '')],
    'Ball': [(lambda: ck.Ball(sum, 3.), ValueError, 'start must')],
    'Path': [(lambda: ck.Path(), TypeError, 'center')],
    'pca_path': [(lambda: ck.pca_path(torch.zeros(2, 5)), ValueError, 'three points'), (lambda: ck.pca_path(torch.zeros(5, 5)), ValueError, 'nothing moved')],
    'hessian_product': [(lambda: ck.hessian_product(nn.ReLU(), DATA.train), (RuntimeError, ValueError), '')],
    'top_eigenvalue': [(lambda: ck.top_eigenvalue(NET, DATA.train, steps=0), ValueError, 'steps must')],
    'default_loss': [(lambda: ck.default_loss(torch.zeros(3, 1), torch.zeros(3)), ValueError, 'trailing 1')],
    'check_callback': [(lambda: ck.check_callback(Wrong()), ValueError, 'did you mean epoch_end'), (lambda: ck.check_callback(Empty), TypeError, 'is a class'), (lambda: ck.check_callback(Empty()), TypeError, 'never run')],
    'Callback': [(lambda: ck.Learner(LIN, DATA, callbacks=[ck.Callback()]), TypeError, 'never run')],
    'Events': [(lambda: ck.Events(None, [3]), TypeError, 'no method named after an event')],
    'State': [(lambda: ck.State(epochs=1), TypeError, 'epochs')],
    'History': [(lambda: ck.History().plot(), ValueError, 'call learn.fit'), (lambda: ck.History(lrs=[1], rows=[dict(epoch=1)]).plot('f1'), ValueError, "no metric 'f1'")],
    'evaluating': [(lambda: ck.evaluating(3).__enter__(), AttributeError, 'modules')],
    'interrupts': [(lambda: ck.interrupts(1), TypeError, 'argument')],
    'Learner': [
        (lambda: ck.Learner(nn.Linear, DATA), TypeError, 'pass an object'),
        (lambda: ck.Learner(None, DATA), TypeError, 'nn.Module'),
        (lambda: ck.Learner(nn.ReLU(), DATA), ValueError, 'no parameter'),
        (lambda: ck.Learner(LIN, X), TypeError, 'DataLoader'),
        (lambda: ck.Learner(LIN, DATA, loss='mse'), TypeError, 'functions'),
        (lambda: ck.Learner(LIN, DATA, metrics=['accuracy']), TypeError, 'functions'),
        (lambda: ck.Learner(LIN, DATA, lr=-1), ValueError, 'lr must'),
        (lambda: ck.Learner(LIN, DATA, lr=NAN), ValueError, 'lr must'),
        (lambda: ck.Learner(LIN, DATA, wd=math.inf), ValueError, 'wd must'),
        (lambda: ck.Learner(LIN, DATA, seed=1.5), TypeError, 'seed'),
        (lambda: ck.Learner(LIN, DATA, opt=torch.optim.SGD(W, lr=1.)), ValueError, 'none of the model'),
        (lambda: ck.Learner(LIN, DATA, opt=lambda p, lr: 3), TypeError, 'must make a torch optimiser'),
        (lambda: ck.Learner(LIN, DATA, callbacks=[Wrong()]), ValueError, 'did you mean'),
        (lambda: learn().fit(), ValueError, 'how many epochs'),
        (lambda: learn().fit(0), ValueError, 'epochs must'),
        (lambda: learn().fit(1.5), ValueError, 'epochs must'),
        (lambda: learn().fit(1, lr='high'), ValueError, 'lr must'), (lambda: learn().fit(1, lr=[1, 2]), ValueError, '1 group'), (lambda: learn().freeze(), ValueError, 'say what its parts are'),
        (lambda: learn().freeze_to(1), ValueError, 'at least one must learn'), (lambda: learn().fit(1, schedule='cosine'), TypeError, 'schedule must'), (lambda: learn().fit_one_cycle(1, pct=3), ValueError, 'pct'),
        (lambda: learn().steps(-1), ValueError, 'epochs must'),
        (lambda: learn().predict(np.zeros((3, 5))), ValueError, '(rows, 2)'),
        (lambda: learn().predict(np.zeros(2)), ValueError, 'X[None]'),
        (lambda: learn().predict(np.zeros((0, 2))), ValueError, 'empty'),
        (lambda: learn().predict([[NAN, 1.]]), ValueError, 'missing'),
        (lambda: learn().load('no-such-file.pt'), FileNotFoundError, 'no checkpoint'),
        (lambda: learn().load_state_dict({}), ValueError, 'not the state'),
        (lambda: ck.Learner(LIN, ck.Data.from_arrays(X, Y, valid=0)).validate(), ValueError, 'no validation set'),
        (lambda: ck.Learner(lambda: nn.Linear(5, 2), DATA).fit(1, progress=False), RuntimeError, '')],
    'save_file': [(lambda: ck.save_file({}, '/dev/null/x'), OSError, '')],
    'load_file': [(lambda: ck.load_file('no-such-file.pt'), FileNotFoundError, 'no checkpoint')],
    'Progress': [(lambda: ck.Progress(speed=3), TypeError, 'speed')],
    'EarlyStopping': [
        (lambda: ck.EarlyStopping(patience=0), ValueError, 'patience'), (lambda: ck.EarlyStopping(mode='up'), ValueError, 'mode'), (lambda: ck.EarlyStopping(min_delta=NAN), ValueError, 'min_delta'),
        (lambda: learn().fit(1, callbacks=[ck.EarlyStopping('f1')], progress=False), ValueError, 'does not have')],
    'BestWeights': [(lambda: ck.BestWeights(mode='up'), ValueError, 'mode'), (lambda: learn().fit(1, callbacks=[ck.BestWeights], progress=False), TypeError, 'is a class')],
    'Checkpoint': [(lambda: ck.Checkpoint('x', every=0), ValueError, 'every')],
    'Worker': [(lambda: ck.Worker(plain), TypeError, 'yield'), (lambda: ck.Worker(gen, fps=1000), ValueError, 'fps')],
    'answer_at_once': [(lambda: ck.answer_at_once(), TypeError, 'widget')],
    'pack': [(lambda: ck.pack({}, [{}, 3]), (AttributeError, TypeError), '')],
    'unpack': [(lambda: ck.unpack(b''), ValueError, 'not a frame')],
    'thin': [(lambda: ck.thin(np.zeros(2000), np.zeros(3)), ValueError, 'as many x as y')],
    'View': [(lambda: ck.View(), TypeError, 'xlabel')],
    'Curves': [
        (lambda: CURVES.draw({'a': [[1, 2], [3, 4]]}), ValueError, 'one row each'), (lambda: CURVES.draw({'a': 'text'}), TypeError, 'must be numbers'),
        (lambda: CURVES.draw({'a': ([1], [1, 2])}), ValueError, 'as many x as y'), (lambda: CURVES.draw({}, rules={'r': ('z', 1)}), ValueError, 'a rule is'),
        (lambda: ck.Curves('x', 'y', xlim=(1, 0)).draw({'a': [1]}), ValueError, 'low, high'), (lambda: ck.Curves('x', 'y').figure(), ValueError, 'draw(...) first'),
        (lambda: CURVES.draw({}, rules={'r': ('x', NAN)}), ValueError, 'finite'), (lambda: CURVES.draw({}, points={'p': ([1], [1, 2])}), ValueError, 'as many x as y'),
        (lambda: CURVES.limits(x=(1, 0)), ValueError, 'low, high'), (lambda: CURVES.on_pick(3), TypeError, 'needs a function')],
    'Field': [
        (lambda: FIELD.draw([1, 2]), ValueError, 'grid'), (lambda: FIELD.draw([[]]), ValueError, 'grid'), (lambda: ck.Field('x', 'y', vlim=(1, 1)), ValueError, 'low, high'),
        (lambda: ck.Field('x', 'y', colors='jet'), ValueError, 'diverging'), (lambda: FIELD.draw([[1.]], paths={'a': ([1], [1, 2])}), ValueError, 'as many x as y')],
    'Network': [(lambda: ck.Network().draw([np.zeros((2, 8, 8))], []), ValueError, 'at least two layers'), (lambda: ck.Network().draw([np.zeros((2, 8, 8))] * 2, [np.zeros((3, 2))]), ValueError, 'weights')],
    'Images': [(lambda: ck.Images(columns=0), ValueError, 'columns'), (lambda: ck.Images().draw(np.zeros((3, 64))), ValueError, 'x.reshape'), (lambda: ck.Images().draw(np.zeros((2, 8, 8)), titles=['a']), ValueError, '2 titles')],
    'Slider': [(lambda: ck.Slider('a', []), ValueError, 'at least two'), (lambda: ck.Slider('a', [2, 1]), ValueError, 'ascending'), (lambda: ck.Slider('a', [1, NAN]), ValueError, 'finite'), (lambda: ck.Slider('a', [1, 2], NAN), ValueError, 'finite')],
    'log_values': [(lambda: ck.log_values(0, 1), ValueError, 'zero=True'), (lambda: ck.log_values(2, 1), ValueError, 'low < high')],
    'lr_slider': [(lambda: ck.lr_slider(low=0), ValueError, 'zero=True'), (lambda: ck.lr_slider(NAN), ValueError, 'finite')],
    'wd_slider': [(lambda: ck.wd_slider(high=NAN), ValueError, 'low < high')],
    'explore': [
        (lambda: ck.explore(plain, CURVES, a=ck.lr_slider()), TypeError, 'yield'), (lambda: ck.explore(gen, CURVES, a=3), TypeError, 'ck.Slider'),
        (lambda: ck.explore(gen, [3], a=ck.lr_slider()), TypeError, 'views'), (lambda: ck.explore(gen, CURVES, folded=['lr'], a=ck.lr_slider()), ValueError, "there is no 'lr'"), (lambda: ck.explore(gen, CURVES), ValueError, 'one slider')],
    'Explorer': [(lambda: ck.Explorer(gen, [], dict(a=ck.lr_slider())), ValueError, 'one view')],
    'watch': [(lambda: ck.watch(lambda lr, wd: 3, lr=ck.lr_slider(), wd=ck.wd_slider()), TypeError, 'needs a Learner')],
    'Panel': [(lambda: ck.Panel([], [3]), TypeError, 'views must be')],
    'Steering': [
        (lambda: ck.Steering(learn(), [3]), TypeError, 'views must be'), (lambda: ck.Steering(learn(), sliders=dict(lr=ck.lr_slider()), knobs=dict(heat=(len, len))), ValueError, "no slider 'heat'"),
        (lambda: ck.Steering(learn(), sliders=dict(lr=ck.lr_slider()), folded=['wd']), ValueError, "there is no 'wd'"), (lambda: ck.Steering({}), TypeError, 'needs a Learner')],
    'draw_losses': [(lambda: ck.draw_losses(3, CURVES), TypeError, 'a live run')], 'draw_metric': [(lambda: ck.draw_metric(3, CURVES, 'accuracy'), TypeError, 'a live run')],
    'LiveRun': [
        (lambda: ck.LiveRun(3), TypeError, 'needs a Learner'), (lambda: ck.LiveRun({}), ValueError, 'at least one'), (lambda: ck.LiveRun(learn(), ['speed']), ValueError, "no knob 'speed'"),
        (lambda: ck.LiveRun(learn(), pause_at=1.5), ValueError, 'pause_at'), (lambda: ck.LiveRun(learn(), pace=NAN), ValueError, 'pace'), (lambda: ck.LiveRun(learn()).turn(lr=NAN), ValueError, 'lr'),
        (lambda: ck.LiveRun(learn()).advance(0), ValueError, 'n must be'), (lambda: ck.LiveRun(learn()).fork(), ValueError, 'a knob that differs'), (lambda: ck.LiveRun(learn()).back(), ValueError, 'nothing has diverged')],
    'Tape': [
        (lambda: ck.Tape(3), TypeError, 'needs a Learner'), (lambda: ck.Tape(learn(), every=0), ValueError, 'every'), (lambda: ck.Tape(learn(), memory=NAN), ValueError, 'memory'), (lambda: ck.Tape(learn(), epochs=0), ValueError, 'epochs'),
        (lambda: ck.Tape(learn()).goto(5), ValueError, 'step must be'), (lambda: ck.Tape(learn()).turn(lr='fast'), ValueError, 'lr'), (lambda: ck.Tape(learn()).fork(3, lr=.1), ValueError, 'at, the step of the fork')],
    'Turn': [(lambda: ck.Turn(1), TypeError, 'missing')],
    'digest': [(lambda: ck.digest(3), TypeError, 'tensors')],
    'read_log': [(lambda: ck.read_log('nowhere'), FileNotFoundError, 'no log'), (lambda: ck.read_log({}), ValueError, 'not a log')],
    'replay': [(lambda: ck.replay(ck.Tape(learn()).log(), learn(seed=1)), ValueError, 'seed'), (lambda: ck.replay({}, learn()), ValueError, 'not a log'), (lambda: ck.replay(ck.Tape(learn()).log(), 3), TypeError, 'needs a Learner')],
    'Knob': [(lambda: ck.Knob(len), TypeError, 'set')],
    'make_knobs': [(lambda: ck.make_knobs(learn(), ['lrr']), ValueError, "no knob 'lrr'"), (lambda: ck.make_knobs(learn(), dict(lr=3)), TypeError, 'pair of functions'), (lambda: ck.make_knobs(3), TypeError, 'needs a Learner')],
    'Features': [(lambda: ck.Features(['x3']), ValueError, "no feature 'x3'"), (lambda: ck.Features([]), ValueError, 'at least one')],
    'plane_net': [(lambda: ck.plane_net(activation='swish'), ValueError, 'tanh'), (lambda: ck.plane_net(features=[]), ValueError, 'at least one')],
    'plane_loss': [(lambda: ck.plane_loss(torch.zeros(9, 1), torch.zeros(9)), ValueError, 'one shape')], 'plane_accuracy': [(lambda: ck.plane_accuracy(torch.zeros(9, 2), torch.zeros(9, 1)), ValueError, 'class numbers')],
    'dissect': [(lambda: ck.dissect(3, torch.zeros(9, 2)), TypeError, 'nn.Module'), (lambda: ck.dissect(torch.nn.Flatten(0), torch.zeros(9, 2)), ValueError, '(n, outputs)')],
    'Dissection': [(ck.Dissection, TypeError, 'values')], 'norms': [(lambda: ck.norms(3), TypeError, 'needs a Learner')],
    'L1': [(lambda: ck.L1(-1), ValueError, 'l1'), (lambda: ck.L1(NAN), ValueError, 'l1')],
    'edit': [(lambda: ck.edit(ck.plane_net(), 'w1[0] = 1'), ValueError, 'w1[0,1]'), (lambda: ck.edit(ck.plane_net(), 'w9[0,0] = 1'), ValueError, 'counted from 1')],
    'Challenge': [(lambda: ck.Challenge('', 'a', '', len), ValueError, 'name'), (lambda: ck.Challenge('a', 'a', '', 3), TypeError, 'function of the facts')], 'Facts': [(ck.Facts, TypeError, 'step')], 'at_least': [(lambda: ck.at_least('a', 'b', 1), TypeError, '>=')], 'at_most': [(lambda: ck.at_most('a', None, 1), TypeError, '<=')],
    'playground': [(lambda: ck.playground(3), TypeError, '(X, y)'), (lambda: ck.playground((np.zeros((9, 3)), Y[:9])), ValueError, 'two columns'), (lambda: ck.playground(net='8-x'), ValueError, 'such as 8-4'), (lambda: ck.playground(model=3), TypeError, 'nn.Module')],
    'Playground': [(lambda: ck.Playground(challenges=['hard']), TypeError, 'Challenge'), (lambda: ck.Playground(state='lr=fast', auto=False), ValueError, 'lr=fast'), (lambda: ck.Playground(lr=NAN), ValueError, 'a number from')],
    'healthy': [(lambda: ck.healthy('a'), ValueError, 'seed')], 'Fault': [(ck.Fault, TypeError, 'name')], 'Observed': [(ck.Observed, TypeError, 'train_loss')],
    'observe': [(lambda: ck.observe(learn()), ValueError, 'healthy(seed)'), (lambda: ck.observe(ck.healthy(0), 0), ValueError, 'steps')], 'shows': [(lambda: ck.shows('nothing'), ValueError, 'no-zero-grad')],
    'gym': [(lambda: ck.gym('hard'), ValueError, "no round 'hard'"), (lambda: ck.gym(['frozen']), ValueError, 'at least two'), (lambda: ck.gym(case='zz'), ValueError, 'four of the letters'), (lambda: ck.gym(seed='a'), ValueError, 'seed')],
    'Gym': [(lambda: ck.Gym(['cold', 'frozen']), ValueError, 'no-zero-grad')], 'show_run': [(lambda: ck.show_run(3), TypeError, 'observe(learn)')],
    'confusion': [(lambda: ck.confusion([{}]), KeyError, 'name')], 'gym_card': [(lambda: ck.gym_card(3), TypeError, 'iterable')], 'gym_catalogue': [(lambda: ck.gym_catalogue(3), TypeError, 'iterable')],
    'keep': [(lambda: ck.keep('hunt', '05.a'), ValueError, 'kind must be'), (lambda: ck.keep('hint', ''), ValueError, 'name must be'), (lambda: ck.keep('hint', 'a', time=3), ValueError, 'by itself')],
    'entries': [(lambda: ck.entries(3), TypeError, 'PathLike')], 'progress': [(lambda: ck.progress(3), TypeError, 'PathLike')],
    'predict': [
        (lambda: ck.predict('05.a', 'Well?'), ValueError, 'none of them'), (lambda: ck.predict('05.a', 'Well?', number=(0, NAN)), ValueError, 'finite'), (lambda: ck.predict('05.a', 'Well?', number=(0, 1), choices=['a', 'b']), ValueError, 'number and choices'),
        (lambda: ck.predict('05.a', 'Well?', choices=[]), ValueError, 'at least two'), (lambda: ck.predict('05.a', 'Well?', number=(0, 1), default=2), ValueError, 'between 0 and 1'), (lambda: ck.predict('05.a', 'Well?', number=(0, 1), default='x'), TypeError, 'must be a number')],
    'Prediction': [(lambda: ck.Prediction('', 'Well?', number=(0, 1)), ValueError, 'name must be'), (lambda: ck.Prediction('05.a', None, number=(0, 1)), ValueError, 'question must be'), (lambda: ck.predict('05.a', 'Well?', number=(0, 1)).unlock(3), TypeError, 'needs a widget')],
    'lecture': [(lambda: ck.lecture(1, 2), TypeError, 'argument')],
    'quiz': [(lambda: ck.quiz('05.a', 'Well?', {}), ValueError, 'at least two'), (lambda: ck.quiz('05.a', 'Well?', dict(a='x', A='y')), ValueError, 'twice'), (lambda: ck.quiz('05.a', []), ValueError, 'a list of pairs')],
    'Quiz': [(lambda: ck.Quiz(3, 'Well?', dict(a='x', b='y')), ValueError, 'name must be')],
    'Exercise': [
        (lambda: ck.Exercise('decay', 's', 1, hints='abc'), ValueError, "such as '05.decay_step'"), (lambda: ck.Exercise(None, 's', 1, hints='abc'), ValueError, 'named by its lesson'), (lambda: ck.Exercise('05.a', ' ', 1, hints='abc'), ValueError, 'no statement'),
        (lambda: ck.Exercise('05.a', 's', 1), ValueError, 'three different hints'), (lambda: ck.Exercise('05.a', 's', dict, hints='abc'), ValueError, 'needs a probe'), (lambda: ck.Exercise('05.a', 's', 1, mistakes=[1], hints='abc'), TypeError, 'Mistake(code, says)'),
        (lambda: ck.Exercise('05.a', 's', 1, hints='abc', rtol=NAN), ValueError, 'rtol'), (lambda: ck.Exercise('05.a', 's', len, lambda rng: [], hints='abc').inputs(), ValueError, 'yield nothing')],
    'Mistake': [(lambda: ck.Mistake(1, ''), ValueError, 'a sentence'), (lambda: ck.Mistake(1, None), ValueError, 'a sentence')],
    'check': [(lambda: ck.check(None), TypeError, 'needs an exercise'), (lambda: ck.check(len), TypeError, 'not len'), (lambda: ck.check(ck.Exercise('05.a', 's', 1, hints='abc'), 1), TypeError, 'brackets of its own')],
    'hint': [(lambda: ck.hint('05.decay_step'), TypeError, 'needs an exercise'), (lambda: ck.hint(None), TypeError, 'ck.hint(l05.decay_step)')],
    'solution': [(lambda: ck.solution(3), TypeError, 'needs an exercise')],
    'recorded': [(lambda: ck.recorded(CURVES, [b''], ck.lr_slider()), ValueError, 'each position'), (lambda: ck.recorded(CURVES, []), ValueError, 'one or two')],
}


@pytest.mark.parametrize('call, error, words', [pytest.param(*row, id=f'{name}-{i}') for name, rows in TABLE.items() for i, row in enumerate(rows)])
def test_bad_input(call, error, words):
    with pytest.raises(error) as e: call()
    assert words in str(e.value)


def test_every_public_name_has_a_row():
    public = {n for n in ck.__all__ if callable(getattr(ck, n))}
    assert public - set(TABLE) == set() and set(TABLE) - public == set()
    assert all(inspect.getdoc(getattr(ck, n)) for n in public)
