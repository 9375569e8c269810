"The site, built and looked at in Chromium without any network but its own folder: every page, every link, every slider with recorded runs."
import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from coursekit.draw.atlas import atlas_path
from lab import ROOT, SHOOT, shoot
from recorded import ATLASES as RECORDED

SITE = ROOT/'build'/'site'/'html'
ATLASES = [lesson.stem for name, (lesson, _) in RECORDED.items() if atlas_path(name).exists()]
assert ATLASES, 'no lesson has recorded runs'


@pytest.fixture(scope='module')
def site():
    "Build it, and serve the folder; its address. COURSEKIT_PAGES: of these lessons only, with the others as they were."
    lessons = os.environ.get('COURSEKIT_PAGES', '').split()
    got = subprocess.run([sys.executable, ROOT/'docs'/'pages.py', *lessons], cwd=ROOT, capture_output=True, text=True)
    if 'npm could not fetch' in got.stderr: pytest.skip(got.stderr.strip())
    assert not got.returncode, got.stdout + got.stderr
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args): pass
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), functools.partial(Quiet, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f'http://127.0.0.1:{server.server_port}/'
        server.shutdown()


class Page:
    "A page of the browser that reaches the site and nothing else; what went wrong is in `faults`."
    def __init__(self, browser, site, width=1280, theme='light'):
        self.site, self.faults = site, []
        self.context = browser.new_context(viewport=dict(width=width, height=1000), color_scheme=theme)
        self.page = self.context.new_page()
        self.page.on('request', lambda r: None if r.url.startswith((site, 'data:', 'blob:')) else self.faults.append(f'asks {r.url}'))
        self.page.on('pageerror', lambda e: self.faults.append(str(e)))
        self.page.on('console', lambda m: self.faults.append(m.text) if m.type == 'error' else None)
        self.page.on('response', lambda r: self.faults.append(f'{r.status} {r.url}') if r.status >= 400 else None)

    def open(self, name):
        self.page.goto(self.site + name, wait_until='load')
        self.page.wait_for_function("document.querySelectorAll('script[type*=\"widget-view\"]').length === 0 || document.querySelectorAll('.ck-canvas[data-frames]').length >= document.querySelectorAll('.ck-canvas').length && document.querySelector('.jupyter-widgets')")
        return self.page


@pytest.fixture
def open_page(browser, site):
    made = []
    def make(**kw): made.append(Page(browser, site, **kw)); return made[-1]
    yield make
    for p in made: p.context.close()


def names(): return sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob('*.html') if '_static' not in p.parts)


def test_every_page(open_page):
    "Loads without an error, asks no other host, and has a title."
    p, bad = open_page(), {}
    assert len(names()) > 80
    for name in names():
        p.open(name)
        if p.faults or 'coursekit' not in p.page.title(): bad[name] = [*p.faults, p.page.title()]; p.faults.clear()
    assert not bad


def test_another_host_would_be_noticed(open_page):
    p = open_page()
    page = p.open('index.html')
    assert not p.faults
    page.evaluate("fetch('http://example.org/').catch(() => {})")
    assert 'asks http://example.org/' in p.faults


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.to = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs.get('id'), attrs.get('name')}
        for k in ('href', 'src'):
            if attrs.get(k): self.to.append((tag, attrs[k]))


def test_every_link(site):
    "Leads to a file of the site, and to a place that is in it; only plain links lead elsewhere."
    pages, broken = {n: Links((SITE/n).read_text('utf-8')) for n in names()}, []
    for name, page in pages.items():
        for tag, to in page.to:
            parts = urlsplit(to)
            if parts.scheme or parts.netloc:
                if tag != 'a' and parts.scheme != 'data': broken.append((name, to))
                continue
            path, at = urldefrag(to)
            file = (SITE/name).parent/unquote(path.split('?')[0]) if path else SITE/name
            other = file.resolve().relative_to(SITE.resolve()).as_posix() if file.exists() else None
            if other is None or file.is_dir() or at and other in pages and unquote(at) not in pages[other].ids: broken.append((name, to))
    assert not broken, f'{len(broken)}: {broken[:20]}'


@pytest.mark.parametrize('lesson', ATLASES)
def test_recorded_runs_move_without_a_kernel(open_page, lesson):
    "Each slider with recorded runs changes each picture that it is for, which says what it shows."
    p = open_page()
    page = p.open(f'lessons/{lesson}.html')
    page.wait_for_function("[...document.querySelectorAll('.ck-note')].some(n => n.textContent.startsWith('recorded, torch'))")
    for header in page.locator('.jupyter-widget-Collapse-header').all(): header.click()
    found = page.evaluate("""() => [...document.querySelectorAll('.ck-view')].flatMap((v, n) => v.querySelector('.ck-note').textContent.startsWith('recorded') ? [n] : [])""")
    assert found
    sliders = page.locator('.ck-slider').filter(has_text=re.compile('(learning|peak) rate|weight decay'))
    picture, moved = "n => document.querySelectorAll('.ck-view')[n].querySelector('.ck-canvas').toDataURL()", 0
    for slider in sliders.all():
        panel = slider.locator("xpath=ancestor::*[contains(@class, 'widget-vbox')][.//*[contains(@class, 'ck-view')]][1]")
        mine = [n for n in found if panel.locator('.ck-view').filter(has=page.locator('.ck-note', has_text='recorded, torch')).count() and page.evaluate('([n, p]) => p.contains(document.querySelectorAll(".ck-view")[n])', [n, panel.element_handle()])]
        if not mine: continue
        for key in ('Home', 'End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft'):
            before, words = [page.evaluate(picture, n) for n in mine], page.locator('.ck-note').nth(mine[0]).inner_text()
            slider.locator('input').focus()
            page.keyboard.press(key)
            page.wait_for_timeout(150)
            if page.locator('.ck-note').nth(mine[0]).inner_text() == words: continue          # it stood there, or between two recorded values
            moved += 1
            assert any(page.evaluate(picture, n) != b for n, b in zip(mine, before)), (lesson, slider.inner_text(), key)
            assert all(page.evaluate('n => document.querySelectorAll(".ck-view")[n].querySelector(".ck-note").textContent.startsWith("recorded, torch")', n) for n in mine)
    assert moved >= 4 and not p.faults, (moved, p.faults)


@pytest.mark.screens
@pytest.mark.parametrize('theme', ['light', 'dark'])
@pytest.mark.parametrize('width', [1280, 400])
def test_looks(open_page, width, theme):
    "No page is wider than the window; pictures are kept to be looked at."
    p = open_page(width=width, theme=theme)
    for name in ('index', 'lessons/05_weight_decay', 'lessons/03_optimisers', 'api/train-learner', 'claims'):
        page = p.open(f'{name}.html')
        page.wait_for_timeout(500)
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1] + 1, (name, wide)
        picture = f'site-{name.replace("/", "-")}-{theme}-{width}'
        shoot(page, f'{picture}.png')
        if SHOOT and page.locator('.ck-canvas').count():
            page.locator('.ck-canvas').last.scroll_into_view_if_needed()
            page.wait_for_timeout(300)
            shoot(page, f'{picture}-widget.png')
    assert not p.faults


def test_search(open_page):
    p = open_page()
    page = p.open('search.html?q=sweep')
    page.wait_for_function("document.querySelectorAll('#search-results li').length > 3")
    assert not p.faults


@pytest.mark.parametrize('theme', ['light', 'dark'])
@pytest.mark.parametrize('name', ['index', 'lessons/05_weight_decay', 'api/parts-optim'])
def test_accessible(open_page, name, theme):
    "axe-core finds no serious fault in what is ours."
    from axe_playwright_python.sync_playwright import Axe
    p = open_page(theme=theme)
    page = p.open(f'{name}.html')
    page.wait_for_timeout(500)
    found = Axe().run(page, options=dict(resultTypes=['violations'])).response['violations']
    assert not [(v['id'], [n['target'] for n in v['nodes']][:4]) for v in found if v['impact'] in ('serious', 'critical')]
