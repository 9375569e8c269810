"A damaged checkpoint is noticed, whichever byte it is, and nothing in a file is ever executed."
import os
import pickle
import random
import zipfile

import pytest
import torch
from torch import nn

import coursekit as ck


@pytest.fixture
def saved(tmp_path):
    learn = ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=50), lr=1e-2)
    learn.fit(2, progress=False)
    learn.save(tmp_path/'a.pt')
    return learn, tmp_path/'a.pt'


def snapshot(learn): return [p.detach().clone() for p in learn.model.parameters()], learn.state.step, len(learn.history.losses)


def unchanged(learn, before):
    ps, step, n = snapshot(learn)
    return all(a.equal(b) for a, b in zip(ps, before[0])) and (step, n) == before[1:]


def test_damaged_at_100_random_bytes(saved):
    learn, path = saved
    good, before, rng = path.read_bytes(), snapshot(learn), random.Random(0)
    for at in rng.sample(range(len(good)), 100):
        bad = bytearray(good)
        bad[at] ^= rng.randrange(1, 256)
        path.write_bytes(bad)
        with pytest.raises(ValueError, match='damaged|not a checkpoint'): learn.load(path)
        assert unchanged(learn, before)
    for n in (0, 1, 100, len(good) - 1):
        path.write_bytes(good[:n])
        with pytest.raises(ValueError, match='damaged|not a checkpoint'): learn.load(path)
    path.write_bytes(good)
    learn.load(path)


class Evil:
    def __init__(self, target): self.target = target
    def __reduce__(self): return os.mkdir, (self.target,)


def test_nothing_is_executed(tmp_path, saved):
    "Neither from a plain pickle nor from one that carries a right checksum."
    learn, _ = saved
    target = str(tmp_path/'executed')
    (tmp_path/'b.pt').write_bytes(pickle.dumps(Evil(target)))
    with pytest.raises(ValueError, match='not a checkpoint'): learn.load(tmp_path/'b.pt')
    ck.save_file(dict(x=Evil(target)), tmp_path/'c.pt')
    with pytest.raises(ValueError, match='more than tensors'): learn.load(tmp_path/'c.pt')
    assert not os.path.exists(target)


def test_foreign_files_change_nothing(tmp_path, saved):
    learn, path = saved
    before = snapshot(learn)
    torch.save(learn.model.state_dict(), tmp_path/'plain.pt')
    with zipfile.ZipFile(tmp_path/'z.zip', 'w') as z: z.writestr('a', 'b')
    ck.save_file(dict(a=1), tmp_path/'other.pt')
    for name, words in (('plain.pt', 'not written by learn.save'), ('z.zip', 'not written by learn.save'), ('other.pt', 'not the state of a learner')):
        with pytest.raises(ValueError, match=words): learn.load(tmp_path/name)
    with pytest.raises(FileNotFoundError, match='no checkpoint at'): learn.load(tmp_path/'none.pt')
    wide = ck.Learner(lambda: nn.Sequential(nn.Linear(64, 10), nn.Linear(10, 10)), ck.digits(n=50))
    with pytest.raises(ValueError, match='another model'): wide.load(path)
    sgd = ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=50), opt=torch.optim.SGD)
    with pytest.raises(ValueError, match='trained with AdamW'): sgd.load(path)
    assert unchanged(learn, before) and wide.state.step == sgd.state.step == 0


def test_a_failed_write_keeps_the_old_file(tmp_path, saved, monkeypatch):
    learn, path = saved
    good = path.read_bytes()
    def full(*a): raise OSError('disk full')
    monkeypatch.setattr(os, 'fsync', full)
    with pytest.raises(OSError): learn.save(path)
    assert path.read_bytes() == good and list(tmp_path.iterdir()) == [path]
