"A plain Python script, without any notebook: nothing runs again there, and nothing takes another's place."
import subprocess
import sys

SCRIPT = '''
import coursekit as ck
import ipywidgets
from torch import nn

data = ck.digits(n=100)
def work(k):
    yield
def learner(): return ck.Learner(lambda: nn.Linear(64, 10), data)
def explore(): return ck.explore(work, ck.Curves('x', 'y'), auto=False, k=ck.Slider('k', [1, 2]))
def ask(): return ck.predict('05.a', 'Does it fall?', choices=['yes', 'no'])
def quiz(): return ck.quiz('05.b', 'Does it fall?', dict(yes='It does.', no='But it does.'))

made = [make() for make in (lambda: ck.watch(learner(), run=dict(pause_at=20)), explore, ask, quiz) for _ in range(2)]
box = ipywidgets.HBox(made)
box.get_state()
assert len({w.name for w in made}) == 8 and all(w.comm for w in made), [w.name for w in made]
for w in made[:2]: assert w.run.wait(600)
print(*(w.run.step for w in made[:2]), made[0].run is made[1].run)
named = [ck.explore(work, ck.Curves('x', 'y'), name='mine', auto=False, k=ck.Slider('k', [1, 2])) for _ in range(2)]
print([w.comm is None for w in named])
'''


def test_two_of_each_live():
    "But of two that were given one name, the newer one."
    out = subprocess.run([sys.executable, '-c', SCRIPT], capture_output=True, text=True)
    assert out.stdout.splitlines() == ['20 20 False', '[True, False]'], out.stderr
