"The playground: its challenges can be met, its state makes the same picture again; in a real JupyterLab by mouse and by keyboard, wide and narrow, light and dark."
import re

import coursekit as ck
import pytest
from lab import shoot

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


def test_the_deep_challenge_says_how_small_its_gradient_is(still):
    challenge = next(c for c in ck.CHALLENGES if c.name.startswith('8'))
    facts = stands(still, challenge.start + ' step=20')
    assert 'less than a ten-thousandth' in challenge.says and 0 < facts.grads[0] < facts.grads[-1] / 1e4


PLAY = """
import coursekit as ck
p = ck.playground(challenges=ck.CHALLENGES, kind='blobs', net='3-2')
p"""
NET, PLANE, LOSSES, NORMS = range(4)


def note(lab, n): return lab.page.locator('.ck-note').nth(n).inner_text()
def wait_note(lab, n, words): lab.page.wait_for_function("([n, w]) => document.querySelectorAll('.ck-note')[n]?.textContent.includes(w)", arg=[n, words])
def button(lab, name): return lab.page.locator('.jupyter-button').filter(has_text=re.compile(f'^{name}$'))
def box(lab, label): return lab.page.get_by_label(label, exact=True)


def pause(lab):
    button(lab, 'Pause').click()
    button(lab, 'Play').wait_for()
    lab.kernel('p.run.pause(); p.run.worker.wait(60)')


def point(lab, n, words):
    "Move the mouse over the n-th picture until what is under it is called by these words; where that is."
    canvas = lab.page.locator('.ck-canvas').nth(n)
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    for y in range(30, int(area['height']), 9):
        for x in range(20, int(area['width']), 34):      # a unit is 46 pixels wide, a link much longer
            lab.page.mouse.move(area['x'] + x, area['y'] + y)
            lab.frame()
            if words in note(lab, n): return area['x'] + x, area['y'] + y
    raise AssertionError(f'nothing in the picture is called {words}')


def test_by_mouse(lab):
    "Units and weights are pointed at and picked, points are painted, the state is read and pasted; every picture follows."
    lab.cells(PLAY).run_all()
    wait_note(lab, PLANE, 'accuracy')
    pause(lab)
    lab.page.mouse.click(*point(lab, NET, '3 units, unit 1, bias b1[1]'))
    wait_note(lab, PLANE, 'layer 1, unit 1 alone')
    lab.page.mouse.click(*point(lab, NET, 'output'))
    lab.page.wait_for_function("!document.querySelectorAll('.ck-note')[1].textContent.includes('alone')")
    lab.unfold()
    lab.page.mouse.click(*point(lab, NET, 'w2[1,0] ='))
    lab.page.wait_for_function("document.querySelector('input[placeholder^=w1]').value.startsWith('w2[1,0] = ')")
    box(lab, 'set').fill('w2[1,0] = 3'); box(lab, 'set').press('Enter')
    point(lab, NET, 'w2[1,0] = 3')
    line = box(lab, 'state').input_value()
    assert 'edit@' in line and 'w2[1,0]=3' in line and line == lab.kernel('print(p.state)')
    box(lab, 'paint').select_option('orange points')
    wait_note(lab, PLANE, 'drawing here: orange points')
    canvas = lab.page.locator('.ck-canvas').nth(PLANE)
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    lab.page.mouse.move(area['x'] + 100, area['y'] + 60); lab.page.mouse.down()
    for i in range(1, 15): lab.page.mouse.move(area['x'] + 100 + 10 * i, area['y'] + 60)
    lab.page.mouse.up()
    lab.wait_printed("print(len(p.extra.get('painted', ())) > 5)", 'True')
    painted = eval(lab.kernel("print(p.extra['painted'])"))
    assert 5 < len(painted) < 15 and {c for *_, c in painted} == {1} and {y for _, y, _ in painted} == {painted[0][1]}
    pause(lab)
    assert 'paint=' in box(lab, 'state').input_value()
    before = lab.pixels(PLANE)
    box(lab, 'state').fill(line); box(lab, 'state').press('Enter')
    lab.wait_pixels(before, PLANE)
    lab.page.wait_for_function("line => document.querySelector('input[placeholder^=pause]').value === line", arg=line)
    box(lab, 'state').fill('lr=fast'); box(lab, 'state').press('Enter')
    lab.page.wait_for_function("document.querySelector('.ck-said.ck-error')?.textContent.includes('lr=fast')")
    box(lab, 'hidden').fill('8-oops'); box(lab, 'hidden').press('Enter')
    wait_note(lab, NET, 'such as 8-4')
    assert not lab.errors


def test_a_challenge_is_met(lab):
    "It is chosen in the menu, says how far one is, and says when it is met, once."
    lab.cells(PLAY).run_all()
    wait_note(lab, PLANE, 'accuracy')
    box(lab, 'challenge').select_option('2 without any hidden unit')
    said = "w => document.querySelector('.jp-OutputArea-output .ck-said').textContent.includes(w)"
    lab.page.wait_for_function(said, arg='✗ held-out accuracy')
    lab.unfold()
    box(lab, 'x1x2').check()
    lab.page.wait_for_function(said, arg='Met at step')
    assert 'playground.2 without any hidden unit' in lab.kernel("print([e['name'] for e in ck.entries() if e['kind'] == 'challenge'])")
    box(lab, 'data').select_option('moons')
    lab.page.wait_for_timeout(500)
    lab.page.wait_for_function(said, arg='Met at step')       # what is met stays met
    assert not lab.errors


def test_by_keyboard(lab):
    "From unit to unit by arrow keys, Enter shows one alone, Escape leaves the units; on the plane a cross paints. The words go to the screen reader."
    lab.cells(PLAY).run_all()
    wait_note(lab, PLANE, 'accuracy')
    pause(lab)
    press, canvas = lab.page.keyboard.press, lab.page.locator('.ck-canvas').nth(NET)
    canvas.focus()
    for key in ('ArrowRight', 'ArrowRight', 'ArrowDown'): press(key)
    wait_note(lab, NET, '3 units, unit 1, bias')
    assert lab.page.locator('.ck-hidden').nth(NET).inner_text().startswith('3 units, unit 1')
    assert canvas.get_attribute('aria-description').startswith('The arrow keys go from unit to unit')
    assert canvas.get_attribute('aria-label').startswith('A network with 2 inputs, layers of 3, 2 hidden units, 1 output. 14 weights from')
    press('Enter')
    wait_note(lab, PLANE, 'layer 1, unit 1 alone')
    press('Escape'); lab.frame()
    assert 'unit 1' not in note(lab, NET)
    lab.unfold()
    box(lab, 'paint').select_option('blue points')
    wait_note(lab, PLANE, 'drawing here: blue points')        # until then Enter paints nothing
    lab.page.locator('.ck-canvas').nth(PLANE).focus()
    for key in ('ArrowUp', 'ArrowLeft', 'Enter'): press(key)
    lab.wait_printed("print(p.extra.get('painted') == ((-5, 5, 0),))", 'True')
    assert not lab.errors


@pytest.mark.screens
@pytest.mark.parametrize('width', [1280, 800, 400])
def test_layout(lab, width):
    "Nothing is wider than the page or lies over something else; screenshots in both themes, drawers open."
    lab.cells(PLAY.replace("'3-2'", "'8-8-8-8-8-8'").replace("'blobs'", "'digits'")).run_all()
    wait_note(lab, PLANE, 'accuracy')
    pause(lab)
    lab.unfold()
    with lab.tall(width):
        for theme in ('Light', 'Dark'):
            lab.theme(theme); lab.frame()
            shoot(lab.page, f'playground-{theme.lower()}-{width}-open.png')
        wide = lab.page.evaluate("""[...document.querySelectorAll('.ck-view, .ck-slider, .jp-OutputArea-output > .widget-box, .jp-OutputArea-output input, .jp-OutputArea-output select')].filter(e => e.checkVisibility() && e.getBoundingClientRect().width && (e.getBoundingClientRect().right > innerWidth || e.matches('.ck-slider') && e.scrollWidth > e.clientWidth + 1)).map(e => e.outerHTML.slice(0, 200))""")
        over = lab.page.evaluate("""(() => {const r = [...document.querySelectorAll('.ck-view, .ck-slider, .jupyter-button, select')].filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]), hit = [];
            for (const [a, p] of r) for (const [b, q] of r) if (a !== b && p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1) hit.push(a.className + ' over ' + b.className); return hit})()""")
    assert not wide and not over
    assert not lab.errors


def test_run_again(lab):
    "The cell run again leaves one playground, and one thread that trains."
    lab.cells(PLAY)
    lab.follow()
    for _ in range(4): lab.run_all()
    wait_note(lab, PLANE, 'accuracy')
    assert lab.kernel("import threading; print(sum(t.name.startswith('coursekit') for t in threading.enumerate()))") == '1'
    # the still beside it holds the views for a moment
    count = "print({k: n for k, n in alive().items() if k in ('Learner', 'Network', 'Tape')})"
    lab.wait_printed(count, str(dict(Learner=1, Network=1, Tape=1)))
    assert not lab.errors
