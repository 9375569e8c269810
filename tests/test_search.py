"A search in several processes, killed, interrupted, and on a backend that knows only lists: the same rows as one that nothing happened to."
import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import joblib
import pytest
from joblib.parallel import ThreadingBackend, register_parallel_backend

import coursekit as ck

SCRIPT = '''
    import sys, time
    import torch
    from torch import nn
    import coursekit as ck

    def train(config, seed):
        "A real training, and a wait, so that there is time to be killed in."
        learn = ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=100, seed=seed), lr=config['lr'], wd=config['wd'], metrics=[ck.accuracy], seed=seed)
        learn.fit(2, progress=False)
        if config['lr'] > .5: raise RuntimeError('too large')
        time.sleep(.05)
        return dict(accuracy=learn.validate()['accuracy'], threads=float(torch.get_num_threads()))

    if __name__ == '__main__':
        space = dict(lr=ck.log_uniform(1e-4, 1), wd=ck.uniform(0, 1))
        s = ck.search(train, space, n=24, path=sys.argv[1], jobs=int(sys.argv[2]) or None, progress=False)
        print(len(s.rows), len(s.failed))
'''


@pytest.fixture(scope='module')
def folder(tmp_path_factory): return tmp_path_factory.mktemp('search')


@pytest.fixture(scope='module')
def script(folder):
    (folder/'run.py').write_text(textwrap.dedent(SCRIPT))
    env = os.environ | dict(PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
    return lambda path, jobs=0: subprocess.Popen([sys.executable, 'run.py', path, str(jobs)], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def rows(path):
    "The rows of a file by their number, without the times, and whether any number is there twice."
    got = [json.loads(line) for line in path.read_bytes().splitlines()[1:]]
    assert len({r['k'] for r in got}) == len(got)
    return {r['k']: {k: v for k, v in r.items() if k != 'seconds'} for r in got}


@pytest.fixture(scope='module')
def unbroken(folder, script):
    "The rows of a search that nothing happened to."
    out, _ = script(folder/'whole.jsonl').communicate(timeout=300)
    assert out.split()[0] == '24', out
    return rows(folder/'whole.jsonl')


def wait_for(path, lines, process):
    while process.poll() is None and (not path.exists() or path.read_bytes().count(b'\n') < lines): time.sleep(.01)


@pytest.mark.parametrize('jobs', [0, 2])
def test_killed_and_gone_on(script, unbroken, tmp_path, jobs):
    "Killed twice without warning; what comes out is to the bit what an unbroken search gives."
    path, before = tmp_path/'killed.jsonl', 1
    for more in (4, 5):
        p = script(path, jobs)
        wait_for(path, before + more, p)
        assert p.poll() is None, p.communicate()
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        p.stdout.close()
        now = path.read_bytes().count(b'\n')
        assert before + more <= now < 25
        before = now
    out, _ = script(path, jobs).communicate(timeout=300)
    assert out.split()[0] == '24', out
    assert rows(path) == unbroken
    assert any(r['error'] == 'RuntimeError: too large' for r in rows(path).values())


@pytest.mark.parametrize('jobs', [0, 2])
def test_ctrl_c(script, unbroken, tmp_path, jobs):
    "The whole group of processes gets it, as from a terminal: what is done is kept and told, and nothing half-trained is among it."
    path = tmp_path/'stopped.jsonl'
    p = script(path, jobs)
    wait_for(path, 6, p)
    os.killpg(p.pid, signal.SIGINT)
    out, _ = p.communicate(timeout=120)
    assert 'Interrupted' in out and 'of 24 configurations are done and kept' in out and not p.returncode, out      # a process that was just between two configurations may say a word of its own
    kept = rows(path)
    assert 5 <= len(kept) < 24 and all(unbroken[k] == r for k, r in kept.items())


def toy(config, seed): return dict(loss=config['a'] + seed)


class ListsOnly(ThreadingBackend):
    "What joblib-to-cluster bridges that are made of multiprocessing's pool look like to us."
    supports_return_generator = False


def test_backends():
    space = dict(a=ck.uniform(0, 1))
    values = lambda **kw: [r['result'] for r in ck.search(toy, space, n=30, seed=3, progress=False, **kw).rows]
    alone = values()
    assert values(jobs=2) == alone
    register_parallel_backend('lists', ListsOnly)
    for kw in (dict(backend='loky', n_jobs=2), dict(backend='lists', n_jobs=2), dict(backend='multiprocessing', n_jobs=2)):
        with joblib.parallel_config(**kw): assert values() == alone


def test_a_mistake_in_the_trainer_is_told_from_a_process_too():
    with pytest.raises(TypeError, match='a dict of numbers'): ck.search(lambda c, s: 3, dict(a=ck.uniform(0, 1)), n=4, jobs=2, progress=False)
