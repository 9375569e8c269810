"Wherever a path is taken: `~` is home, a link stays a link, and a folder that has gone is named."
import json

import coursekit as ck
import numpy as np
import pytest
from coursekit.app import cli
from torch import nn


@pytest.fixture
def home(tmp_path, monkeypatch):
    "An empty home, which is not the folder we are in."
    away = tmp_path/'away'
    (tmp_path/'home').mkdir(); away.mkdir()
    for name in ('HOME', 'USERPROFILE'): monkeypatch.setenv(name, str(tmp_path/'home'))
    monkeypatch.chdir(away)
    yield tmp_path/'home'
    assert not list(away.iterdir())      # nothing is called ~


def learner(): return ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=60))


def test_files_of_a_training(home):
    learn = learner()
    learn.fit(1, progress=False, callbacks=[ck.Checkpoint('~/each.pt'), ck.CSVLog('~/log.csv')])
    learn.save('~/last.pt')
    assert sorted(p.name for p in home.iterdir()) == ['each.pt', 'last.pt', 'log.csv']
    other = learner().load('~/last.pt')
    assert other.state.step == learn.state.step


def test_files_of_a_run_and_a_search(home):
    run = ck.LiveRun(learner(), name='paths')
    run.advance(3)
    run.log('~/run.json')
    run.close()
    assert ck.replay('~/run.json', learner()).step == 3
    ck.search(lambda c, seed: dict(loss=c['a']), dict(a=ck.uniform(0, 1)), n=2, path='~/tried.jsonl', progress=False)
    assert len((home/'tried.jsonl').read_text().splitlines()) == 3


def test_recorded_runs(home):
    s = ck.sweep(lambda: nn.Linear(64, 10), ck.digits(n=60), [.01, .1], steps=4, progress=False)
    s.atlas().save('~/mine.npz')
    assert len(ck.Atlas.load('~/mine.npz').cells) == 2


def test_the_course(home, capsys):
    "And what is printed is where it is."
    assert cli.main(['lessons', '~/course', '--copy']) == 0
    assert (home/'course/00_primer.ipynb').exists()
    assert f'Your lessons: {home/"course"} ' in capsys.readouterr().out
    assert cli.main(['lessons', '~/course', '--fresh', '00']) == 0
    assert f'A fresh copy: {home/"course/00_primer-fresh.ipynb"}' in capsys.readouterr().out
    (home/'progress.jsonl').touch()
    assert cli.main(['progress', '~/course', '--export', '~/class.csv']) == 0
    assert f'are in {home/"class.csv"}' in capsys.readouterr().out


def test_a_link_is_followed(tmp_path):
    (tmp_path/'big').mkdir()
    (tmp_path/'a.pt').symlink_to(tmp_path/'big/a.pt')
    learner().save(tmp_path/'a.pt')
    assert (tmp_path/'a.pt').is_symlink() and (tmp_path/'big/a.pt').stat().st_size > 1000


def test_a_folder_that_has_gone(tmp_path, monkeypatch, capsys):
    (tmp_path/'gone').mkdir()
    monkeypatch.chdir(tmp_path/'gone')
    (tmp_path/'gone').rmdir()
    assert cli.main(['lessons']) == 1
    assert 'has been deleted' in capsys.readouterr().err


def test_numbers_of_other_libraries(tmp_path):
    "NumPy's and torch's numbers are written as numbers."
    ck.search(lambda c, seed: dict(loss=np.float32(c['a'])), dict(a=ck.choice(np.float64(.5), np.int64(2))), n=2, path=tmp_path/'s.jsonl', progress=False)
    assert {json.loads(line)['config']['a'] for line in (tmp_path/'s.jsonl').read_text().splitlines()[1:]} <= {.5, 2}
