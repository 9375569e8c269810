"Each lesson, executed once, in a real JupyterLab in Chromium, and everything looked at that a learner would see."
import json
import re
import sys

import pytest
from lab import EXPLORER, ROOT, SHOOT, shoot
from recorded import ATLASES, check_again

sys.path.insert(0, str(ROOT/'docs'))
from claims import RECORDED, contradictions, known, strange  # noqa: E402
from minutes import count, stated  # noqa: E402
from pages import keep  # noqa: E402

LESSONS = [*sorted(p.name for p in (ROOT/'lessons').glob('[0-9]*.ipynb')), *(n for n in ('bug_gym.ipynb', 'playground.ipynb') if (ROOT/'lessons'/n).exists())]
BUDGET = 60       # seconds a lesson should take; only a hang, five times that, fails
KEEP = '''
import json, pathlib, ipywidgets
pathlib.Path({path!r}).write_text(json.dumps(ipywidgets.Widget.get_manager_state()))
'''
WIDE = '''[...document.querySelectorAll('.ck-view, .ck-slider, .jp-OutputArea-output > .widget-box')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth).map(e => e.className)'''
STATE = 'application/vnd.jupyter.widget-state+json'


class Run:
    "A lesson that has been executed: the page, still open, and the saved notebook."
    def __init__(self, lab, name):
        self.name, self.short, self.lab = name, re.match(r'\d+|[a-z_]+', name)[0], lab.open(name)
        self.lab.kernel("import os; os.environ['COURSEKIT_AUTO'] = '1'")      # what waits for a prediction is open
        self.notebook, self.seconds = self.lab.run_all(timeout=5 * BUDGET)
        print(f'\n{name}: {self.seconds:.0f} s in the browser (it should take {BUDGET} s on a quiet machine)')

    def widgets(self):
        "The state of all widgets as it is in the kernel, because JupyterLab does not save it."
        file = self.lab.server['claims'].with_name(f'{self.short}.json')
        self.lab.rest()
        assert not (said := self.lab.kernel(KEEP.format(path=str(file)))), said
        return json.loads(file.read_text())

    def keep(self, widgets):
        "For the site, which need not run it again."
        self.notebook.metadata['widgets'] = {STATE: widgets}
        keep(self.notebook, self.name)


@pytest.fixture(scope='module', params=LESSONS)
def lesson(request, browser, server, desk):
    lab, failed, passed = desk.take(browser, server), request.session.testsfailed, False
    try:
        yield Run(lab, request.param)
        passed = request.session.testsfailed == failed
    finally: desk.give(lab, passed)


def test_no_error_anywhere(lesson):
    "Not in a cell, not inside an Output widget, not in the console."
    for c in lesson.notebook.cells:
        for o in c.get('outputs', []):
            assert o.output_type != 'error', f'{c.id}: {o.ename}: {o.evalue}'
            assert o.get('name') != 'stderr', f'{c.id}: {o.text}'
    widgets = lesson.widgets()
    assert widgets['state']
    for m in widgets['state'].values():
        for o in m['state'].get('outputs', []) if m['model_name'] == 'OutputModel' else []: assert o['output_type'] != 'error', o
    text = lesson.lab.page.locator('.jp-Notebook').inner_text()
    assert not re.search(r'not found|Error displaying|Traceback|Loading widget', text)
    assert not lesson.lab.errors
    lesson.keep(widgets)


def test_minutes(lesson):
    "The minutes that it states are those that were counted; the first slider comes within five."
    said = stated(lesson.notebook)
    if said is None: return      # not a lesson for an evening
    counted = count(lesson.notebook)
    print(f'{lesson.name}: {counted}')
    assert max(abs(a - b) for a, b in zip(said, counted.minutes)) <= 1
    assert counted.core.minutes < 25.5 and counted.slider <= 5.5


def test_claims(lesson):
    """Each is in docs/claims.json with the same delta, and what came out just now does not contradict it.

    A recorded one shows its record, and a pair that fits it."""
    file, number = lesson.lab.server['claims'], f'{lesson.name[:2]}-'
    now = [r for line in (file.read_text().splitlines() if file.exists() else []) if (r := json.loads(line))['name'].startswith(number)]
    listed = [r for r in known() if r['name'].startswith(number)]
    said = [{r['name']: (r['delta'], r['says']) for r in records} for records in (now, listed)]
    assert said[0] == said[1], 'run make claims, or after a change of says= alone docs/claims.py --page'
    kept = {r['name']: r for r in known(RECORDED) if r['name'].startswith(number)}
    live = [r for r in now if 'live' in r]
    assert {r['name'] for r in live} == {*kept}
    assert not [said for r in live for said in strange(r, kept[r['name']])]
    assert not contradictions(now + listed)


def test_recorded_runs(lesson):
    "Two of the runs behind its sliders, done again; and in two lessons another one, which is not the same, and is noticed. Before other controls are turned."
    if lesson.short in ATLASES: check_again(lesson.short, lambda code: lesson.lab.kernel(code, timeout=300))


def test_every_picture_is_drawn_and_labelled(lesson):
    "No view is empty, every view says in words what it shows, every image has a size."
    page = lesson.lab.page
    page.wait_for_function("[...document.querySelectorAll('.ck-canvas')].every(c => c.dataset.frames > 0 && c.getAttribute('aria-label'))")
    colors = page.evaluate("""[...document.querySelectorAll('.ck-canvas')].map(c => new Set(new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)).size)""")
    assert colors and min(colors) > 20
    assert page.evaluate("[...document.querySelectorAll('.jp-OutputArea img')].every(i => i.naturalWidth > 100)")


def test_tab_reaches_everything(lesson):
    for e in lesson.lab.page.locator(EXPLORER).all(): assert 'CANVAS' in lesson.lab.tab_through(e)


def test_controls_by_keyboard_and_mouse(lesson):
    "Every slider, menu and box of every explorer, folded ones too, changes a picture."
    assert lesson.lab.turn_all()
    assert not lesson.lab.errors


def test_a_click_into_a_picture(lesson):
    "Where a picture takes a click, it changes what is said under it, or another picture."
    if 'on_pick' in (ROOT/'lessons'/lesson.name).read_text('utf-8'): assert lesson.lab.click_all()
    assert not lesson.lab.errors


@pytest.mark.screens
@pytest.mark.parametrize('theme', ['Light', 'Dark'])
def test_looks(lesson, theme):
    "axe-core finds nothing wrong with labels, roles and colours, and nothing is wider than the page. `make screens` keeps pictures of it."
    lab, page, wide = lesson.lab, lesson.lab.page, []
    lab.theme(theme)
    lab.rest()
    faults = lab.faults()
    page.locator('.ck-canvas').first.blur()
    for width in (1280, 800):
        page.set_viewport_size(dict(width=width, height=1000))
        lab.frame()
        wide += page.evaluate(WIDE)
        if SHOOT: shoot_all(lesson, theme, width)
    assert not faults and not wide


def shoot_all(lesson, theme, width):
    "Pictures of a whole lesson, one below the other: Chromium draws none that are higher."
    page = lesson.lab.page
    with lesson.lab.tall(width):
        high = page.viewport_size['height']
        for n, top in enumerate(range(0, high, 16_000), 1):
            part = dict(x=0, y=top, width=width, height=min(16_000, high - top))
            shoot(page, f'{lesson.short}-{theme.lower()}-{width}-{n}.jpg', quality=90, clip=part)
