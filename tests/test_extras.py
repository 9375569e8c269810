"What else is known of data (`Data.extras`) goes where the data go."
import copy
import pickle

import coursekit as ck
import pytest
import torch
from torch import nn

SETS = dict(
    digits=(lambda: ck.digits(20), 'clean'),
    curves=(lambda: ck.curves(n=20), 'f'),
    scenes=(lambda: ck.scenes(5, valid=3), 'scenes'),
    own=(lambda: ck.Data.from_arrays(torch.zeros(9, 2), torch.zeros(9), extras=dict(deep=[{'a': torch.ones(2)}])), 'deep'),
)


def tensors(v):
    "All tensors in an extra."
    if isinstance(v, torch.Tensor): return [v]
    if isinstance(v, dict): v = list(v.values())
    return [t for part in v for t in tensors(part)] if isinstance(v, (tuple, list)) else []


@pytest.mark.parametrize('make, name', SETS.values(), ids=SETS)
def test_every_set_declares_its_extras(make, name):
    data = make()
    assert list(data.extras) == [name] and getattr(data, name) is data.extras[name] and name in dir(data)
    assert data.__dict__.keys() == ck.Data((torch.zeros(2, 1), torch.zeros(2))).__dict__.keys(), 'nothing else hangs on it'


@pytest.mark.parametrize('make, name', SETS.values(), ids=SETS)
def test_extras_move_with_the_data(make, name):
    data = make()
    there = copy.copy(data).to('meta')
    assert [t.device.type for t in tensors(there.extras)] == ['meta'] * len(tensors(data.extras))
    assert {t.device.type for t in tensors([data.extras, data.train])} == {'cpu'}, 'those of the original stay'
    assert type(getattr(there, name)) is type(getattr(data, name))


def test_a_learner_has_them_and_keeps_its_own():
    data = ck.scenes(8, truth='class', valid=4)
    learn = ck.Learner(lambda: nn.Sequential(nn.Flatten(), nn.Linear(3 * 24 * 24, 5)), data)
    assert learn.data.scenes.valid.boxes.equal(data.scenes.valid.boxes)
    learn.data.extras['mine'] = 3
    learn.data.clean = learn.data.train[1]
    assert learn.data.mine == 3 and list(data.extras) == ['scenes'] and data.clean is None
    with pytest.raises(AttributeError, match="'Data' object has no attribute 'mine'"): data.mine


@pytest.mark.parametrize('again', [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))], ids=['copy', 'deepcopy', 'pickle'])
def test_copies_have_them(again):
    data = ck.digits(20, noise=.5)
    other = again(data)
    assert other.clean.equal(data.clean) and other.extras is not data.extras


def test_an_unknown_attribute_names_the_class():
    class Mine(ck.Data): pass
    data = Mine((torch.zeros(3, 1), torch.zeros(3)), extras=dict(f=abs))
    assert data.f is abs and not hasattr(data, 'scenes') and data.clean is None
    with pytest.raises(AttributeError) as e: data.scenes
    assert str(e.value) == "'Mine' object has no attribute 'scenes'"
    with pytest.raises(ValueError, match="'order' is an attribute of every Mine: call it something else"): Mine(data.train, extras=dict(order=1))
