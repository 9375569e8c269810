"One JupyterLab and one Chromium for all tests that look at pages."
import os
from contextlib import closing

import pytest
from lab import CHROMIUM, MISSING, Lab, chromium, serve


def pytest_configure():
    if not CHROMIUM and os.environ.get('CI') == 'true': pytest.exit(MISSING, returncode=1)


def pytest_addoption(parser):
    parser.addoption('--no-browser', action='store_true', help='leave out the tests that need a page')


def pytest_collection_modifyitems(config, items):
    if config.getoption('--no-browser'):
        left_out = [item for item in items if 'browser' in item.fixturenames]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)
    for item in items:
        if not CHROMIUM and 'browser' in item.fixturenames: item.add_marker(pytest.mark.skip(reason=MISSING))


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
    "Of a page on which a test has failed, what it says, and a picture in build/screens."
    report = yield
    if report.failed and call.when == 'call' and (lab := item.funcargs.get('lab')):
        try: report.sections.append(('the page', lab.state(item.name)))
        except Exception as e: report.sections.append(('the page', f'cannot be read: {e}'))
    return report


@pytest.fixture
def lab(browser, server):
    with closing(Lab(browser, server)) as page: yield page
