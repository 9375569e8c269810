"The bug gym in a real JupyterLab: whole cases by mouse and by keys alone, what they say and keep, in both themes and on narrow pages."
import re

import pytest
from lab import EXPLORER, SHOOT, shoot

RECORD = "import os, tempfile\nos.environ['COURSEKIT_PROGRESS'] = tempfile.mkdtemp() + '/progress.jsonl'"
GYM = """
from coursekit.play.gym import case_code, gym
g = gym(case=case_code('frozen', 3), seed=1)
g"""
THREADS = "import threading; print(sum(t.name.startswith('coursekit') for t in threading.enumerate()))"
LOW, FROZEN = 'The learning rate is 100 times too low', 'The first layer is frozen'


def click(lab, name):
    "Press a button, once the page stands still: a cell that becomes the active one may scroll."
    lab.frame()
    lab.page.get_by_role('button', name=name, exact=True).click()


def wait_said(lab, words): lab.page.wait_for_function("w => document.querySelector('.ck-said')?.textContent.includes(w)", arg=words)
def said(lab): return lab.page.locator('.ck-said').first.inner_text()
def labels(lab): return [c.get_attribute('aria-label') for c in lab.page.locator('.ck-canvas').all()]
def wait_label(lab, n, words): lab.page.wait_for_function("([n, w]) => document.querySelectorAll('.ck-canvas')[n].getAttribute('aria-label').includes(w)", arg=[n, words])


def ready(lab):
    "Wait until the case of the gym `g` has been trained, and all six pictures of it are drawn."
    wait_said(lab, 'Look at the pictures')
    assert lab.kernel('print(g.worker.wait(60))') == 'True'
    lab.page.wait_for_function("document.querySelectorAll('.ck-canvas').length === 6 && [...document.querySelectorAll('.ck-canvas')].every(c => !/training: step|No picture|Not trained/.test(c.getAttribute('aria-label')))")
    lab.frame()


def open_gym(lab, source=GYM):
    lab.cells(RECORD, source).run_all()
    ready(lab)


def choose(lab, title):
    "Choose a fault in the menu, and wait until the kernel knows."
    lab.page.get_by_label('What is wrong?').select_option(label=title)
    wait_said(lab, f'You would say: {title}.')


def shot(lab, name, width=1280):
    "A picture of the gym, if one is asked for."
    if not SHOOT: return
    with lab.tall(width):
        box = lab.page.locator(EXPLORER).first.bounding_box()
        shoot(lab.page, f'gym-{name}.png', clip=dict(x=0, y=max(0, box['y'] - 10), width=width, height=box['height'] + 20))
    lab.frame()


@pytest.mark.screens
def test_a_case_by_mouse(lab):
    "The pictures betray the fault and the words do not; a wrong answer is explained and the mended run laid beside; the table grows with each answer."
    open_gym(lab)
    words = ' '.join(labels(lab))
    assert 'dotted: healthy' in words and 'exactly 0: linear1' in labels(lab)[2]
    assert not re.search('frozen|first layer', ' '.join([words, said(lab), *lab.page.locator('.ck-note').all_inner_texts(), *lab.page.locator(f'{EXPLORER} input').evaluate_all('e => e.map(i => i.value)')]))
    colors = lab.page.evaluate("[...document.querySelectorAll('.ck-canvas')].map(c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)")
    assert len(colors) == 6 and min(colors) > 20
    shot(lab, 'case')
    click(lab, 'That is it')
    wait_said(lab, 'Choose first')
    click(lab, 'Hint')
    wait_said(lab, 'look at the gradient norm and weights')
    choose(lab, LOW)
    before = lab.pixels()
    click(lab, 'That is it')
    wait_said(lab, 'No. You said: ' + LOW)
    for part in ('It is: ' + FROZEN, 'linear1 alone has gradient 0', 'every step is a hundredth of a healthy one', 'Set requires_grad back', 'the same run, mended'): assert part in said(lab), part
    assert [p.inner_text() for p in lab.page.locator('.ck-said pre').all()] == ['model.linear1.requires_grad_(False)', 'model.linear1.requires_grad_(True)']
    lab.wait_pixels(before)
    assert 'dotted: mended' in labels(lab)[0]
    table = lab.page.locator('.ck-gym-card table').first
    assert '0 of 1 cases' in lab.page.locator('.ck-gym-card').inner_text() and table.locator('tbody tr').count() == 2
    shot(lab, 'answered')

    click(lab, 'Next case')
    ready(lab)
    assert not lab.page.locator('.ck-gym-card').count() and lab.page.get_by_label('What is wrong?').input_value() == 'choose ...'
    name, title = eval(lab.kernel('from coursekit.play.gym import title; print([g.case.name, title(g.case.name)])'))
    choose(lab, title)
    click(lab, 'That is it')
    wait_said(lab, f'Right. {title}.')
    assert '1 of 2 cases' in lab.page.locator('.ck-gym-card').inner_text() and name != 'frozen'
    kept = eval(lab.kernel("from coursekit.core.record import entries; print([(e['kind'], e['name'], e['answer'], e['right'], e['hints']) for e in entries()])"))
    assert kept == [('gym', 'bug_gym.frozen', 'lr-low', False, 1), ('gym', f'bug_gym.{name}', name, True, 0)]
    assert not lab.errors


def test_a_case_by_keys(lab):
    "Tab reaches everything in order; a hint, an answer, the next case and the menu of activations by keys alone; the focus is never lost."
    open_gym(lab)
    names = lab.tab_through(lab.page.locator(EXPLORER).first)
    assert [n for n in names if n != 'CANVAS'] == ['round', 'case', 'a healthy run beside it', 'activations', 'What is wrong?', 'That is it', 'Hint', 'Next case']
    press = lab.page.keyboard.press
    focus = lambda: lab.page.evaluate("document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText || document.activeElement.tagName")
    lab.page.get_by_label('activations', exact=True).focus()
    press('ArrowDown')
    wait_label(lab, 3, 'activations: std')
    lab.page.get_by_label('What is wrong?').focus()
    for _ in range(20):
        if lab.page.evaluate('document.activeElement.selectedOptions[0].text').replace('\xa0', ' ') == FROZEN: break       # ipywidgets makes spaces hard
        press('ArrowDown')
    wait_said(lab, f'You would say: {FROZEN}.')
    press('Tab'); press('Tab')
    assert focus() == 'Hint'
    press('Enter')
    wait_said(lab, 'Hint: look at')
    press('Shift+Tab'); press('Space')
    wait_said(lab, 'Right, with 1 hint. ' + FROZEN)
    assert focus() == 'That is it'
    press('Enter')                      # a second press does not answer again
    press('Tab'); press('Tab')
    assert focus() == 'Next case'
    press('Enter')
    ready(lab)
    assert focus() == 'Next case' and '1 of 1 cases' in lab.kernel('from coursekit.play.gym import gym_card; print(gym_card().data)')
    lab.page.locator('.ck-canvas').first.focus()
    press('ArrowRight')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.includes('training ')")
    assert lab.page.evaluate('jupyterapp.shell.currentWidget.content.widgets.length') == 2 and not lab.errors      # no key reached JupyterLab


def test_a_case_that_is_typed(lab):
    "Four letters bring a case back, from another round too; others are refused; a round is chosen by its menu."
    open_gym(lab)
    code, other = eval(lab.kernel("print([case_code('leaked', 8), case_code('wd-norm', 2)])"))
    box = lab.page.get_by_label('case', exact=True)
    for text, words in (('frozen', 'Nothing has changed: a case is four of the letters'), (code, f'Case {code}. Look at')):
        box.fill(text); box.press('Enter')
        wait_said(lab, words)
    ready(lab)
    assert lab.kernel('print(g.case.name, g.level.value, g.beside.value)') == 'leaked all False' and 'dotted' not in ' '.join(labels(lab))
    lab.page.get_by_label('a healthy run beside it').check()
    wait_label(lab, 0, 'dotted: healthy')
    lab.page.get_by_label('round', exact=True).select_option(label='second round (15)')
    lab.page.wait_for_function("code => document.querySelector('.ck-said').textContent.includes('Look at') && !document.querySelector('.ck-said').textContent.includes(code)", arg=code)
    ready(lab)
    assert lab.page.get_by_label('What is wrong?').locator('option').count() == 17 and not lab.page.get_by_label('a healthy run beside it').is_checked()
    box.fill(other); box.press('Enter')
    wait_said(lab, f'Case {other}. Look at')
    assert lab.kernel('print(g.case.name)') == 'wd-norm' and not lab.errors


@pytest.mark.screens
@pytest.mark.parametrize('theme', ['Light', 'Dark'])
def test_accessible(lab, theme):
    "axe-core finds nothing, before the answer and after it, nor in the card and the catalogue."
    open_gym(lab)
    lab.theme(theme)
    lab.rest()
    assert lab.faults() == []
    choose(lab, LOW)
    click(lab, 'That is it')
    wait_said(lab, 'No.')
    lab.frame()
    assert lab.faults() == []
    assert lab.page.locator('.ck-said').first.get_attribute('role') == 'status'
    shot(lab, f'answered-{theme.lower()}')


LONG = """
from coursekit.play.casebook import _session, case_code
from coursekit.play.gym import gym
g = gym('all', case=case_code('unshuffled', 3))
for a, b in [('frozen', 'detach')] * 4 + [('detach', 'detach'), ('healthy', 'no-eval'), ('softmax-axis', 'loss-summed'), ('valid-scale', 'valid-scale')] * 3 + [(n, n) for n in list(g.rounds['all'])[:14]]:
    _session.append(dict(kind='gym', name=f'bug_gym.{a}', answer=b, right=a == b, hints=0, case='0000'))
g"""


@pytest.mark.screens
@pytest.mark.parametrize('width', [1280, 800, 400])
def test_widths(lab, width):
    "Nothing is wider than the page, nothing lies over something else, every label of a picture is on its canvas."
    lab.cells(RECORD, LONG).run_all()
    ready(lab)
    click(lab, 'Hint')
    choose(lab, 'The optimiser was made before the head was replaced')
    click(lab, 'That is it')
    wait_said(lab, 'No.')
    lab.page.locator('.ck-gym-card').wait_for()
    for theme in ('Light', 'Dark'):
        lab.theme(theme)
        shot(lab, f'{theme.lower()}-{width}', width)
    with lab.tall(width):
        wide = lab.page.evaluate(f"""[...document.querySelectorAll(`{EXPLORER}`)].flatMap(o => [...o.querySelectorAll('.ck-view, .ck-said, .ck-gym-card, .ck-gym-card p, [role=region], select, input, button, pre, .widget-box')])
            .filter(e => e.checkVisibility() && (e.getBoundingClientRect().right > e.closest('.jp-OutputArea-output').getBoundingClientRect().right + 1 || e.matches('.ck-view, .ck-said, pre') && e.scrollWidth > e.clientWidth + 1)).map(e => e.outerHTML.slice(0, 200))""")
        boxes = lab.page.evaluate(f"""[...document.querySelectorAll('.ck-view, .ck-said, .ck-gym-card, select, input, button')].filter(e => e.closest(`{EXPLORER}`) && e.checkVisibility())
            .map(e => [e, e.getBoundingClientRect()]).flatMap(([e, a], i, all) => all.slice(i + 1).filter(([f, b]) => !e.contains(f) && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([f]) => [e.outerHTML.slice(0, 80), f.outerHTML.slice(0, 80)]))""")
    assert not wide and not boxes and not lab.errors


def test_run_the_cell_again(lab):
    "In the middle of training: one thread is left, the old gym is closed, and the new case is shown. A page that goes away ends the thread."
    open_gym(lab)
    lab.kernel('old, case = g, g.case\ng._begin(*g._pick())')
    lab.run_all()
    ready(lab)
    assert lab.kernel(THREADS) == '1' and lab.kernel('print(old.comm, old.case, g.case is not case)') == 'None None True'
    lab.page.evaluate("() => {jupyterapp.shell.currentWidget.content.activeCellIndex = 1; jupyterapp.commands.execute('notebook:clear-cell-output')}")
    lab.page.wait_for_function("!document.querySelector('.ck-canvas')")
    lab.wait_printed(THREADS, '0')
    assert not lab.errors


@pytest.mark.screens
def test_trouble(lab):
    "An error in the thread is shown as text, with its traceback folded; the next case works. Ctrl-C in a cell that waits loses nothing."
    open_gym(lab)
    lab.kernel("""import coursekit.play.faults as f
good = f.FAULTS['leaked']
def bad(learn): raise RuntimeError('a <b>bad</b> one')
f.FAULTS['leaked'] = type(good)(**vars(good) | dict(spoil=bad))
g.code.value = case_code('leaked', 1)""")
    wait_said(lab, 'This case could not be shown: RuntimeError: a <b>bad</b> one. Press')
    lab.page.locator('.ck-note.ck-error').first.wait_for()
    assert 'in bad' in lab.page.locator('.ck-detail pre').first.text_content() and not lab.page.locator('.ck-said b, .ck-note b').count()
    shot(lab, 'error')
    lab.kernel("f.FAULTS['leaked'] = good\ng.code.value = case_code('frozen', 4)")
    wait_said(lab, 'Look at the pictures')
    ready(lab)
    lab.kernel("import threading, _thread\nthreading.Timer(.3, _thread.interrupt_main).start()\ntry: g._take('leaked', 2); g.run()\nexcept KeyboardInterrupt: print('interrupted')")
    click(lab, 'That is it')                 # trains what has not been trained
    wait_said(lab, 'Look at the pictures')
    ready(lab)
    assert lab.kernel('print(g.case.name)') == 'leaked' and not lab.errors


@pytest.mark.screens
def test_pictures_of_a_run(lab):
    "`show_run`, the card and the catalogue of what was met, as the lesson has them."
    lab.cells(RECORD, """
from coursekit.play.faults import FAULTS, healthy, observe
from coursekit.play.casebook import _session, gym_card, gym_catalogue
from coursekit.play.run_pictures import show_run
_session += [dict(kind='gym', name='bug_gym.frozen', answer=a, right=a == 'frozen', hints=0, case='0000') for a in ('frozen', 'detach')]
show_run(observe(FAULTS['frozen'].make(1)), observe(healthy(1)), 'mended')""", 'gym_card()', 'gym_catalogue()').run_all()
    wait_label(lab, 0, 'dotted: mended')
    lab.page.get_by_label('activations', exact=True).select_option(label='share of dead units')
    wait_label(lab, 3, 'activations: share dead')
    details = lab.page.locator('details:has(summary:has-text("frozen"))')
    details.locator('summary').click()
    assert 'requires_grad_(True)' in details.inner_text() and '29 more to meet' in lab.page.locator('.jp-OutputArea').last.inner_text()
    assert re.search(r'1 of 2 cases', lab.page.locator('.ck-gym-card').inner_text())
    for theme in ('Light', 'Dark'):
        lab.theme(theme)
        assert lab.faults() == []
        if SHOOT:
            with lab.tall(): shoot(lab.page, f'gym-lesson-parts-{theme.lower()}.png')
    assert not lab.errors
