"The widgets in a real JupyterLab: keyboard, mouse, pixels, and what happens when something goes away."
import re
import time
from zlib import crc32

import pytest
from lab import EXPLORER, shoot
from nbconvert import HTMLExporter

TRIVIAL = """
import coursekit as ck
view = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 100))
def line(lr, wd):
    yield lambda: view.draw({'line': [i * (1 + 1000 * lr + wd) for i in range(10)]}, note=f'lr {lr:.3g} wd {wd:.3g}')
ck.explore(line, view, lr=ck.lr_slider(), wd=ck.wd_slider(.1))
"""

@pytest.mark.screens
def test_sliders(lab):
    "Arrow keys and the mouse move both sliders; Home takes weight decay to exactly 0; the picture follows."
    lab.cells(TRIVIAL).run_all()
    sliders = lab.page.locator('.ck-slider input')
    sliders.first.wait_for()
    assert sliders.evaluate_all('e => e.every(i => i.labels.length === 1)')
    for n, value in enumerate(('lr', 'wd')):
        for move in (lambda: lab.page.keyboard.press('ArrowRight'), lambda: click_at(lab, sliders.nth(n), .25)):
            before = lab.pixels()
            sliders.nth(n).focus()
            move()
            lab.wait_pixels(before)
    sliders.nth(1).focus(); lab.page.keyboard.press('Home')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.endsWith('wd 0')")
    assert 'wd 0' in lab.page.locator('.ck-note').inner_text()
    shoot(lab.page, 'sliders.png')
    assert not lab.errors

def test_a_page_is_used_again(lab):
    "Tidied, it has no notebook, no kernel and no complaint left, and the next notebook runs in it."
    for _ in range(2):
        lab.cells(TRIVIAL).run_all()
        lab.page.locator('.ck-slider input').first.wait_for()
        lab.theme('Dark')
        assert lab.tidy() and lab.empty and not lab.errors
        left = lab.settle("async () => {const k = jupyterapp.serviceManager.kernels; await k.refreshRunning(); return [...k.running()].length}")
        assert left == 0 and not lab.page.locator('.jp-Notebook').count()
        assert lab.page.evaluate('document.body.dataset.jpThemeName') == 'JupyterLab Light'


IN_NO_TIME = "window.given = AbortSignal.timeout; AbortSignal.timeout = ms => window.given.call(AbortSignal, ms === 2000 ? 0 : ms)"

def test_a_page_too_busy_for_anywidget(lab):
    "It gives a widget two seconds to load, here none. The widget loads later, and takes what the kernel sends it, before and after."
    lab.cells("""
import coursekit as ck
s, v = ck.Slider('rate', [1, 2, 3]), ck.Curves('x', 'y')
display(s, v)
s.index = 1""")
    lab.page.evaluate(IN_NO_TIME)
    lab.run_all()
    value, drawn = "n => document.querySelector('.ck-slider input')?.value === n", "document.querySelector('.ck-canvas')?.dataset.frames > 0"
    lab.page.wait_for_function(value, arg='1')
    lab.kernel("s.index = 2\nv.frame = v.pack({'a': [3, 2, 1]})")
    lab.page.wait_for_function(value, arg='2')
    lab.page.wait_for_function(drawn)
    assert lab.late and not lab.errors
    lab.page.evaluate('AbortSignal.timeout = window.given')


def click_at(lab, slider, share):
    box = slider.bounding_box()
    lab.page.mouse.click(box['x'] + share * box['width'], box['y'] + box['height'] / 2)


LIVE = """
import coursekit as ck
view = ck.Curves('step', 'y', xlim=(0, 2000), ylim=(0, 2000))
def climb(k):
    import time
    for n in range(1, 30_000):
        time.sleep(.002)
        if k == 13: raise ValueError('thirteen is not allowed: choose another')
        yield lambda: view.draw({'line': list(range(n % 2000))}, note=f'k {k:g} step {n}')
e = ck.explore(climb, view, k=ck.Slider('k', range(5, 20), 7))
e
"""
THREADS = "import threading; print(sum(t.name.startswith('coursekit') for t in threading.enumerate()))"


def note(lab): return lab.page.locator('.ck-note').first.inner_text()
def wait_note(lab, words, timeout=60): lab.page.wait_for_function("w => document.querySelector('.ck-note')?.textContent.includes(w)", arg=words, timeout=timeout * 1000)


def test_live_while_a_cell_is_busy(lab):
    "The picture grows and the slider answers while another cell computes; no animation frame is blank."
    lab.cells(LIVE, 'import time\nend = time.time() + 8\nwhile time.time() < end: sum(range(1000))')
    lab.page.evaluate("() => {jupyterapp.commands.execute('notebook:run-all-cells')}")      # do not wait for the cells
    wait_note(lab, 'k 7')
    lab.page.evaluate("""() => {window.blanks = window.drawn = 0; const c = document.querySelector('.ck-canvas'); let last = '';
        const look = () => {const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; if (!d.some(v => v)) blanks++;
            if (c.dataset.frames !== last) {drawn++; last = c.dataset.frames} window.looking = requestAnimationFrame(look)}; look()}""")
    before = lab.pixels()
    lab.wait_pixels(before)
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('ArrowRight')
    wait_note(lab, 'k 8')
    lab.page.wait_for_function('window.drawn >= 10')
    assert lab.page.evaluate('cancelAnimationFrame(looking), blanks') == 0
    lab.page.get_by_role('button', name='Stop').click()
    wait_note(lab, 'stopped')
    assert '[*]' in lab.page.locator('.jp-InputPrompt').nth(1).inner_text()      # the cell is still at it
    assert not lab.errors


def test_error_stop_and_run_again(lab):
    "An error in the work is shown, another value goes on; Stop stops, Run again starts; a re-run cell leaves one thread."
    lab.cells(LIVE).run_all()
    wait_note(lab, 'k 7')
    lab.kernel('e.sliders["k"].value = 13')
    wait_note(lab, 'ValueError: thirteen is not allowed')
    assert lab.page.locator('.ck-note.ck-error').count() == 1
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('ArrowLeft')
    wait_note(lab, 'k 12')
    lab.page.get_by_role('button', name='Stop').click()
    wait_note(lab, 'stopped')
    assert lab.kernel(THREADS) == '0'
    lab.page.get_by_role('button', name='Run again').click()
    wait_note(lab, 'k 12')
    lab.run_all()
    wait_note(lab, 'k 7')
    assert lab.kernel(THREADS) == '1'
    assert not lab.errors


TROUBLE = """
import coursekit as ck
view = ck.Curves('step', 'y', xlim=(0, 9), ylim=(0, 9))
def train(k):
    for n in range(1, 9):
        yield lambda: view.draw({'line': list(range(n))}, note=f'k {k:g}')
    if k == 2:
        e = ValueError('the loss is <b>nan</b>')
        e.add_note('at step 8')
        e.add_note('try a smaller learning rate')
        raise e
ck.explore(train, view, k=ck.Slider('k', [1, 2], 2))"""

@pytest.mark.screens
def test_an_error_is_shown_in_full(lab):
    "With its notes on lines of their own, the traceback folded under it, all as text; by keyboard too. The next run shows nothing of it."
    lab.cells(TROUBLE).run_all()
    wait_note(lab, 'ValueError')
    assert note(lab).splitlines() == ['ValueError: the loss is <b>nan</b>', 'at step 8', 'try a smaller learning rate']
    trace = lab.page.locator('.ck-detail pre')
    assert not trace.is_visible()
    lab.page.locator('.ck-canvas').focus(); lab.page.keyboard.press('Tab')
    for state in ('visible', 'hidden', 'visible'):
        lab.page.keyboard.press('Enter')
        trace.wait_for(state=state)
    text = trace.inner_text()
    assert text.startswith('Traceback') and 'in train' in text and 'raise e' in text and text.rstrip().endswith('try a smaller learning rate')
    assert not lab.page.locator('.ck-view b').count()
    lab.page.keyboard.press('Tab')
    assert trace.evaluate('e => e === document.activeElement')
    for key in 'bdd': lab.page.keyboard.press(key)        # which insert and delete cells in JupyterLab
    shoot(lab.page, 'error.png')
    assert lab.page.evaluate('jupyterapp.shell.currentWidget.content.widgets.length') == 1
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('ArrowLeft')
    wait_note(lab, 'k 1')
    trace.wait_for(state='hidden')
    assert not lab.page.locator('.ck-detail').is_visible() and not lab.errors


TWO_MORE = ("""
import coursekit as ck
from torch import nn
learn = ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=100), metrics=[ck.accuracy])
ck.watch(learn, run=dict(epochs=10_000))""", """
import coursekit as ck, time
field = ck.Field('x', 'y')
def waves(k):
    x, y = field.grid(30).T
    for n in range(100_000):
        time.sleep(.01)
        yield lambda: field.draw((.5 + .5 * (k * x + n / 9).sin() * y).reshape(30, 30), note=f'wave {n}')
ck.explore(waves, field, k=ck.Slider('k', range(1, 9), 3))""")
LEFT = """
import threading
print([sum(t.name.startswith('coursekit') for t in threading.enumerate()), alive().get('Learner')])"""

def test_run_all_again(lab):
    "Run All, and again: no error, every picture drawn, one thread for each of the three explorers, and only the present learner in memory."
    lab.cells(LIVE, *TWO_MORE)
    lab.follow()
    for _ in range(3):
        notebook, _ = lab.run_all()
        bad = [o for c in notebook.cells for o in c.outputs if o.output_type == 'error' or o.get('name') == 'stderr']
        assert not bad, '\n'.join(o.get('text') or '\n'.join(o.traceback) for o in bad)
        lab.page.wait_for_function("(c => c.length === 4 && c.every(c => c.getAttribute('aria-label')))([...document.querySelectorAll('.ck-canvas')])")
        assert lab.kernel(LEFT) == '[3, 1]'
    assert not lab.errors


MEMORY = """
import coursekit as ck
from torch import nn
view = ck.Curves('step', 'loss')
def work(lr, wd):
    learn = ck.Learner(lambda: nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)), ck.digits(), lr=lr, wd=wd, metrics=[ck.accuracy])
    for s in learn.steps(10_000): yield lambda: view.draw({'training': learn.history.losses}, note=f'step {s.step}')
e = ck.explore(work, view, lr=ck.lr_slider(), wd=ck.wd_slider())
moves = []
e.sliders['wd'].observe(moves.append, 'value')
e"""

def test_memory(lab):
    "After 20 more runs of a cell and 1,000 moves of a slider the kernel holds as many objects, and at most 10 MB more."
    lab.cells(MEMORY)
    lab.check_memory(lambda: lab.page.wait_for_function("document.querySelectorAll('.ck-canvas').length === 1 && document.querySelector('.ck-note').textContent.includes('step')"), "e.worker.stop(); e.twin.update(e.views, wait=0)", ['Explorer', 'Worker'])


def test_two_cells_with_work_of_the_same_name(lab):
    "Both live, each under its cell's id, and either may run again; an explicit name is for one only."
    cell = LIVE.replace('climb(k)', 'climb(k, view=view)')      # each draws on its own view, whatever the global name means by then
    lab.cells(cell, cell)
    for _ in range(2):
        lab.run_all()
        lab.page.wait_for_function("(c => c.length === 2 && c.every(c => c.textContent.includes('k 7')))([...document.querySelectorAll('.ck-note')])")
        names = lab.kernel('print(*sorted(ck.RUNNING), sep=",")').split(',')
        cells = lab.page.evaluate('jupyterapp.shell.currentWidget.content.widgets.map(c => c.model.id)')
        assert names == sorted(f'climb ({crc32(c.encode()):08x})' for c in cells) and lab.kernel(THREADS) == '2'
    lab.kernel('for k in "ab": named = ck.explore(climb, ck.Curves("x", "y"), name="one", k=ck.Slider("k", [1, 2])); globals()[k] = named')
    assert lab.kernel('print(a.comm, b.worker.name)') == 'None one' and lab.kernel(THREADS) == '3' and not lab.errors


PAIR = """
import coursekit as ck, ipywidgets as W
from torch import nn
data = ck.digits(n=100)
pair = [ck.watch(ck.Learner(lambda: nn.Linear(64, 10), data, lr=lr), run=dict(epochs=10 ** 6, every=10 ** 6)) for lr in rates]
W.VBox(pair)"""

def test_two_watches_in_a_cell(lab):
    "Both train, side by side. The cell run again leaves two learners and two threads; one that makes only one leaves one."
    lab.cells(PAIR)
    lab.follow()
    lab.kernel('rates = [.001, .1]')
    for rates in (2, 2, 1, 2):
        lab.kernel(f'rates = [.001, .1][:{rates}]')
        lab.run_all()
        lab.page.wait_for_function("n => document.querySelectorAll('.ck-note').length === n && [...document.querySelectorAll('.ck-note')].every(e => +(e.textContent.match(/^step (\\d+)/)?.[1] ?? 0) > 50)", arg=rates)
        assert lab.kernel('print([w.run.playing for w in pair], len({w.name for w in pair}))') == f'{[True] * rates} {rates}'
        assert lab.kernel(LEFT) == f'[{rates}, {rates}]' and lab.kernel('print(len(ck.Panel.named), len(ck.RUNNING))') == f'{rates} {rates}'
    assert not lab.errors


def watch_and_turn(lab):
    "The picture grows, a key turns the slider, the picture goes on growing; Stop and Run again do what they say."
    wait_note(lab, 'k 7', 60)
    lab.errors.clear()                      # what the page complained about while it loaded is not ours
    lab.wait_pixels(lab.pixels())
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('ArrowRight')
    wait_note(lab, 'k 8')
    lab.wait_pixels(lab.pixels())
    lab.page.get_by_role('button', name='Stop').click()
    wait_note(lab, 'stopped')
    lab.page.get_by_role('button', name='Run again').click()
    wait_note(lab, 'k 8')
    lab.wait_pixels(lab.pixels())
    assert lab.page.locator('.ck-twin').count() == 1 and not lab.page.locator('.ck-twin').is_visible()
    assert not lab.errors


def test_notebook_7(lab):
    lab.cells(LIVE, app='notebooks').run_all()
    watch_and_turn(lab)


def test_voila(lab):
    "No code is shown; the kernel that ran the notebook lives on and draws from its thread."
    lab.goto(f'voila/render/{lab.write(LIVE)}')
    watch_and_turn(lab)
    assert not lab.page.get_by_text('def climb').count()


def test_a_cell_that_never_ends(lab):
    "Run All gives up in time and names the cell; after an interrupt the kernel goes on."
    lab.cells('a = globals().get("a", 1)', 'while a: pass', 'b = 1')
    start = time.time()
    with pytest.raises(TimeoutError, match='while a: pass'): lab.run_all(timeout=5)
    assert time.time() - start < 40
    lab.interrupt()
    assert lab.kernel('a = 0; print("here")') == 'here'
    assert lab.run_all()[0].cells[2].execution_count and not lab.errors


def test_a_view_that_goes_away_stops_its_worker(lab):
    lab.cells(LIVE).run_all()
    wait_note(lab, 'k 7')
    lab.page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.page.wait_for_function("!document.querySelector('.ck-canvas')")
    lab.wait_printed(THREADS, '0')
    assert not lab.errors


STEPS = """
import coursekit as ck, time
view = ck.Curves('step', 'y', xlim=(0, 2000), ylim=(0, 2000))
view.patience = 3
steps = [0]
def climb(k):
    for n in range(1, 300_000):
        time.sleep(.002)
        steps[0] = n
        open('steps', 'w').write(str(n))
        yield lambda: view.draw({'line': list(range(n % 2000))}, note=f'k {k:g} step {n}')
ck.explore(climb, view, k=ck.Slider('k', range(5, 20), 7))"""

def held(lab):
    "How far the work is when it has not moved for a second; the file is written by the work itself, for no page is there to ask."
    file, last = lab.server['root']/'steps', None
    for _ in range(120):
        if (now := file.read_text()) and now == last: return int(now)
        last = now
        time.sleep(1)
    raise AssertionError(f'the work is never held: step {last}')

def goes_on(lab, step):
    "The work moves again, from where it was, and the page shows it."
    lab.page.wait_for_function("n => +document.querySelector('.ck-note')?.textContent.split('step ')[1] > n", arg=step)
    lab.wait_pixels(lab.pixels())

def test_a_closed_tab_holds_the_work(lab):
    "Nobody is told that a tab was closed; the work is held after a while, and goes on when the notebook is opened again."
    name = lab.write(STEPS)
    lab.open(name).run_all()
    wait_note(lab, 'k 7')
    goes_on(lab, 2000)                                # steps, of 2 ms: longer than its patience, so a page that lives is not taken for closed
    lab.page.close()
    step = held(lab)
    assert step > 100
    lab.page = lab.context.new_page()
    lab.open(name)
    goes_on(lab, step)
    lab.page.get_by_role('button', name='Stop').click()
    wait_note(lab, 'stopped')

def test_a_reloaded_page_goes_on(lab):
    "In the middle of a run: the same run is on the new page, and when that one's output is cleared, the work ends."
    lab.cells(STEPS).run_all()
    wait_note(lab, 'k 7')
    step = int(lab.kernel('print(steps[0])'))
    lab.page.reload()
    goes_on(lab, step + 2000)                         # by now the copy on the old page has been forgotten
    lab.page.evaluate("() => {jupyterapp.commands.execute('notebook:clear-all-cell-outputs')}")
    lab.page.wait_for_function("!document.querySelector('.ck-canvas')")
    for _ in range(100):
        if lab.kernel(THREADS) == '0': break
        lab.page.wait_for_timeout(100)
    assert lab.kernel(THREADS) == '0'


CONTROLS = """
import coursekit as ck, ipywidgets as W
a, b = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 100)), ck.Field('x', 'y')
def work(power, sign, flat, lr, wd):
    yield lambda: a.draw({'line': [x ** power for x in range(10)]}, note='drawn')
    yield lambda: b.draw([[lr / 9, wd / 9], [float(sign == 'plus'), float(flat)]])
controls = dict(power=ck.Slider('power', [0, 1, 2]), sign=W.Dropdown(options=['plus', 'minus'], description='sign'),
                flat=W.Checkbox(description='flat'), lr=ck.Slider('learning rate', range(9)), wd=ck.Slider('weight decay', range(9)))
e = ck.explore(work, [a, b], **controls)
drawer = W.Accordion([W.VBox([controls['lr'], controls['wd']])], titles=['Optimiser'])
e.children[0].children = [*list(controls.values())[:3], drawer]
e"""

CLICKS = """
import coursekit as ck, ipywidgets as W
a, b = (ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 10)) for _ in range(2))
for view in (a, b): view.draw({'line': [1, 2]})
a.on_pick(lambda x, y: b.draw({'line': [x, y]}))
W.VBox([a, b])"""

def unfold_by_keyboard(lab):
    "From the slider by Tab to the drawer, and Enter unfolds and folds it."
    lab.page.locator('.ck-slider input').first.focus()
    header, inside = lab.page.locator('.jupyter-widget-Collapse-header'), lab.page.locator('.ck-slider input').nth(1)
    for _ in range(3): lab.page.keyboard.press('Tab')
    for state in ('visible', 'hidden'):
        assert header.evaluate('e => e === document.activeElement')
        lab.page.keyboard.press('Enter')
        inside.wait_for(state=state)

def test_every_control_changes_a_picture(lab):
    "A menu, a box, sliders in a folded drawer, and clicks, whichever view they change; one that changes nothing is found out."
    lab.cells(CONTROLS, RECORDED).run_all()
    unfold_by_keyboard(lab)
    assert lab.turn_all() == 6 and not lab.errors
    lab.cells(CLICKS).run_all()
    assert lab.click_all() == 1
    lab.patience = 5000
    lab.kernel('a._picks.clear()')
    with pytest.raises(AssertionError, match='changed nothing else'): lab.click_all()
    lab.cells(CONTROLS).run_all()
    lab.kernel('def idle(flat, **_): yield lambda: b.draw([[0., float(flat)]])\ne.worker.work = idle')
    with pytest.raises(AssertionError, match='power.* no picture changed'): lab.turn_all()


KEYS = """
import coursekit as ck, ipywidgets as W
live = ck.Curves('step', 'y', xlim=(0, 2000), ylim=(0, 2000))
def climb(k, sign, flat, lr):
    import time
    for n in range(1, 30_000):
        time.sleep(.002)
        yield lambda: live.draw({'line': list(range(n % 2000))}, note=f'k {k:g} step {n}')
ck.explore(climb, live, folded=['lr'], k=ck.Slider('k', range(5, 20), 7), sign=W.Dropdown(options=['plus', 'minus'], description='sign'),
           flat=W.Checkbox(description='flat'), lr=ck.lr_slider())
"""

def test_by_keyboard_alone(lab):
    "Tab goes through everything and out, back too; Enter and Space press the buttons and nothing else; Escape ends the reading of a picture."
    lab.cells(KEYS, RECORDED).run_all()
    wait_note(lab, 'k 7')
    first, second = lab.page.locator(EXPLORER).all()
    names = lab.tab_through(first)
    assert [n.strip() for n in names if n.strip()] == ['k', 'sign', 'flat', 'Run again', 'Stop', 'Optimiser', 'learning rate', 'CANVAS']
    assert lab.tab_through(second) == ['k', 'CANVAS']
    lab.select(first)
    press, to = lab.page.keyboard.press, lambda what: lab.page.wait_for_function("w => document.activeElement.innerText?.includes(w)", arg=what)
    state = lambda: lab.page.evaluate("[jupyterapp.shell.currentWidget.content.widgets.length, jupyterapp.shell.currentWidget.content.mode]")
    for key in ('Enter', 'Space'):
        while 'Stop' not in lab.page.evaluate("document.activeElement.innerText ?? ''") or lab.page.evaluate("document.activeElement.tagName") != 'BUTTON': press('Tab')
        press(key); wait_note(lab, 'stopped')
        press('Shift+Tab'); to('Run again')
        press(key); wait_note(lab, 'k 7')
        assert state() == [2, 'command']
    lab.select(second)
    while lab.page.evaluate("document.activeElement.tagName") != 'CANVAS': press('Tab')
    spoken = "w => document.querySelectorAll('.ck-hidden')[1].textContent.includes(w)"
    press('ArrowRight')
    lab.page.wait_for_function(spoken, arg='x 5: line 15')
    assert lab.page.evaluate("document.activeElement.ariaDescription").startswith('The arrow keys read')
    press('Escape')
    lab.page.wait_for_function("document.querySelectorAll('.ck-note')[1].textContent === 'k = 3'")
    assert lab.page.evaluate("document.activeElement.tagName") == 'CANVAS' and state() == [2, 'command'] and not lab.errors


FAILING = """
def failing(k):
    yield
    raise ValueError('this is what an error looks like')
ck.explore(failing, ck.Curves('x', 'y'), k=ck.Slider('k', [1, 2]))"""

def test_accessible(lab):
    "axe-core finds nothing wrong with labels, roles and colours, an error's too, in either theme; what is wrong it does find."
    lab.cells(CONTROLS, RECORDED, FAILING).run_all()
    lab.page.locator('.ck-error').wait_for()
    for theme in ('Light', 'Dark'):
        lab.theme(theme)
        assert lab.faults() == [], theme
    lab.page.evaluate("document.querySelector('.ck-slider label').remove(); document.querySelector('.ck-note').style.color = '#777'")
    assert {rule for rule, *_ in lab.faults()} == {'label', 'color-contrast'}
    assert not lab.errors


RECORDED = """
import coursekit as ck
view = ck.Curves('x', 'y', xlim=(0, 9), ylim=(0, 90))
ck.recorded(view, [view.pack({'line': [k * i for i in range(10)]}, note=f'k = {k}') for k in range(10)], ck.Slider('k', range(10), 3))
"""

@pytest.mark.screens
def test_recorded_pictures_need_no_kernel(lab):
    "Looked up by the browser: still there when the kernel has gone."
    lab.cells(RECORDED).run_all()
    wait_note(lab, 'k = 3')
    lab.page.evaluate("async () => {await jupyterapp.shell.currentWidget.context.sessionContext.shutdown()}")
    before = lab.pixels()
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('End')
    wait_note(lab, 'k = 9')
    lab.wait_pixels(before)


TWIN = """
import coursekit as ck
from torch import nn
learn = ck.Learner(lambda: nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)), ck.digits(n=200), metrics=[ck.accuracy])
e = ck.watch(learn, lr=ck.lr_slider(3e-3), wd=ck.wd_slider(), run=dict(epochs=3))
e"""
STILLS = '.ck-twin img'

def still(lab, words, n=0):
    "Wait until the n-th twin says so."
    lab.page.wait_for_function("([n, w]) => document.querySelectorAll('.ck-twin')[n]?.innerHTML.includes(w)", arg=[n, words])

def seen(lab, name):
    "Both pictures are on the page, and no word of a widget that is missing. The page to look at is kept."
    for n in range(2): lab.page.locator(STILLS).nth(n).wait_for()
    lab.frame()
    shoot(lab.page, f'twin-{name}.png')
    assert lab.page.locator(STILLS).evaluate_all('e => e.every(i => i.complete && i.naturalWidth > 100 && i.alt.length > 10)')
    text = lab.page.locator('body').inner_text()
    assert 'Run the cell to move it' in text and not re.search(r'not found|Error|Loading widget|children=', text), text

def test_a_picture_stays_when_the_kernel_has_gone(lab, tmp_path):
    "Hidden while the widget is on the page, after a restart too; there in a notebook that is opened again, and in a page made of it."
    name = lab.write(TWIN, RECORDED)
    lab.open(name).run_all()
    still(lab, 'learning rate 0.003, weight decay 0)')
    still(lab, 'A still of what the sliders choose from (k 3)', 1)
    assert lab.page.locator('.ck-canvas').count() == 3 and not lab.page.locator('.ck-twin').filter(visible=True).count()
    lab.page.locator('.ck-slider input').first.focus(); lab.page.keyboard.press('ArrowRight')
    still(lab, 'learning rate 0.005, weight decay 0)')
    assert int(lab.kernel('print(len(e.twin.html))')) < 80_000      # 60 kB in base64
    assert not lab.page.locator('.ck-twin').filter(visible=True).count()
    lab.settle('async () => {const s = jupyterapp.shell.currentWidget.context; await s.save(); await s.sessionContext.session.kernel.restart()}')
    assert lab.page.locator('.ck-canvas').filter(visible=True).count() == 3      # these last as long as the page, without a kernel too
    assert not lab.page.locator('.ck-twin').filter(visible=True).count()
    lab.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.shutdown()}')
    lab.page.close()
    lab.page = lab.context.new_page()
    lab.open(name)
    lab.page.wait_for_function("document.querySelector('.jp-Notebook').textContent.includes('model not found')")      # which is what it would say
    seen(lab, 'reopened')
    lab.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.shutdown()}')
    seen(lab, 'without-kernel')
    html = HTMLExporter().from_filename(lab.server['root']/name)[0]
    (tmp_path/'page.html').write_text(html, 'utf-8')
    lab.page.route(re.compile('^(?!file|data)'), lambda route: route.abort())
    lab.page.goto((tmp_path/'page.html').as_uri())
    seen(lab, 'nbconvert')


def test_it_is_a_widget_like_any_other(lab):
    "Our slider works with interact and in a plain ipywidgets box."
    lab.cells("""
import coursekit as ck, ipywidgets as W
got = []
def keep(x): got.append(x)
W.interact(keep, x=ck.Slider('x', [1, 2, 3], 1));""").run_all()
    slider = lab.page.locator('.ck-slider input')
    slider.focus(); lab.page.keyboard.press('End')
    lab.wait_printed('print(got)', '[1.0, 3.0]')
    assert not lab.errors


FOLDED = """
import coursekit as ck
runs = []
view = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 100))
def line(lr, zoom):
    runs.append(lr)
    yield lambda: view.draw({'line': [i * 1000 * lr for i in range(10)]}, note=f'lr {lr:.3g} zoom {zoom.value:g}') or view.limits(y=(0, 100 / zoom.value))
ck.explore(line, view, folded=['lr'], steady=['zoom'], zoom=ck.Slider('zoom', [1, 2, 4], 1), lr=ck.lr_slider())
"""

def test_a_folded_and_a_steady_slider(lab):
    "The drawer hides the learning rate until it is opened; the steady slider changes the picture and starts nothing again."
    lab.cells(FOLDED).run_all()
    wait_note(lab, 'zoom 1')
    zoom, lr = lab.page.locator('.ck-slider input').first, lab.page.locator('.ck-slider input').nth(1)
    assert zoom.is_visible() and not lr.is_visible()
    zoom.focus(); lab.page.keyboard.press('ArrowRight')
    wait_note(lab, 'zoom 2')
    assert lab.kernel('print(len(runs))') == '1'
    lab.page.locator('.jupyter-widget-Collapse-header').click()
    lr.wait_for()
    lr.focus(); lab.page.keyboard.press('ArrowRight')
    wait_note(lab, 'lr 0.005')
    assert lab.kernel('print(len(runs))') == '2' and not lab.errors


ATLAS = """
import coursekit as ck, ipywidgets as W
view, rate = ck.Curves('step', 'loss', xlim=(0, 4), ylim=(0, 4)), ck.Slider('learning rate', [1, 2, 3], 1)
old = ck.Atlas(dict(lr=[1, 3]), [[view.pack({'training': [v] * 4}, note=f'ends at {v}') for v in (1, 3)]], dict(torch='2.99', seed=5))
links = old.lay([view], dict(lr=rate))
W.VBox([rate, view])"""


def test_recorded_runs_lie_behind_the_live_one(lab):
    "Alone they fill the picture, and say what they are; the browser looks them up; what is drawn goes over them, unless they do not fit."
    lab.cells(ATLAS).run_all()
    wait_note(lab, 'recorded, torch 2.99, seed 5: learning rate 1')
    lab.page.locator('.ck-slider input').focus(); lab.page.keyboard.press('End')
    wait_note(lab, 'learning rate 3')
    assert 'ends at 3' in lab.page.locator('.ck-note').inner_text()
    shown = lambda: lab.page.evaluate("document.querySelector('.ck-canvas').toDataURL()")
    lab.kernel("view.draw({'training': [2, 2.5]}, note='live')")
    wait_note(lab, 'live')
    over = shown()
    lab.page.keyboard.press('Home')
    lab.page.wait_for_function("old => document.querySelector('.ck-canvas').toDataURL() !== old", arg=over)
    assert lab.page.locator('.ck-note').inner_text() == 'live'
    behind = shown()
    lab.kernel('view.fits = False')
    lab.page.wait_for_function("old => document.querySelector('.ck-canvas').toDataURL() !== old", arg=behind)
    assert not lab.errors
