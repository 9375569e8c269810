"The playground: its challenges can be met, its state makes the same picture again; in a real JupyterLab by mouse and by keyboard, wide and narrow, light and dark."
import re

import coursekit as ck
import pytest
from lab import SCREENS

SOLUTIONS = {       # challenge -> a state that meets it
    1: 'net=4 lr=0.05 step=500',
    2: 'feed=x1x2 lr=0.3 step=300',
    3: 'net=3 act=ReLU lr=0.05 step=600',
    4: 'opt=AdamW lr=0.3 feed=x1,x2,sin2πx1 step=40',
    5: 'lr=1 step=200',
    6: 'net=8-8 lr=0.03 seed=1 step=800',
    7: 'act=ReLU l1=0.2 step=1500',
    8: 'act=tanh opt=AdamW lr=0.01 step=600',
    9: 'net=8 act=tanh opt=AdamW lr=0.03 step=1500',
    10: 'step=800 fork@0=wd:1,step:800',
}


@pytest.fixture(scope='module')
def still():
    "A playground without a page, that does not begin to train by itself."
    p = ck.Playground(auto=False, name='challenges')
    yield p
    p.close()


def stands(p, line):
    "The facts of a state."
    p.load(line)
    assert p.run.worker.wait(120) and not p.run.error, p.run.message
    return p.facts


@pytest.mark.parametrize('challenge', ck.CHALLENGES, ids=lambda c: c.name)
def test_each_challenge_can_be_met_and_is_not_met_at_its_start(still, challenge):
    plain = 'net=4-2 act=tanh opt=AdamW lr=0.01 wd=0 bs=32 dropout=0 feed=x1,x2 l1=0 seed=0 paint='
    for steps in (0, 20): assert not challenge.judge(stands(still, f'{plain} {challenge.start} step={steps}'))[0]
    solution = SOLUTIONS[int(challenge.name.split()[0])]
    met, why = challenge.judge(stands(still, f'{plain} {challenge.start} {solution}'))
    assert met, why
    elsewhere = stands(still, f'{plain} {challenge.start} {solution} data=blobs noise=0 step=0'.replace('fork@0=wd:1,step:800', ''))
    met, why = challenge.judge(elsewhere)
    assert not met and 'belongs to the task' in why
