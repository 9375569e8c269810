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
from joblib.parallel import SequentialBackend, ThreadingBackend, register_parallel_backend

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


@pytest.fixture
def script(tmp_path):
    (tmp_path/'run.py').write_text(textwrap.dedent(SCRIPT))
    env = os.environ | dict(PYTHONPATH=os.pathsep.join(p for p in sys.path if p))
    return lambda name, jobs=0: subprocess.Popen([sys.executable, 'run.py', tmp_path/name, str(jobs)], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def rows(path):
    "The rows of a file by their number, without the times, and whether any number is there twice."
    got = [json.loads(line) for line in path.read_bytes().splitlines()[1:]]
    assert len({r['k'] for r in got}) == len(got)
    return {r['k']: {k: v for k, v in r.items() if k != 'seconds'} for r in got}


def wait_for(path, lines, process):
    while process.poll() is None and (not path.exists() or path.read_bytes().count(b'\n') < lines): time.sleep(.01)


@pytest.mark.parametrize('jobs', [0, 2])
def test_killed_and_gone_on(script, tmp_path, jobs):
    "Killed three times without warning; what comes out is to the bit what an unbroken search gives."
    out, _ = script('whole.jsonl').communicate(timeout=120)
    assert out.split()[0] == '24', out
    path, before = tmp_path/'killed.jsonl', 1
    for more in (4, 5, 3):
        p = script('killed.jsonl', jobs)
        wait_for(path, before + more, p)
        assert p.poll() is None, p.communicate()
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        p.stdout.close()
        now = path.read_bytes().count(b'\n')
        assert before + more <= now < 25
        before = now
    out, _ = script('killed.jsonl', jobs).communicate(timeout=120)
    assert out.split()[0] == '24', out
    assert rows(path) == rows(tmp_path/'whole.jsonl')
    assert any(r['error'] == 'RuntimeError: too large' for r in rows(path).values())


@pytest.mark.parametrize('jobs', [0, 2])
def test_ctrl_c(script, tmp_path, jobs):
    "The whole group of processes gets it, as from a terminal: what is done is kept and told, and nothing half-trained is among it."
    script('whole.jsonl').communicate(timeout=120)
    path = tmp_path/'stopped.jsonl'
    p = script('stopped.jsonl', jobs)
    wait_for(path, 6, p)
    os.killpg(p.pid, signal.SIGINT)
    out, _ = p.communicate(timeout=60)
    assert 'Interrupted' in out and 'of 24 configurations are done and kept' in out and 'Traceback' not in out, out
    kept = rows(path)
    assert 5 <= len(kept) < 24 and kept.items() <= {k: r for k, r in rows(tmp_path/'whole.jsonl').items()}.items()


def toy(config, seed): return dict(v=config['a'] + seed)


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
    assert SequentialBackend        # the default, in this process


def test_a_mistake_in_the_trainer_is_told_from_a_process_too():
    with pytest.raises(TypeError, match='a dict of numbers'): ck.search(lambda c, s: 3, dict(a=ck.uniform(0, 1)), n=4, jobs=2, progress=False)
