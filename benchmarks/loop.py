"coursekit's Learner beside a hand-written PyTorch loop, interleaved in one process."
import argparse, json
from functools import partial
from pathlib import Path

import coursekit as ck
from task import coursekit, environment, plain, report, side_by_side

LOOPS = dict(plain=plain, coursekit=coursekit, plain_bar=partial(plain, show='bar'),
             plain_quiet=partial(plain, show=''), coursekit_quiet=partial(coursekit, progress=False))
PAIRS = ('coursekit', 'plain'), ('coursekit', 'plain_bar'), ('coursekit_quiet', 'plain_quiet')

def main(rounds, out=None):
    data = ck.digits(bs=64, seed=0)
    times = side_by_side(LOOPS, data, rounds)
    env = environment() | dict(coursekit=ck.__version__)
    print('\n', env)
    report(times, PAIRS)
    if out: Path(out).write_text(json.dumps(dict(environment=env, batches=len(data), times=times)))

def options(doc, rounds):
    "The command line of both benchmarks."
    p = argparse.ArgumentParser(description=doc)
    p.add_argument('--rounds', type=int, default=rounds, help='timed fits of each loop')
    p.add_argument('--json', help='a file for the raw times, in seconds per epoch')
    a = p.parse_args()
    return a.rounds, a.json

if __name__ == '__main__': main(*options(__doc__, 100))
