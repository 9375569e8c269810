"Runs that are steered while they train, in a real JupyterLab: turn, fork, wind back, replay, and everything that may come between."
import re

import pytest
import torch
from lab import shoot

RUN = """
import coursekit as ck
from torch import nn
def fresh(): return ck.Learner(lambda: nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Dropout(.2), nn.Linear(16, 2)), ck.spirals(200), lr=.01, metrics=[ck.accuracy])
w = ck.watch(fresh(), lr=ck.lr_slider(.01, high=1e6), wd=ck.wd_slider(), run=dict(pause_at=None, pace=200, epochs=10 ** 6))
w"""
LR, WD, POSITION = range(3)
THREADS = "import threading; print(sum(t.name.startswith('coursekit') for t in threading.enumerate()))"
STEP = r"+(document.querySelector('.ck-note')?.textContent.match(/^step (\d+)/)?.[1] ?? -1)"


def step(lab): return lab.page.evaluate(STEP)
def wait_step(lab, n): lab.page.wait_for_function(f'n => {STEP} >= n', arg=n)
def wait_said(lab, words): lab.page.wait_for_function("w => document.querySelector('.ck-said')?.textContent.includes(w)", arg=words)
def button(lab, name): return lab.page.locator('.jupyter-button').filter(has_text=re.compile(f'^{name}$'))
def shown(lab, n): return lab.page.locator('.ck-slider output').nth(n).inner_text()


def keys(lab, n, *names):
    "Press keys on the n-th slider."
    lab.page.locator('.ck-slider input').nth(n).focus()
    for k in names: lab.page.keyboard.press(k)


def pause(lab):
    "Press Pause; returns the step it stands at."
    button(lab, 'Pause').click()
    button(lab, 'Play').wait_for()
    return int(lab.kernel('w.run.wait(); print(w.run.step)'))


@pytest.mark.screens
def test_fork(lab):
    "Fork, turn weight decay by key, play: the picture names the cause; both runs are one before it, see the same samples, and differ after."
    lab.cells(RUN).run_all()
    wait_step(lab, 100)
    button(lab, 'Fork').click()
    wait_said(lab, 'Now turn a knob')
    at = int(lab.kernel('w.run.wait(); print(w.run.step)'))
    keys(lab, WD, 'End')
    button(lab, 'Play the fork').click()
    label = lab.page.locator('.ck-canvas').first
    lab.page.wait_for_function("n => document.querySelector('.ck-canvas').getAttribute('aria-label').includes(`fork at ${n}: wd 0 → 10`)", arg=at)
    wait_step(lab, at + 100)
    assert 'run' in label.get_attribute('aria-label') and shown(lab, WD) == '0'
    shoot(lab.page, 'fork.png')
    pause(lab)
    same, first, later = eval(lab.kernel(f'a, b = (t.losses for t in w.run.tapes); print([a[:{at}] == b[:{at}], a[{at}] == b[{at}], a[{at} + 1] == b[{at} + 1]])'))
    assert same and first and not later
    button(lab, 'Drop forks').click()
    lab.page.wait_for_function("!document.querySelector('.ck-canvas').getAttribute('aria-label').includes('fork')")
    assert not lab.errors


@pytest.mark.screens
def test_wind_back(lab):
    "By key: every press counts, the picture says where you are, the slider shows the knob as it was; playing repeats the past, turn and all."
    lab.cells(RUN).run_all()
    wait_step(lab, 60)
    keys(lab, LR, 'ArrowRight')
    lab.wait_printed('print(len(w.run.tape.turns))', '1')
    wait_step(lab, step(lab) + 150)
    end = pause(lab)
    assert shown(lab, LR) == '0.015'
    first = eval(lab.kernel('print(w.run.tape.losses)'))
    positions = eval(lab.kernel('print(w.position.values)'))
    keys(lab, POSITION, *['ArrowLeft'] * 10)
    at = int(positions[-11])
    lab.page.wait_for_function("s => document.querySelector('.ck-note').textContent.startsWith(s)", arg=f'step {at} of {end}: lr 0.015')
    assert 'you are here' in lab.kernel('print([it["label"] for it in ck.unpack(w.views[0].frame)["items"]])')
    shoot(lab.page, 'wound.png')
    keys(lab, POSITION, 'Home')
    lab.page.wait_for_function("s => document.querySelector('.ck-note').textContent.startsWith(s)", arg=f'step 0 of {end}: lr 0.01,')
    lab.page.wait_for_function("document.querySelector('.ck-slider output').textContent === '0.01'")
    button(lab, 'Play').click()
    wait_step(lab, end + 1)
    assert shown(lab, LR) == '0.015'
    pause(lab)
    again, kept = eval(lab.kernel(f'print([w.run.learn.history.flush() or w.run.learn.history.losses[:{end}], w.run.tape.losses[:{end}]])'))
    assert again == kept == first
    assert not lab.errors


def test_replay(lab):
    "Sliders are turned in mid-run; the log makes a fresh learner the same to the bit."
    lab.cells(RUN.replace('pace=200, ', '')).run_all()
    for n, (slider, key) in enumerate([(LR, 'ArrowRight'), (WD, 'End'), (LR, 'ArrowLeft'), (WD, 'Home')]):
        wait_step(lab, 200 * (n + 1))
        keys(lab, slider, key, key)
    wait_step(lab, step(lab) + 100)
    pause(lab)
    turns, equal = eval(lab.kernel("""
t = ck.replay(w.run.log(), fresh())
print([len(t.turns), all(p.equal(q) for p, q in zip(t.learn.model.parameters(), w.run.learn.model.parameters()))])"""))
    assert equal and turns >= 4 and not lab.errors


@pytest.mark.screens
def test_divergence(lab):
    "The run pauses and says what happened at which step after which turn; Back takes the turn out, and the slider shows the old value."
    lab.cells(RUN).run_all()
    wait_step(lab, 50)
    keys(lab, LR, 'End')
    wait_said(lab, 'Diverged')
    said = lab.page.locator('.ck-said.ck-error').inner_text()
    at = int(re.search(r'Diverged: the loss .* at step \d+, \d+ steps? after a turn at step (\d+): lr 0.01 → 1e\+06', said)[1])
    shoot(lab.page, 'diverged.png')
    button(lab, f'Back to step {at}').click()
    wait_said(lab, f'Back at step {at}')
    lab.page.wait_for_function("document.querySelector('.ck-slider output').textContent === '0.01'")
    lab.page.wait_for_function("s => document.querySelector('.ck-note').textContent.startsWith(s)", arg=f'step {at}: lr 0.01,')     # the picture comes after the slider
    assert eval(lab.kernel('print([w.run.trouble, w.run.tape.turns])')) == ['', []] and not button(lab, f'Back to step {at}').is_visible()
    button(lab, 'Play').click()
    wait_step(lab, at + 50)
    assert not lab.errors


DRAWN = 'torch.manual_seed(7)\nnumbers = []\nfor _ in range(400): numbers += torch.rand(3).tolist() + torch.randperm(5).tolist(); time.sleep(.002)'

def test_two_runs_and_a_cell_draw_random_numbers(lab):
    "Dropout in two runs at once, and torch.rand in a cell: both replay to the bit, and the cell's numbers are those of its seed."
    lab.cells(RUN, RUN.replace('w = ', 'v = ').replace('\nw', '\nv').replace('lr=.01,', 'lr=.01, seed=3,').replace('fresh', 'other'), 'import time, torch').run_all()
    wait_step(lab, 30)
    before = step(lab)
    numbers = eval(lab.kernel(f'{DRAWN}\nprint(numbers)'))
    wait_step(lab, before + 1)
    steps = eval(lab.kernel('w.run.pause(); v.run.pause(); print([w.run.step, v.run.step])'))
    assert min(steps) > 100
    equal = 'lambda run, make: all(p.equal(q) for p, q in zip(ck.replay(run.log(), make()).learn.model.parameters(), run.learn.model.parameters()))'
    assert lab.kernel(f'same = {equal}\nprint(same(w.run, fresh), same(v.run, other))') == 'True True'
    names = dict(torch=torch, time=__import__('time'))
    exec(DRAWN, names)
    assert numbers == names['numbers'] and not lab.errors


def test_run_the_cell_again(lab):
    "The old run ends and its widgets are closed; the new one begins at the beginning."
    lab.cells(RUN).run_all()
    wait_step(lab, 300)
    lab.kernel('old = w')
    lab.run_all()
    wait_step(lab, 20)
    assert step(lab) < 300 and lab.kernel(THREADS) == '1' and lab.kernel('print(old.comm, old.run)') == 'None None'
    lab.page.wait_for_function("document.querySelectorAll('.ck-slider').length === 3")
    assert not lab.errors


def busy(lab):
    "Run all cells and do not wait for them."
    lab.page.evaluate("() => {jupyterapp.commands.execute('notebook:run-all-cells')}")


def test_interrupt_a_cell_that_waits_for_the_run(lab):
    lab.cells(RUN, 'w.run.wait()')
    busy(lab)
    wait_step(lab, 50)
    lab.interrupt()
    button(lab, 'Play').wait_for()
    at = int(lab.kernel('print(w.run.step)'))
    assert eval(lab.kernel('import time; time.sleep(.5); print([w.run.step, w.run.playing])')) == [at, False]
    button(lab, 'Play').click()
    wait_step(lab, at + 20)
    assert not lab.errors


def test_interrupt_another_cell(lab):
    "It ends; the run goes on."
    lab.cells(RUN, 'import time; time.sleep(600)')
    busy(lab)
    wait_step(lab, 50)
    lab.interrupt()
    assert 'KeyboardInterrupt' in lab.page.locator('.jp-OutputArea-output').last.inner_text()
    wait_step(lab, step(lab) + 100)
    assert not lab.errors


@pytest.mark.parametrize('command', ['notebook:clear-all-cell-outputs', 'notebook:delete-cell'])
def test_an_output_that_goes_away_stops_the_run(lab, command):
    lab.cells(RUN, '1').run_all()
    wait_step(lab, 20)
    lab.page.evaluate("command => {jupyterapp.shell.currentWidget.content.activeCellIndex = 0; jupyterapp.commands.execute(command)}", command)
    lab.page.wait_for_function("!document.querySelector('.ck-canvas')")
    lab.kernel(THREADS)
    lab.wait_printed("print(sum(t.name.startswith('coursekit') for t in threading.enumerate()))", '0')
    assert lab.kernel('print(w.run.playing)') == 'False' and not lab.errors


def test_reload_in_mid_run(lab):
    "The page comes back with the same run, further on, and its sliders turn it."
    lab.cells(RUN).run_all()
    wait_step(lab, 50)
    before = step(lab)
    lab.page.reload()
    wait_step(lab, before + 100)
    keys(lab, LR, 'ArrowRight')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.includes('lr 0.015')")
    assert lab.kernel(THREADS) == '1' and lab.kernel('print([str(t) for t in w.run.tape.turns])') == "['lr 0.01 → 0.015']"


def test_restart_the_kernel(lab):
    "Nothing is left of the run, the page complains about nothing, and the cell can be run again."
    lab.cells(RUN).run_all()
    wait_step(lab, 50)
    lab.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()}')
    lab.page.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'")
    assert lab.kernel(THREADS) == '0'
    keys(lab, LR, 'ArrowRight')             # the widgets are still there, and nobody hears them
    lab.run_all()
    wait_step(lab, 20)
    assert lab.kernel(THREADS) == '1' and not lab.errors


def test_an_error_in_the_thread_is_named(lab):
    "Under the sliders, in red; the run pauses, other cells work, and a cell that waits for the run gets the error."
    lab.cells(RUN.replace('nn.Tanh()', 'Break()').replace('def fresh', """
class Break(nn.Module):
    def forward(self, x):
        self.n = getattr(self, 'n', 0) + self.training
        if self.n == 80: raise RuntimeError('eighty <b>batches</b> are enough')
        return x
def fresh""")).run_all()
    wait_said(lab, 'RuntimeError: eighty <b>batches</b> are enough')
    assert lab.page.locator('.ck-said.ck-error').count() == 1
    lab.page.locator('.ck-detail summary').first.click()
    lab.page.get_by_text('in forward').wait_for()           # the whole traceback
    button(lab, 'Play').wait_for()
    assert 'eighty' in lab.kernel('w.run.wait()') and lab.kernel('print(1 + 1)') == '2' and not lab.errors


MEMORY = RUN.replace('pace=200, ', '').rstrip('w\n') + """
moves = []
w.sliders['wd'].observe(moves.append, 'value')
w"""
def test_memory(lab):
    "After 20 more runs of the cell and 1,000 moves of a slider the kernel holds as many objects, and at most 10 MB more."
    lab.cells(MEMORY)
    lab.check_memory(lambda: wait_step(lab, 10), 'w.reset(); w.run.pause()', ['Steering', 'Worker', 'Turn', '_Redirect'])      # the last turn; a stream


def train_and_turn(lab):
    "It trains, a key turns the rate, it can be paused, wound back and go on."
    wait_step(lab, 50)
    lab.errors.clear()                      # what the page complained about while it loaded is not ours
    keys(lab, LR, 'ArrowRight')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.includes('lr 0.015')")
    button(lab, 'Pause').click()
    button(lab, 'Play').wait_for()
    keys(lab, POSITION, 'Home')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.startsWith('step 0 of')")
    button(lab, 'Play').click()
    wait_step(lab, 20)
    assert not lab.errors


@pytest.mark.parametrize('cell', ['import time; time.sleep(600)', 'while True: sum(range(1000))'], ids=['sleeps', 'computes'])
def test_the_sliders_answer_beside_a_busy_cell(lab, cell):
    "Turn, pause, wind and play while a cell is at work."
    lab.cells(RUN, cell)
    busy(lab)
    train_and_turn(lab)
    assert '[*]' in lab.page.locator('.jp-InputPrompt').nth(1).inner_text()      # the cell is still at it
    lab.interrupt()
    assert not lab.errors


def test_other_cells_run_while_it_trains(lab):
    "Full speed, and cells are executed one after the other."
    lab.cells(RUN.replace('pace=200, ', ''), *(f'x{n} = {n}' for n in range(5)))
    for _ in range(3):
        notebook, _ = lab.run_all()
        assert not [o for c in notebook.cells for o in c.outputs if o.output_type == 'error' or o.get('name') == 'stderr']
        assert lab.kernel('print(x4, w.run.playing)') == '4 True'
    wait_step(lab, 50)
    assert not lab.errors


def test_notebook_7(lab):
    lab.cells(RUN, app='notebooks').run_all()
    train_and_turn(lab)


def test_voila(lab):
    lab.goto(f'voila/render/{lab.write(RUN)}')
    train_and_turn(lab)
