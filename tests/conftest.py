"One JupyterLab and one Chromium for all tests that look at pages."
import os
import re

import pytest
import torch
from lab import CHROMIUM, MISSING, Lab, chromium, serve


# what takes longest, and the site after the lessons that it shows
FIRST = ('lessons', 'make_lesson', 'faults', 'exercises', 'browser', 'live', 'site', 'gym', 'playground', 'search', 'teach_widgets',
         'owner', 'pictures', 'doctor')


def pytest_configure():
    if not CHROMIUM and os.environ.get('CI') == 'true': pytest.exit(MISSING, returncode=1)


def pytest_addoption(parser):
    parser.addoption('--no-browser', action='store_true', help='leave out the tests that need a page')


def pytest_collection_modifyitems(config, items):
    if config.getoption('--no-browser'):
        left_out = [item for item in items if 'browser' in item.fixturenames]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    items.sort(key=lambda item: turn(item.path.stem))
    for item in items:
        if not CHROMIUM and 'browser' in item.fixturenames: item.add_marker(pytest.mark.skip(reason=MISSING))


def turn(name):
    "When a file of tests has its turn."
    short = name.removeprefix('test_')
    return FIRST.index(short) if short in FIRST else len(FIRST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    "Of several processes each takes a file, or a lesson, at a time."
    from xdist.scheduler import LoadScopeScheduling

    class ByLesson(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            lesson = re.search(r'test_lessons\.py::\w+\[(\w+)', nodeid)
            return lesson[1] if lesson else nodeid.split('::')[0]
    return ByLesson(config, log)


def pytest_terminal_summary(terminalreporter):
    if not CHROMIUM: terminalreporter.write_line(MISSING)
    counts = [v for kind in ('passed', 'failed') for r in terminalreporter.getreports(kind) for k, v in getattr(r, 'user_properties', []) if k == 'mutants']
    if counts: terminalreporter.write_line(f'mutants: {sum(n for n, _ in counts)} of {sum(n for _, n in counts)} rejected with their own hint')


@pytest.fixture(scope='session')
def server():
    with serve() as s: yield s


@pytest.fixture(scope='session')
def browser():
    with chromium() as b: yield b


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    "Of a test that has failed, its docstring; of the page on which it has, what that says, and a picture in build/screens."
    report = yield
    if call.when == 'call': item.passed = report.passed
    if report.failed and (says := item.obj.__doc__): report.sections.append(('what should hold', says))
    if report.failed and call.when == 'call' and (lab := item.funcargs.get('lab')):
        try: report.sections.append(('the page', lab.state(item.name)))
        except Exception as e: report.sections.append(('the page', f'cannot be read: {e}'))
    return report


@pytest.fixture
def one_thread():
    "The same sums in the same order, however many cores there are."
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Desk:
    "The page that tests use one after the other, because JupyterLab takes seconds to start."
    def __init__(self): self.pages = []

    def take(self, browser, server): return self.pages.pop() if self.pages else Lab(browser, server)

    def give(self, page, passed):
        "What a test has left behind after a failure nobody uses again."
        if passed and page.tidy(): self.pages.append(page)
        else: page.close()


@pytest.fixture(scope='session')
def desk(browser, server):
    desk = Desk()
    yield desk
    for page in desk.pages: page.close()


@pytest.fixture
def lab(browser, server, desk, request):
    "A page for one test."
    page = desk.take(browser, server)
    yield page
    desk.give(page, getattr(request.node, 'passed', False))
