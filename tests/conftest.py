"A real JupyterLab in a real Chromium, started once, for the tests that look at pages."
import json
import os
import secrets
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
SCREENS = ROOT/'build'/'screens'
CHROMIUM = os.environ.get('CHROMIUM') or shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
MISSING = 'no Chromium on the path: install it (Debian: apt-get install chromium) or set CHROMIUM to its path; the browser tests need it'
FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']


def pytest_collection_modifyitems(items):
    if CHROMIUM: return
    if os.environ.get('CI') == 'true': pytest.exit(MISSING, returncode=1)
    for item in items:
        if 'browser' in item.fixturenames: item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter):
    if not CHROMIUM: terminalreporter.write_line(MISSING)


@pytest.fixture(scope='session')
def server(tmp_path_factory):
    "JupyterLab on a working copy of the lessons, with settings of its own."
    from coursekit.cli import lab_command, working_copy
    home, root, token = tmp_path_factory.mktemp('home'), tmp_path_factory.mktemp('lessons'), secrets.token_hex(16)
    working_copy(root)
    for plugin, settings in {
        'apputils-extension/notification': dict(fetchNews='false', checkForUpdates=False, doNotDisturbMode=True),
        'notebook-extension/tracker': dict(windowingMode='none'),       # so that a screenshot shows every cell
    }.items():
        f = home/'settings/@jupyterlab'/f'{plugin}.jupyterlab-settings'
        f.parent.mkdir(parents=True, exist_ok=True)
        f.write_text(json.dumps(settings))
    with socket.socket() as s: s.bind(('127.0.0.1', 0)); port = s.getsockname()[1]
    env = os.environ | {f'JUPYTER_{k}_DIR': str(home/k) for k in ('CONFIG', 'DATA', 'RUNTIME')} | dict(
        IPYTHONDIR=str(home/'ipython'), JUPYTERLAB_SETTINGS_DIR=str(home/'settings'), JUPYTERLAB_WORKSPACES_DIR=str(home/'workspaces'))
    log = home/'server.log'
    with log.open('w') as out:
        p = subprocess.Popen([*lab_command(root, 'index.ipynb', port, '127.0.0.1', browser=False), '--ServerApp.port_retries=0', f'--IdentityProvider.token={token}',
                              '--LabApp.expose_app_in_browser=True'], env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            for _ in range(600):
                assert p.poll() is None, log.read_text()[-3000:]
                try: urllib.request.urlopen(f'http://127.0.0.1:{port}/api/status?token={token}', timeout=2); break
                except OSError: time.sleep(.2)
            yield dict(url=f'http://127.0.0.1:{port}', token=token, root=root)
        finally:
            p.terminate()
            try: p.wait(20)
            except subprocess.TimeoutExpired: p.kill()


@pytest.fixture(scope='session')
def browser():
    from playwright.sync_api import sync_playwright
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield b
        b.close()


class Lab:
    "One notebook open in one page."
    def __init__(self, browser, server, width=1280, height=1000):
        self.server, self.errors = server, []
        self.context = browser.new_context(viewport=dict(width=width, height=height))
        self.page = self.context.new_page()
        self.page.on('pageerror', lambda e: self.errors.append(str(e)))
        self.page.on('console', lambda m: self.errors.append(f'{m.text} ({m.location.get("url", "")})') if m.type == 'error' else None)

    def open(self, name):
        "Open a notebook and wait for its kernel."
        p = self.page
        p.goto(f'{self.server["url"]}/lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={self.server["token"]}&reset')
        p.wait_for_function('window.jupyterapp?.shell.currentWidget?.context', timeout=120_000)
        p.evaluate('async () => {await jupyterapp.restored; const c = jupyterapp.shell.currentWidget.context; await c.ready; await c.sessionContext.ready}')
        p.wait_for_function("jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status === 'idle'", timeout=120_000)
        p.evaluate("jupyterapp.shell.collapseLeft()")
        return self

    def cells(self, *sources):
        "A new notebook with these cells, open."
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources],
                                      metadata=dict(kernelspec=dict(name='python3', display_name='Python 3', language='python')))
        name = f't{secrets.token_hex(4)}.ipynb'
        nbformat.write(nb, self.server['root']/name)
        return self.open(name)

    def run_all(self, timeout=120):
        "Run all cells, wait for the last, return the saved notebook and the seconds it took."
        p, start = self.page, time.time()
        p.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        p.wait_for_function("""() => {const w = jupyterapp.shell.currentWidget; return w.context.sessionContext.session.kernel.status === 'idle' &&
            w.content.widgets.every(c => c.model.type !== 'code' || c.model.executionCount !== null || !c.model.sharedModel.getSource().trim())}""", timeout=timeout * 1000)
        seconds = time.time() - start
        p.evaluate('async () => {await jupyterapp.shell.currentWidget.context.save()}')
        return nbformat.read(self.server['root']/p.evaluate('jupyterapp.shell.currentWidget.context.path'), 4), seconds

    def kernel(self, code):
        "What `code` prints in the notebook's kernel."
        return self.page.evaluate("""async code => {const k = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel; let out = '';
            const f = k.requestExecute({code, store_history: false});
            f.onIOPub = m => {if (m.header.msg_type === 'stream') out += m.content.text; if (m.header.msg_type === 'error') out += m.content.ename + ': ' + m.content.evalue};
            await f.done; return out.trim()}""", code)

    def theme(self, name):
        self.page.evaluate("async theme => {await jupyterapp.commands.execute('apputils:change-theme', {theme})}", f'JupyterLab {name}')
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=f'JupyterLab {name}')

    def frame(self):
        "Wait until the browser has drawn twice."
        self.page.evaluate('() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')

    def pixels(self, n=0):
        "The n-th view's canvas, as a data URL."
        return self.page.evaluate("n => document.querySelectorAll('.ck-canvas')[n].toDataURL()", n)

    def wait_pixels(self, before, n=0, timeout=20):
        "Wait until the n-th view's picture differs from `before`."
        self.page.wait_for_function("([n, old]) => document.querySelectorAll('.ck-canvas')[n].toDataURL() !== old", arg=[n, before], timeout=timeout * 1000)

    def close(self):
        try: self.page.evaluate('async () => {await jupyterapp.shell.currentWidget.context.sessionContext.shutdown()}')
        except Exception: pass
        self.context.close()


@pytest.fixture
def lab(browser, server):
    lab = Lab(browser, server)
    yield lab
    lab.close()
