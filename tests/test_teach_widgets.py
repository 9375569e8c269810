"Predictions and quizzes in a real JupyterLab: by mouse and by keys, what they open, draw and keep."
import pytest
from lab import SHOOT, shoot
from nbconvert import HTMLExporter

NUMBER = """
import coursekit as ck
p = ck.predict('05.decay', 'What will the last `loss` be?', number=(0., 3.), unit='nats', default=1.)
p"""
WAITS = """
view = ck.Curves('step', 'loss', ylim=(0, 3))
starts = []
def falls(rate):
    import time
    starts.append(rate)
    for n in range(2, 60): time.sleep(.01); yield lambda: view.draw({'run': [3 / (1 + rate * i) for i in range(n)]}, note=f'step {n}')
p.on(view)
p.unlock(ck.explore(falls, view, auto=False, rate=ck.Slider('rate', [.05, .1, .2], .1)))"""
REVEAL = "p.reveal(.44, 'The loss falls like 1 / (1 + rate * step).')"
CHOICE = """
import coursekit as ck
p = ck.predict('05.way', 'Which way does the held-out loss go?', choices=['It falls all the way.', 'It falls, then rises: the network begins to overfit.', 'It stays.'])
p"""
CURVE = """
import coursekit as ck
p = ck.predict('05.curve', 'How will the loss run?', curve=dict(xlabel='step', ylabel='loss', xlim=(0, 60), ylim=(0, 3)))
p"""
COMMIT, SHOW, AGAIN = 'This is my prediction', 'Show me without predicting', 'Predict again'


def button(lab, name): return lab.page.get_by_role('button', name=name, exact=True)
def said(lab, n=0): return lab.page.locator('.ck-ask .ck-answer').nth(n)
def wait_answer(lab, words): lab.page.wait_for_function("w => [...document.querySelectorAll('.ck-answer')].some(a => a.textContent.includes(w))", arg=words)
def wait_note(lab, words): lab.page.wait_for_function("w => document.querySelector('.ck-note')?.textContent.includes(w)", arg=words)


def screens(lab, name):
    "Pictures of the page, light and dark, wide and narrow, if they are asked for."
    if not SHOOT: return
    for theme in ('Light', 'Dark'):
        lab.theme(theme)
        for width in (1280, 800):
            lab.page.set_viewport_size(dict(width=width, height=1000))
            lab.frame()
            shoot(lab.page, f'{name}-{theme.lower()}-{width}.png')
        lab.page.set_viewport_size(dict(width=1280, height=1000))


def axe(lab):
    "axe-core finds nothing, in both themes."
    for theme in ('Light', 'Dark'):
        lab.theme(theme)
        assert lab.faults() == []
    lab.theme('Light')


def items(lab, view='view'): return eval(lab.kernel(f'print([(it["kind"], it["label"], it.get("v")) for it in {view}.seen()["items"]])'))


RECORDED = """
import matplotlib.pyplot as plt, pandas as pd
view = ck.Curves('step', 'loss')
pictures = [view.pack({'run': [3 / (1 + rate * i) for i in range(60)]}, note=f'rate {rate}') for rate in (.05, .1, .2)]
p.on(view)
p.unlock(ck.recorded(view, pictures, ck.Slider('rate', [.05, .1, .2], .1)))"""
FIGURE = """
fig, ax = plt.subplots(); ax.plot([3, 2, 1]); ax.set(xlabel='step', ylabel='loss')
p.unlock(fig, pd.DataFrame(dict(loss=[.125])))"""


def test_recorded_pictures_and_figures_wait_and_take_it(lab):
    "A prediction lies over recorded pictures too, whichever is chosen, and goes at once; a figure and a table come with it."
    lab.cells(NUMBER, RECORDED, FIGURE).run_all()
    wait_answer(lab, 'and this opens')
    out = lab.page.locator('.jp-CodeCell').nth(2).locator('.jp-OutputArea')
    assert 'you see here what came out' in out.inner_text() and not out.locator('img').count()
    button(lab, COMMIT).click()
    out.locator('img').wait_for()
    assert '0.125' in out.inner_text() and out.locator('img').get_attribute('alt') == 'loss over step'
    canvas = lab.page.locator('.ck-canvas')
    for words in ('rate 0.1', 'rate 0.2'):
        wait_note(lab, words)
        assert 'your prediction: at loss 1.5' in canvas.get_attribute('aria-label')
        lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('ArrowRight')
    lab.run_all()                                      # it stays, and can be taken back
    with_it = lab.pixels()
    button(lab, AGAIN).click()
    lab.wait_pixels(with_it)
    assert 'your prediction' not in canvas.get_attribute('aria-label') and not lab.errors


@pytest.mark.screens
def test_a_number(lab):
    "By keys alone: move, commit; what waits opens and starts, with the prediction drawn over it; then it is locked, also when all runs again."
    lab.cells(NUMBER, WAITS, REVEAL).run_all()
    wait_answer(lab, 'and this opens')
    assert not lab.page.locator('.ck-view').count() and lab.kernel('print(starts)') == '[]'
    assert 'you read here how near it was' in lab.page.locator('.ck-reveal').inner_text()
    assert lab.page.locator('.ck-twin:visible').count() == 0
    screens(lab, 'predict-number-open')
    axe(lab)
    slider = lab.page.locator('.ck-ask input[type=range]')
    slider.focus()
    for key in ('Home', *['ArrowRight'] * 3): lab.page.keyboard.press(key)
    assert slider.get_attribute('aria-valuetext') == '0.09 nats' == lab.page.locator('.ck-ask output').inner_text()
    lab.page.keyboard.press('Tab'); lab.page.keyboard.press('Enter')
    wait_answer(lab, 'You predicted 0.09 nats. It is locked now.')
    assert lab.page.evaluate("document.activeElement.className").startswith('ck-answer')      # not lost
    wait_note(lab, 'step 59')
    assert items(lab) == [('line', 'run', None), ('rule', 'your prediction', .09)] and lab.kernel('print(starts)') == '[0.1]'
    assert 'your prediction: at loss 0.09' in lab.page.locator('.ck-canvas').get_attribute('aria-label')
    lab.page.wait_for_function("document.querySelector('.ck-reveal').textContent.includes('You predicted 0.09 nats, and it is 0.44 nats: 0.35 nats too low. The loss')")
    assert slider.is_disabled() and not lab.page.locator('.ck-buttons button').count()
    screens(lab, 'predict-number-committed')
    axe(lab)
    lab.run_all()
    wait_note(lab, 'step 59')
    wait_answer(lab, 'It stays as it was when the cell ran before')
    assert lab.kernel('print(p.value, len(starts))') == '0.09 1'          # the cell made `starts` anew, and opened at once
    button(lab, AGAIN).click()
    button(lab, COMMIT).wait_for()
    assert slider.is_enabled() and lab.kernel('print(p.value, [e["kind"] for e in ck.entries() if e["name"] == "05.decay"])').startswith('None') and not lab.errors


@pytest.mark.screens
def test_a_choice(lab):
    "Radio buttons, moved by the arrow keys and kept from JupyterLab; nothing chosen is said; mouse too; said under the result, and recorded."
    lab.cells(CHOICE, WAITS, 'p.reveal("It stays.", "It has nothing to learn.")').run_all()
    wait_answer(lab, 'and this opens')
    cells = lab.page.evaluate('jupyterapp.shell.currentWidget.content.widgets.length')
    button(lab, COMMIT).click()
    wait_answer(lab, 'Choose one first.')
    assert lab.page.evaluate("document.querySelector('.ck-answer.ck-error').textContent") == 'Choose one first.'
    radios = lab.page.get_by_role('radio')
    assert radios.count() == 3 and lab.page.get_by_role('radiogroup', name='Which way does the held-out loss go?').count() == 1
    radios.nth(0).focus()
    for key in ('ArrowDown', 'ArrowDown', 'b', 'd', 'd'): lab.page.keyboard.press(key)
    assert radios.nth(2).is_checked() and lab.page.evaluate('jupyterapp.shell.currentWidget.content.widgets.length') == cells
    lab.page.get_by_text('It falls, then rises').last.click()
    assert radios.nth(1).is_checked()
    screens(lab, 'predict-choice-open')
    axe(lab)
    button(lab, COMMIT).click()
    wait_note(lab, 'step 59')
    assert 'your prediction: It falls, then rises: the network begins to overfit.' in lab.page.locator('.ck-note').inner_text()
    lab.page.wait_for_function("document.querySelector('.ck-reveal').textContent.endsWith('; it is “It stays”. It has nothing to learn.')")
    assert all(radios.nth(n).is_disabled() for n in range(3))
    screens(lab, 'predict-choice-committed')
    axe(lab)
    last = eval(lab.kernel('print(ck.entries()[-1])'))
    assert (last['kind'], last['name'], last['value']) == ('prediction', '05.way', 'It falls, then rises: the network begins to overfit.') and not lab.errors


def test_show_me(lab):
    "Everything opens, nothing is drawn, and the record says so."
    lab.cells(NUMBER.replace('05.decay', '05.show'), WAITS, REVEAL).run_all()
    button(lab, SHOW).click()
    wait_answer(lab, 'Shown without a prediction. An example: 1 nats.')
    wait_note(lab, 'step 59')
    lab.page.wait_for_function("document.querySelector('.ck-reveal').textContent.startsWith('It is 0.44 nats.')")
    assert lab.kernel('print(p.value, p.shown, ck.entries()[-1]["kind"])') == 'None True shown'
    assert not lab.page.locator('.ck-buttons button').count() and not lab.errors


@pytest.mark.screens
@pytest.mark.parametrize('hand', ['mouse', 'keys'])
def test_a_curve(lab, hand):
    "Drawn by mouse or by keys, cleared, drawn again, committed: it cannot be changed then, and lies over the result."
    lab.cells(CURVE.replace('05.curve', f'05.{hand}'), WAITS, 'p.reveal((range(61), [3 / (1 + .1 * i) for i in range(61)]))').run_all()
    wait_answer(lab, 'and this opens')
    canvas, press = lab.page.locator('.ck-canvas').first, lab.page.keyboard.press
    def draw():
        before, box = lab.pixels(), canvas.bounding_box()
        if hand == 'mouse':
            lab.page.mouse.move(box['x'] + 70, box['y'] + 60); lab.page.mouse.down()
            for k in range(1, 20): lab.page.mouse.move(box['x'] + 70 + k * 25, box['y'] + 60 + 6 * k)
            lab.page.mouse.up()
        else:
            canvas.focus()
            for key in ('Escape', *['ArrowLeft'] * 20, *['ArrowUp'] * 15, 'Enter', *['ArrowRight'] * 15, *['ArrowDown'] * 20, 'Enter', *['ArrowRight'] * 15, 'Enter'): press(key); lab.frame()
        lab.wait_pixels(before)
        seen = [0, 0]
        while len(seen) < 100:             # until all of the stroke has arrived
            seen.append(int(lab.kernel('c = p.what.at(); print(0 if c is None else len(c[0]))')))
            if seen[-1] > 40 and len({*seen[-3:]}) == 1: return seen[-1]
            lab.page.wait_for_timeout(100)
        raise AssertionError(f'{seen} points are drawn')
    button(lab, COMMIT).click()
    wait_answer(lab, 'Draw your curve first')
    draw()
    button(lab, 'Clear').click()
    lab.page.wait_for_function("!document.querySelector('.ck-canvas').getAttribute('aria-label').includes('your prediction')")
    assert lab.kernel('print(p.what.at())') == 'None'
    n = draw()
    if hand == 'mouse': screens(lab, 'predict-curve-open'); axe(lab)
    button(lab, COMMIT).click()
    if n < 60:                             # much of the picture is empty: asked once whether that is all
        wait_answer(lab, 'press once more')
        button(lab, COMMIT).click()
    lab.page.wait_for_function("document.querySelectorAll('.ck-canvas').length === 2 && document.querySelectorAll('.ck-note')[1].textContent.includes('step 59')")
    assert items(lab) == [('line', 'run', None), ('line', 'your prediction', None)]
    x, y = eval(lab.kernel('print([v.tolist() for v in p.value])'))
    assert len(x) == n and y[0] > y[-1] + .3 and lab.page.evaluate("!document.querySelector('.ck-canvas').classList.contains('ck-pick')")
    if hand == 'keys': canvas.focus(); press('ArrowRight'); press('Enter')
    else: lab.page.mouse.click(canvas.bounding_box()['x'] + 200, canvas.bounding_box()['y'] + 100)
    assert eval(lab.kernel('print([v.tolist() for v in p.value])')) == [x, y] == eval(lab.kernel('print([v.tolist() for v in p.what.at()])'))
    lab.page.wait_for_function("document.querySelector('.ck-reveal').textContent.includes('On average your curve is')")
    if hand == 'mouse': screens(lab, 'predict-curve-committed'); axe(lab)
    lab.run_all()
    wait_answer(lab, 'It stays as it was when the cell ran before')
    again, drawn = (eval(lab.kernel(f'print([v.tolist() for v in {v}])')) for v in ('p.value', 'p.what.at()'))
    assert again == [x, y] == drawn and not lab.errors


def test_a_lock_is_answered_beside_a_busy_cell_and_out_of_order(lab):
    "The prediction is committed while a cell is at work; its cell runs again alone, and what waited for the old one opens with the new one."
    lab.cells(NUMBER.replace('05.decay', '05.busy'), WAITS, 'import time; time.sleep(600)')
    lab.page.evaluate("() => {jupyterapp.commands.execute('notebook:run-all-cells')}")
    wait_answer(lab, 'and this opens')
    lab.page.wait_for_function("document.querySelectorAll('.jp-InputPrompt')[2].textContent.includes('[*]')")
    lab.page.locator('.ck-ask input[type=range]').focus(); lab.page.keyboard.press('Home')
    button(lab, COMMIT).click()
    wait_note(lab, 'step 59')
    assert '[*]' in lab.page.locator('.jp-InputPrompt').nth(2).inner_text()
    lab.interrupt()
    button_again = lambda: button(lab, AGAIN).click()
    run_first = "async () => {const n = jupyterapp.shell.currentWidget.content; n.activeCellIndex = %d; await jupyterapp.commands.execute('notebook:run-cell')}"
    lab.settle(run_first % 0)
    button_again()
    button(lab, COMMIT).wait_for()
    lab.settle(run_first % 1)
    wait_answer(lab, 'and this opens')
    lab.settle(run_first % 0)
    assert lab.kernel('print(p.value, starts)') == 'None []'
    lab.page.locator('.ck-ask input[type=range]').focus(); lab.page.keyboard.press('End')
    button(lab, COMMIT).click()
    wait_note(lab, 'step 59')
    assert lab.kernel('print(p.value, starts)') == '3.0 [0.1]' and items(lab)[1] == ('rule', 'your prediction', 3.) and not lab.errors


@pytest.mark.screens
def test_a_restarted_kernel_and_a_printed_page(lab):
    "The page says that nobody answers; a reopened notebook, and a page made of it, have the question and what was predicted in words."
    lab.cells(NUMBER.replace('05.decay', '05.print'), WAITS, QUIZ.replace('05.warm-up', '05.print-quiz')).run_all()
    lab.page.locator('.ck-ask input[type=range]').focus(); lab.page.keyboard.press('Home')
    button(lab, COMMIT).click()
    wait_note(lab, 'step 59')
    lab.page.locator('.ck-options button').filter(has_text='It stops the run').click()
    lab.kernel('assert ck.draw.twin.painted()')
    path = lab.settle('async () => {const c = jupyterapp.shell.currentWidget.context; await c.save(); return c.path}')
    page, _ = HTMLExporter().from_filename(lab.server['root']/path)
    for words in ('What will the last loss be?', 'You predicted 0 nats.', 'wrong: It stops the run. (That is early stopping', 'data:image/png'): assert words in page, words
    lab.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()}')
    lab.page.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'")
    lab.open(path)
    twins = lab.page.locator('.ck-twin')
    twins.first.wait_for()
    assert twins.count() == 3 and 'You predicted 0 nats' in twins.first.inner_text() and not lab.page.locator('.ck-ask').count()
    shoot(lab.page, 'predict-reopened.png')
    lab.run_all()
    button(lab, COMMIT).wait_for()                          # another session asks again
    assert lab.kernel('print(p.value)') == 'None'
    lab.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.restartKernel()}')
    lab.page.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'")
    button(lab, COMMIT).click()
    wait_answer(lab, 'No kernel answers here: run the cell again.')
    lab.page.locator('.ck-options button').filter(has_text='No.').click()
    wait_answer(lab, 'Right. You will measure it below.')      # a quiz needs no kernel


QUIZ = """
import coursekit as ck
q = ck.quiz('05.warm-up', [
    ('What does weight decay, `wd`, do?', {'It pulls the weights towards zero.': 'Each step takes a share of each weight away.', 'It stops the run.': 'That is early stopping: it looks at the held-out loss.', 'It makes the learning rate smaller.': 'That is a schedule.'}),
    ('Is 0.1 right for every task?', {'No.': 'You will measure it below.', 'Yes.': 'Then it would not depend on the length of the run.'})])
q"""


@pytest.mark.screens
def test_a_quiz(lab):
    "By keys and by mouse: each option explains itself at once, a wrong one may be followed by another; the record has the first answer and the tries; a new run of the cell keeps them."
    lab.cells(QUIZ.replace('05.warm-up', '08.warm-up'), 'p = ck.progress(); p').run_all()      # other tests have quizzes of lesson 05
    option = lambda text: lab.page.locator('.ck-options button').filter(has_text=text)
    option('It pulls').wait_for()
    screens(lab, 'quiz-open')
    axe(lab)
    option('It stops the run').focus(); lab.page.keyboard.press('Enter')
    wait_answer(lab, 'Not this one. That is early stopping')
    assert 'tried: wrong' in option('It stops').inner_text() and lab.page.evaluate("document.activeElement.innerText").startswith('✗')
    option('It pulls').focus(); lab.page.keyboard.press('Space')
    wait_answer(lab, 'Right. Each step takes')
    option('It makes').click(force=True)                                       # it is decided: a click changes nothing
    option('No.').click()
    lab.page.wait_for_function("document.querySelector('.ck-score').textContent === '1 of 2 right at the first answer.'")
    screens(lab, 'quiz-answered')
    axe(lab)
    asked = lambda: eval(lab.kernel('print([(e["question"], e["answer"], e["right"], e["tries"]) for e in ck.entries() if e["name"] == "08.warm-up"])'))
    lab.wait_printed('print(sum(e["name"] == "08.warm-up" for e in ck.entries()))', '3')
    assert asked() == [(1, 'It stops the run.', False, 1), (1, 'It pulls the weights towards zero.', True, 2), (2, 'No.', True, 1)]
    lab.run_all()
    lab.page.wait_for_function("document.querySelector('.ck-score').textContent === '1 of 2 right at the first answer.'")
    assert lab.kernel('print(q.right)') == '[True, True]' and len(asked()) == 3 and '1 of 2' in lab.page.locator('.ck-progress').inner_text()
    screens(lab, 'progress')
    assert not lab.errors


STEER = """
from torch import nn
learn = ck.Learner(lambda: nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2)), ck.spirals(100), lr=.01)
w = ck.watch(learn, auto=%s, run=dict(pause_at=60))
p.on(w.views[0])
p.unlock(w)"""

@pytest.mark.parametrize('auto', ['False', 'True'])
def test_a_steered_run_waits(lab, auto):
    "It does not train while it is locked, even if it was made to start at once; then it does, and the rule is in its picture."
    lab.cells(NUMBER.replace('05.decay', '05.steer'), STEER % auto).run_all()
    wait_answer(lab, 'and this opens')
    step = int(lab.kernel('w.run.wait(60); print(w.run.step)'))
    assert step < (60 if auto == 'True' else 1)
    lab.page.wait_for_timeout(500)
    assert int(lab.kernel('print(w.run.step, w.run.playing)').split()[0]) == step
    lab.page.locator('.ck-ask input[type=range]').focus(); lab.page.keyboard.press('ArrowRight')
    button(lab, COMMIT).click()
    wait_note(lab, 'step 60')
    label = lab.page.locator('.ck-canvas').get_attribute('aria-label')
    assert ('rule', 'your prediction', 1.53) in items(lab, 'w.views[0]') and 'your prediction' in label and not lab.errors


def test_two_cells_of_one_name(lab):
    "Each has its own card, its own value, and keeps it when all runs again."
    cell = NUMBER.replace('05.decay', '05.twice')
    lab.cells(cell, cell.replace('p = ', 'q = ').replace('\np', '\nq')).run_all()
    sliders = lab.page.locator('.ck-ask input[type=range]')
    sliders.nth(1).focus(); lab.page.keyboard.press('End')
    button(lab, COMMIT).nth(1).click()
    wait_answer(lab, 'You predicted 3 nats')
    assert lab.kernel('print(p.value, q.value)') == 'None 3.0'
    sliders.nth(0).focus(); lab.page.keyboard.press('Home')
    button(lab, COMMIT).first.click()
    wait_answer(lab, 'You predicted 0 nats')
    lab.run_all()
    wait_answer(lab, 'You predicted 3 nats. It stays')
    assert lab.kernel('print(p.value, q.value)') == '0.0 3.0' and not lab.errors


def test_nothing_is_left_behind(lab):
    "After many more runs of all cells the kernel holds as many widgets, panels and locks; what waited has one thread at most."
    lab.cells(NUMBER.replace('05.decay', '05.again'), WAITS, REVEAL, QUIZ.replace('05.warm-up', '05.again-quiz'), CURVE.replace('05.curve', '05.again-curve').replace('\np', '\nc = p\nc')).run_all()
    count = lambda: lab.kernel('import ipywidgets, threading; assert ck.draw.twin.painted(); print(len(ipywidgets.widgets.widget._instances), len(ck.Panel.named), sum(t.name.startswith("coursekit") for t in threading.enumerate()))')
    button(lab, COMMIT).first.click()
    wait_note(lab, 'step 59')
    lab.run_all()
    first = count()
    for _ in range(6): lab.run_all()
    assert count() == first and not lab.errors
