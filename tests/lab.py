"A real JupyterLab in a real Chromium: for the tests, the measurements and the pictures."
import inspect
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import nbformat
from axe_playwright_python.sync_playwright import Axe
from coursekit.app.course import lab_command, working_copy
from jupyter_client.kernelspec import get_kernel_spec
from playwright.sync_api import Error as Broken
from playwright.sync_api import TimeoutError as Timeout
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SCREENS = ROOT/'build'/'screens'
SHOOT = 'COURSEKIT_SCREENS' in os.environ      # `make screens` asks for pictures; each costs seconds
CHROMIUM = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
MISSING = 'no Chromium on the path: install it (Debian: apt-get install chromium) or set CHROMIUM to its path; the browser tests need it'
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
         '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1']      # no network but this machine
SETTINGS = {
    'apputils-extension/notification': dict(fetchNews='false', checkForUpdates=False, doNotDisturbMode=True),
    'notebook-extension/tracker': dict(windowingMode='none'),       # so that a screenshot shows every cell
}
LATE = '[anywidget] Failed to initialize model.'
EXPLORER = '.jp-OutputArea-output:has(.ck-view, .ck-slider)'
CARD = '.jp-OutputArea-output:has(.ck-ask)'
CONTROL = 'input[type=range]:enabled, input[type=checkbox]:enabled, select:enabled'
STOPS = """e => [...e.querySelectorAll('select, input, button, canvas, .jupyter-widget-Collapse-header')].filter(c => !c.disabled && c.checkVisibility()).map((c, i) => {
    c.dataset.stop = i; return c.labels?.[0]?.innerText || c.innerText || c.tagName})"""
FOCUS = "e => {const c = document.activeElement; return e.contains(c) ? +(c.dataset.stop ?? -1) : null}"
RING = "() => {const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2}"
VALUE = "e => e.type === 'checkbox' ? e.checked : e.value"
DRAWN = "e => [...e.querySelectorAll('canvas, img, .ck-note')].map(c => c.src ?? c.toDataURL?.() ?? c.textContent).join()"
ELSEWHERE = DRAWN.replace('canvas, ', 'canvas:not([data-clicked]), ')
FOLDED = f'{EXPLORER} .jupyter-widget-Collapse:not(.jupyter-widget-Collapse-open) .jupyter-widget-Collapse-header'
# JupyterLab's body is 0 pixels high and cuts off what is outside it, so axe-core takes all text for hidden; and behind the arrow of a menu it sees no colour
SEEN = 'body {overflow: visible !important} select {background-image: none !important}'
# axe-core measures every element of the page, and nine of ten are code and prose; what is taken out goes back to its place
REST = '.jp-Cell-inputWrapper, .jp-Cell:not(:has(.jp-OutputArea-output :is(.ck-view, .ck-slider, .ck-ask)))'
TAKE = """rest => {window.taken = [...document.querySelectorAll(rest)].filter(e => !e.parentElement.closest(rest)).map(e => {
    const place = document.createComment(''); e.replaceWith(place); return [e, place]})}"""
PUT_BACK = "() => {for (const [e, place] of window.taken) place.replaceWith(e); delete window.taken}"
AXE = """async selector => {
    const {violations, incomplete, passes} = await axe.run(selector, {checks: {'color-contrast': {options: {ignoreLength: true}}}});
    const nodes = (...kinds) => kinds.flat().flatMap(r => r.nodes.map(n => ({rule: r.id, impact: n.impact ?? r.impact, html: n.html, why: [...n.any, ...n.all, ...n.none].map(c => c.message).join('. ')})));
    const read = nodes(violations, incomplete, passes).filter(n => n.rule === 'color-contrast').map(n => n.html).join();
    return {faults: nodes(violations, incomplete).filter(n => ['serious', 'critical'].includes(n.impact)).map(n => [n.rule, n.html, n.why]),
        unread: [...document.querySelectorAll(selector)].flatMap(e => [...e.querySelectorAll('label, button, .ck-note')]).filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && /\\w/.test(n.data)) && !read.includes(e.outerHTML.slice(0, 60))).map(e => e.outerHTML)}}"""

HELD = """
import comm, ctypes, ipywidgets, psutil
{still}
assert ck.draw.twin.painted()
live = alive()
getattr(ctypes.CDLL(None), 'malloc_trim', int)(0)      # what is freed but kept in each thread's pool, 10 to 30 MB, goes back to the system
for k in {shells}: live.pop(k, 0)
print([psutil.Process().memory_info().rss, live, len(ipywidgets.widgets.widget._instances), len(comm.get_comm_manager().comms)])"""


def follow():
    """For a kernel, before it makes widgets: a function that counts what lives of all that coursekit's classes make from now on, name of the class -> how many.

    By weak references, which every new object gets. `gc.get_objects()` would find tuples that another thread has not filled yet, and break that thread."""
    import collections
    import gc
    import sys
    import weakref

    import coursekit as ck
    refs = {}

    def with_ref(cls):
        own = vars(cls).get('__new__')

        def __new__(kind, /, *args, **kw):
            made_by = own.__func__ if own else super(cls, kind).__new__      # the next one of that kind's classes: of a mixin it is seldom object's
            new = made_by(kind) if made_by is object.__new__ else made_by(kind, *args, **kw)
            key = id(new)
            refs[key] = weakref.ref(new, lambda _: refs.pop(key, None))
            return new
        cls.__new__ = staticmethod(__new__)

    def alive():
        for _ in range(3): gc.collect()
        found = [ref() for ref in list(refs.values())]
        return dict(sorted(collections.Counter(type(o).__name__ for o in found if o is not None).items()))

    for name in ck.__all__: getattr(ck, name)      # loads its module
    modules = [m for name, m in list(sys.modules.items()) if name.startswith('coursekit.')]
    classes = {c for m in modules for c in vars(m).values() if isinstance(c, type) and c.__module__ == m.__name__}
    for cls in classes:
        if cls.__weakrefoffset__: with_ref(cls)      # a tuple with names cannot have one
    return alive


@contextmanager
def forking(home: Path):
    "A process that has imported torch, and in `home` a kernel spec that has kernels forked from it. Off Linux kernels are started as ever."
    if not sys.platform.startswith('linux'): yield; return
    script, door = str(Path(__file__).with_name('forked.py')), f'coursekit-{secrets.token_hex(8)}'
    spec = get_kernel_spec('python3').to_dict()
    assert spec['argv'][1] == '-m', f'a kernel is started in a way that forked.py does not know: {spec["argv"]}'
    spec['argv'] = [sys.executable, '-S', script, door, *spec['argv'][2:]]
    f = home/'DATA'/'kernels'/'python3'/'kernel.json'
    f.parent.mkdir(parents=True)
    f.write_text(json.dumps(spec))
    with subprocess.Popen([sys.executable, script, door], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True) as p:
        assert p.stdout.readline() == 'listening\n', 'no process to fork kernels from'
        yield      # and then its standard input is closed


@contextmanager
def serve():
    "JupyterLab, with Notebook 7 and Voila beside it, on a working copy of the lessons, with settings of its own."
    with tempfile.TemporaryDirectory(prefix='coursekit', ignore_cleanup_errors=True) as tmp, forking(Path(tmp)):
        home, root, token = Path(tmp), Path(tmp)/'lessons', secrets.token_hex(16)
        working_copy(root)
        for plugin, settings in SETTINGS.items():
            f = home/'settings/@jupyterlab'/f'{plugin}.jupyterlab-settings'
            f.parent.mkdir(parents=True, exist_ok=True)
            f.write_text(json.dumps(settings))
        with socket.socket() as s: s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]
        env = os.environ | {f'JUPYTER_{k}_DIR': str(home/k) for k in ('CONFIG', 'DATA', 'RUNTIME')} | dict(
            JUPYTER_PREFER_ENV_PATH='0',      # our kernel spec comes first
            COURSEKIT_CLAIMS=str(home/'claims.jsonl'), IPYTHONDIR=str(home/'ipython'), JUPYTERLAB_SETTINGS_DIR=str(home/'settings'), JUPYTERLAB_WORKSPACES_DIR=str(home/'workspaces'))
        command = [*lab_command(root, 'index.ipynb', port, '127.0.0.1', browser=False), '--ServerApp.port_retries=0', f'--IdentityProvider.token={token}',
                   '--LabApp.expose_app_in_browser=True', '--JupyterNotebookApp.expose_app_in_browser=True']
        log = home/'server.log'
        with log.open('w') as out: p = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            for _ in range(600):
                assert p.poll() is None, log.read_text()[-3000:]
                try: urllib.request.urlopen(f'http://127.0.0.1:{port}/api/status?token={token}', timeout=2); break
                except OSError: time.sleep(.2)
            yield dict(url=f'http://127.0.0.1:{port}', token=token, root=root, claims=home/'claims.jsonl')
        finally:
            p.terminate()
            try: p.wait(20)
            except subprocess.TimeoutExpired: p.kill()


def shoot(page, name, **options):
    "Keep a picture of a page in build/screens, to be looked at; only for `make screens`."
    if not SHOOT: return
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS/name, **options)


@contextmanager
def chromium():
    "The browser, headless."
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield b
        b.close()


class Lab:
    "One notebook open in one page."
    def __init__(self, browser, server, width=1280, height=1000):
        self.server, self.errors, self.patience = server, [], 60_000      # milliseconds until a control counts as dead
        self.late = 0      # how many complaints that a widget took too long to load
        self.tests, self.empty = 0, False      # how many tests have had this page, and whether JupyterLab is there and empty
        self.context = browser.new_context(viewport=dict(width=width, height=height))
        self.context.set_default_timeout(120_000)       # a busy machine is slow, not broken
        self.page = self.context.new_page()
        self.page.wait_for_function = partial(self.page.wait_for_function, polling=50)      # milliseconds; by default it makes the page draw 60 pictures a second
        self.page.on('pageerror', lambda e: self.complain(str(e)))
        self.page.on('console', lambda m: self.complain(f'{m.text} ({m.location.get("url", "")})') if m.type == 'error' else None)

    def complain(self, what):
        "Keep what the page has complained about. Widgets that took anywidget too long to load are mended by wake.js."
        if LATE in what: self.late += 1
        else: self.errors.append(what)

    def settle(self, js, arg=None, timeout=120):
        "What an asynchronous JavaScript function returns; an error if it takes longer than so many seconds."
        state = self.page.evaluate_handle(f'arg => {{const s = {{}}; ({js})(arg).then(v => {{s.value = v}}, e => {{s.error = String(e)}}).finally(() => {{s.done = true}}); return s}}', arg)
        self.page.wait_for_function('s => s.done', arg=state, timeout=timeout * 1000)
        got = state.json_value()
        if 'error' in got: raise RuntimeError(got['error'])
        return got.get('value')

    def goto(self, path):
        self.page.goto(f'{self.server["url"]}/{path}{"&" if "?" in path else "?"}token={self.server["token"]}')
        return self

    def open(self, name, app=None):
        "Open a notebook and wait for its kernel; in JupyterLab, or in another app such as 'notebooks'."
        p, at_hand, self.empty = self.page, self.empty and not app, False
        if at_hand: self.settle("async path => {await jupyterapp.commands.execute('docmanager:open', {path})}", name)
        else: self.goto(f'{app}/{name}' if app else f'lab/workspaces/{secrets.token_hex(4)}/tree/{name}?reset')
        p.wait_for_function('name => window.jupyterapp?.shell.currentWidget?.context?.path === name', arg=name)
        self.settle('async () => {await jupyterapp.restored; const c = jupyterapp.shell.currentWidget.context; await c.ready; await c.sessionContext.ready}')
        p.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status === 'idle'")
        if not app: p.evaluate("jupyterapp.shell.collapseLeft()")
        return self

    def write(self, *sources):
        "The name of a new notebook with these cells."
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources],
                                      metadata=dict(kernelspec=dict(name='python3', display_name='Python 3', language='python')))
        name = f't{secrets.token_hex(4)}.ipynb'
        nbformat.write(nb, self.server['root']/name)
        return name

    def cells(self, *sources, app=None):
        "A new notebook with these cells, open."
        return self.open(self.write(*sources), app)

    def run_all(self, timeout=120):
        "Run all cells to the last or to an error, return the saved notebook and the seconds it took; an error names the cell that does not end."
        start = time.time()
        try: self.settle("async () => {await jupyterapp.commands.execute('notebook:run-all-cells')}", timeout=timeout)
        except Timeout as e:
            cell = self.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.find(c => c.model.executionState === 'running')?.model.sharedModel.getSource()")
            raise TimeoutError(f'after {timeout} s this cell had not ended:\n{cell}') from e
        seconds = time.time() - start
        self.page.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'")
        path = self.settle('async () => {const c = jupyterapp.shell.currentWidget.context; await c.save(); return c.path}')
        return nbformat.read(self.server['root']/path, 4), seconds

    def kernel(self, code, timeout=120):
        "What `code` prints in the notebook's kernel."
        return self.settle("""async code => {const k = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel; let out = '';
            const f = k.requestExecute({code, store_history: false});
            f.onIOPub = m => {if (m.header.msg_type === 'stream') out += m.content.text; if (m.header.msg_type === 'error') out += m.content.ename + ': ' + m.content.evalue};
            if ((await f.done).content.status === 'aborted') throw Error('aborted, because a cell before it failed'); return out.trim()}""", code, timeout)

    def follow(self):
        "From now on `alive()` says in the kernel what lives of coursekit's classes, name -> how many."
        assert not (said := self.kernel(f'{inspect.getsource(follow)}\nalive = follow()')), said

    def wait_printed(self, code, words):
        "Wait until `code` prints these words in the kernel."
        for _ in range(100):
            if (got := self.kernel(code)) == words: return
            self.page.wait_for_timeout(100)
        raise AssertionError(f'{code} prints {got}, not {words}')

    def interrupt(self):
        "Interrupt the kernel and wait until no cell runs."
        self.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.interrupt()}')
        self.page.wait_for_function("""() => {const w = jupyterapp.shell.currentWidget; return w.context.sessionContext.session.kernel.status === 'idle' &&
            !w.content.widgets.some(c => c.model.executionState === 'running')}""")

    def theme(self, name):
        if self.page.evaluate('document.body.dataset.jpThemeName') == f'JupyterLab {name}': return
        self.settle("async theme => {await jupyterapp.commands.execute('apputils:change-theme', {theme})}", f'JupyterLab {name}')
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name && !document.getElementById('jupyterlab-splash')", arg=f'JupyterLab {name}')

    def frame(self):
        "Wait until the browser has drawn twice."
        self.page.evaluate('() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')

    def pixels(self, n=0):
        "The n-th view's canvas, as a data URL."
        return self.page.evaluate("n => document.querySelectorAll('.ck-canvas')[n].toDataURL()", n)

    def wait_pixels(self, before, n=0, timeout=60):
        "Wait until the n-th view's picture differs from `before`."
        self.page.wait_for_function("([n, old]) => document.querySelectorAll('.ck-canvas')[n].toDataURL() !== old", arg=[n, before], timeout=timeout * 1000)

    def rest(self):
        "Stop all work and wait until its last picture is on the page."
        assert not (said := self.kernel('import coursekit\nfor w in list(coursekit.RUNNING.values()): w.stop(); w.wait(60)')), said
        self.frame()

    def unfold(self):
        "Open every drawer."
        while self.page.locator(FOLDED).count(): self.page.locator(FOLDED).first.click()

    @contextmanager
    def tall(self, width=1280):
        "The window as high as the notebook, so that nothing of it is out of sight."
        self.page.set_viewport_size(dict(width=width, height=1000))
        height = self.page.evaluate("document.querySelector('.jp-WindowedPanel-outer')?.scrollHeight ?? document.querySelector('.jp-Notebook').scrollHeight")
        self.page.set_viewport_size(dict(width=width, height=height + 200))
        self.page.evaluate("for (const e of document.querySelectorAll('.jp-WindowedPanel-outer')) e.scrollTop = 0")
        self.frame()
        yield
        self.page.set_viewport_size(dict(width=1280, height=1000))

    @contextmanager
    def alone(self):
        "The page with nothing of the notebook but outputs that have widgets or questions."
        self.page.evaluate(TAKE, REST)
        yield
        self.page.evaluate(PUT_BACK)

    def select(self, e):
        "Make an output's cell the active one in command mode, as the arrow keys do."
        e.evaluate("e => {const nb = jupyterapp.shell.currentWidget.content; nb.activeCellIndex = nb.widgets.findIndex(c => c.node.contains(e)); nb.mode = 'command'; nb.activate()}")

    def tab_through(self, explorer):
        "From the explorer's cell on by Tab alone, opening drawers by Enter, and back by Shift+Tab: the labels of what got the focus. All that can be moved does, in order, with a ring around it."
        press, at = self.page.keyboard.press, lambda: explorer.evaluate(FOCUS)
        def enter(key):
            for _ in range(9):          # the active cell has a button or two of its own
                press(key)
                if at() is not None: return
        self.select(explorer)
        names, seen, back = explorer.evaluate(STOPS), [], []
        enter('Tab')
        while (stop := at()) is not None:
            assert stop not in seen, f'{names[stop]} keeps the focus'
            assert self.page.evaluate(RING), f'nobody can see that {names[stop]} has the focus'
            if self.page.evaluate("document.activeElement.ariaExpanded === 'false'"):
                press('Enter')
                self.page.wait_for_function("document.activeElement.ariaExpanded === 'true'")
                names = explorer.evaluate(STOPS)
            seen.append(stop)
            press('Tab')
        enter('Shift+Tab')
        while (stop := at()) is not None and len(back) < len(names): back.append(stop); press('Shift+Tab')
        assert seen == back[::-1] == list(range(len(names))) and at() is None, f'{names}: Tab went {seen}, Shift+Tab {back}'
        return names

    def faults(self):
        "What axe-core has against the widgets on the page, drawers as they are and then all open: (rule, element, reason) of each fault that is serious or critical, or may be."
        self.page.evaluate(Axe().axe_script)
        style, faults = self.page.add_style_tag(content=SEEN), []
        for opened in (False, True):
            if opened: self.unfold()
            with self.alone(), self.tall(): got = self.page.evaluate(AXE, f'{EXPLORER}, {CARD}')
            assert not got['unread'], f'axe-core did not look at the colours of {got["unread"]}'
            faults += got['faults']
        style.evaluate('e => e.remove()')
        return faults

    def turn_all(self):
        "Turn every control of every explorer, folded ones too, by key and sliders also by mouse: each turn must change a picture or what is said under it. Returns their number."
        self.unfold()
        controls = [(e, c) for e in self.page.locator(EXPLORER).all() for c in e.locator(CONTROL).all()]
        for explorer, control in controls:
            for turn in (press, click_far) if control.get_attribute('type') == 'range' else (press,): self.turn(explorer, control, turn)
        return len(controls)

    def turn(self, explorer, control, turn):
        "Turn a control by `turn` while nothing else moves, and wait for a new picture."
        control.scroll_into_view_if_needed()
        self.rest()
        before, state, value = explorer.evaluate(DRAWN), control.evaluate_handle('e => e'), control.evaluate(VALUE)
        what = f'{turn.__name__} on {control.evaluate("e => e.closest(`.ck-slider, .jupyter-widgets`).innerText")!r}'
        turn(self.page, control)
        try: self.page.wait_for_function(f'([e, old]) => ({VALUE})(e) !== old', arg=[state, value], timeout=self.patience)
        except Timeout: raise AssertionError(f'{what} did not move it from {value}') from None
        try: self.page.wait_for_function(f'([e, old]) => ({DRAWN})(e) !== old', arg=[explorer.element_handle(), before], timeout=self.patience)
        except Timeout:
            workers = self.kernel('print([(w.name, w.values, w.error) for w in coursekit.RUNNING.values()])')
            raise AssertionError(f'{what} moved it from {value} to {control.evaluate(VALUE)}, but no picture changed; workers: {workers}') from None

    def click_all(self):
        "Click into every picture that takes it: each time, what is said under it or another picture must change. Returns their number."
        pictures = [(e, c) for e in self.page.locator(EXPLORER).all() for c in e.locator('.ck-pick').all()]
        for explorer, canvas in pictures:
            canvas.scroll_into_view_if_needed()
            self.rest()
            canvas.evaluate("e => e.dataset.clicked = ''")
            before = explorer.evaluate(ELSEWHERE)
            canvas.click(position={k: .4 * v for k, v in zip('xy', canvas.evaluate('e => [e.clientWidth, e.clientHeight]'))})
            try: self.page.wait_for_function(f'([e, old]) => ({ELSEWHERE})(e) !== old', arg=[explorer.element_handle(), before], timeout=self.patience)
            except Timeout: raise AssertionError(f'a click into {canvas.get_attribute("aria-label")!r} changed nothing else') from None
            canvas.evaluate('e => delete e.dataset.clicked')
        return len(pictures)

    def state(self, name):
        "What the page says, and what it has complained about; a picture of it is kept under this name."
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS/f'failed-{name}.png', timeout=10_000)
        said = self.page.evaluate("[...document.querySelectorAll('.ck-note, .ck-said, .ck-slider, .jp-OutputArea-output pre')].map(e => `${e.className}: ${e.textContent.slice(0, 500)}`)")
        return '\n'.join([self.page.url.split('?')[0], *said, 'console:', *self.errors])

    def check_memory(self, ready, still, shells):
        """After 20 more runs of the cell and 1,000 moves of its second slider the kernel holds as many objects, and at most 10 MB more.
        `ready()` waits for the cell's picture, the code `still` ends its work, `shells` are kinds that IPython's Out keeps, empty by then."""
        def use(runs, moves):
            for _ in range(runs): self.run_all(); ready()
            self.page.evaluate("""() => {const s = document.querySelectorAll('.ck-slider input')[1];
                window.moving = setInterval(() => {s.value = (s.valueAsNumber + 1) % 20; s.dispatchEvent(new Event('input'))}, 20)}""")
            while int(self.kernel('print(len(moves))')) < moves: self.page.wait_for_timeout(500)
            self.page.evaluate('clearInterval(moving)')
            self.kernel('moves.clear()')
            found = []
            for _ in range(5):      # somebody may hold something for a moment; what has leaked is there each time
                found.append(eval(self.kernel(HELD.format(still=still, shells=shells))))
                self.page.wait_for_timeout(300)
            return min(found, key=lambda f: sum(f[1].values()))
        self.follow()
        (size, *held), grown = use(5, 300), []      # the first runs load modules, fill caches and the allocator's pools
        assert held[0], 'nothing is followed'
        while len(grown) < 3 and (not grown or grown[-1] > 10):      # pools may fill late, once; a leak grows in every round
            before, (size, *now) = size, use(20, 1000)
            grown.append((size - before) / 1e6)
            assert now == held, f'first {held}, then {now}'
        print('MB more in each round:', grown)
        assert grown[-1] <= 10 and not self.errors

    def tidy(self) -> bool:
        "Close the notebook and end its kernel; whether the page is then as it was when new. After some tests a new page is better."
        self.tests += 1
        if self.tests == 20 or self.context.pages != [self.page] or '/lab/workspaces/' not in self.page.url: return False
        try:
            if self.page.locator('.jp-Dialog').count(): return False
            self.settle("""async () => {
                for (const w of [...jupyterapp.shell.widgets('main')]) {await w.context?.sessionContext?.shutdown(); w.dispose()}}""")
            self.theme('Light')
        except Broken: return False
        self.page.set_viewport_size(dict(width=1280, height=1000))
        self.patience, self.late, self.empty = 60_000, 0, True
        self.errors.clear()
        return True

    def close(self):
        try: self.settle('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.shutdown()}')
        except Exception: pass
        self.context.close()


def press(page, control):
    "Move the focused control by a key, as its kind wants it."
    key = control.evaluate("""e => e.type === 'checkbox' ? 'Space' : e.tagName === 'SELECT' ? (e.selectedIndex ? 'ArrowUp' : 'ArrowDown') :
        e.valueAsNumber ? 'ArrowLeft' : 'ArrowRight'""")
    control.focus()
    page.keyboard.press(key)


def click_far(page, slider):
    "Click the slider at the end where it does not stand."
    box, share = slider.bounding_box(), .1 if int(slider.input_value()) > int(slider.get_attribute('max')) / 2 else .9
    page.mouse.click(box['x'] + share * box['width'], box['y'] + box['height'] / 2)


@contextmanager
def open_lab():
    "One page, with a server and a browser of its own."
    with serve() as server, chromium() as browser, closing(Lab(browser, server)) as page: yield page
