"A run that is steered while it trains, and a playground of 6 x 8 hidden units, in JupyterLab and Chromium: what the pictures cost, how soon a slider is seen, how long another cell waits."
import argparse
import json
import os
import statistics
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from readme import put_table

sys.path.insert(0, str(Path(__file__).parents[1]/'tests'))
from lab import CHROMIUM, MISSING, open_lab  # noqa: E402

ROUNDS, SECONDS, PRESSES, CELLS = 7, 4, 40, 30
RUN = """
import coursekit as ck, time
from torch import nn
def fresh(): return ck.Learner(lambda: nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 2)), ck.spirals(), lr=.003, metrics=[ck.accuracy])
w = ck.watch(fresh(), lr=ck.lr_slider(.003), wd=ck.wd_slider(), run=dict(pause_at=None, epochs=10 ** 6))
alone = ck.LiveRun(fresh(), ['lr', 'wd'], epochs=10 ** 6, name='alone')
def speed(run, seconds):
    run.reset(); run.start(); time.sleep(.5)
    cpu = time.pthread_getcpuclockid(run.worker._thread.ident) if hasattr(time, 'pthread_getcpuclockid') else time.CLOCK_MONOTONIC
    look = lambda: (run.step, time.perf_counter(), time.clock_gettime(cpu))
    before = look()
    time.sleep(seconds)
    steps, wall, used = (b - a for a, b in zip(before, look()))
    run.pause()
    return [steps / wall, steps / used]
w"""
PLAY = """
import coursekit as ck
w = ck.playground(kind='spirals', net='8-8-8-8-8-8')
w"""
# In the page: from the key's own time stamp to the end of the first animation frame under which the note names another learning rate.
ARM = """() => {window.probe = new Promise(done => {
    const rate = () => [...document.querySelectorAll('.ck-note')].find(e => /lr [0-9]/.test(e.textContent)).textContent.match(/lr ([^,]+)/)[1], before = rate();
    document.querySelector('.ck-slider input').addEventListener('keydown', e => {
        const after = new MessageChannel();          // its message arrives when the frame has been drawn
        const frame = () => after.port2.postMessage(0);
        after.port1.onmessage = () => {const ms = performance.now() - e.timeStamp; rate() !== before || ms > 10000 ? done(ms) : requestAnimationFrame(frame)};
        requestAnimationFrame(frame);
    }, {once: true, capture: true});
})}"""
FRAMES = "() => [performance.now(), ...[...document.querySelectorAll('.ck-canvas')].map(c => +c.dataset.frames)]"
CELL = """async () => {const start = performance.now(); await jupyterapp.commands.execute('notebook:run-cell'); return performance.now() - start}"""


def speeds(lab) -> dict:
    "Steps a second, of the clock and of the thread's CPU time, with the pictures on the page and without; pictures a second that the page drew."
    rates, drawn = {'w.run': [], 'alone': []}, []
    for k in range(ROUNDS):
        for who in ('w.run', 'alone') if k % 2 else ('alone', 'w.run'):
            before = lab.page.evaluate(FRAMES)
            rates[who].append(eval(lab.kernel(f'print(speed({who}, {SECONDS}))')))
            after = lab.page.evaluate(FRAMES)
            if who == 'w.run': drawn.append(min(b - a for a, b in zip(before[1:], after[1:])) / (after[0] - before[0]) * 1e3)
    ratios = [[a / b for a, b in zip(shown, bare)] for shown, bare in zip(*rates.values())]
    clock, cpu = map(sorted, zip(*ratios))
    return dict(clock=clock, cpu=cpu, drawn=statistics.median(drawn), **{k: statistics.median(r[0] for r in v) for k, v in rates.items()})


def pictures(lab) -> float:
    "Pictures a second that the page drew of the view with the fewest, the median of the rounds."
    lab.kernel('w.run.reset(); w.run.start()')
    found = []
    for _ in range(ROUNDS):
        before = lab.page.evaluate(FRAMES)
        lab.page.wait_for_timeout(SECONDS * 1000)
        after = lab.page.evaluate(FRAMES)
        found.append(min(b - a for a, b in zip(before[1:], after[1:])) / (after[0] - before[0]) * 1e3)
    return statistics.median(found)


def turns(lab) -> list:
    "Milliseconds from the key to the picture, for each press."
    lab.kernel('w.run.reset(); w.run.start()')
    lab.page.locator('.ck-slider input').first.focus()
    found = []
    for k in range(PRESSES):
        lab.page.wait_for_timeout(100 + 13 * (k % 9))       # not in step with the pictures
        lab.page.evaluate(ARM)
        lab.page.keyboard.press(('ArrowRight', 'ArrowLeft')[k % 2])
        found.append(lab.page.evaluate('window.probe'))
    return sorted(found)


def cells(lab, training: bool) -> list:
    "Milliseconds that the cell `1 + 1` takes, from the command to its end, for each time."
    lab.kernel('w.run.reset(); w.run.start()' if training else 'w.run.pause()')
    lab.page.evaluate('() => {jupyterapp.shell.currentWidget.content.activeCellIndex = 1}')
    found = []
    for _ in range(CELLS):
        found.append(lab.settle(CELL))
        lab.page.wait_for_timeout(100)
    assert lab.page.locator('.jp-OutputArea-output').last.inner_text() == '2'
    return sorted(found)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--json', type=Path)
    args = parser.parse_args()
    if not CHROMIUM: sys.exit(MISSING)
    load = os.getloadavg()[0]
    with open_lab() as lab:
        chromium = lab.context.browser.version
        lab.cells(RUN, '1 + 1').run_all()
        lab.page.wait_for_function("document.querySelector('.ck-canvas')?.dataset.frames > 10")
        s, t, beside, idle = speeds(lab), turns(lab), cells(lab, True), cells(lab, False)
        lab.kernel('w.close(); alone.close()')
        lab.cells(PLAY).run_all()
        lab.page.wait_for_function("document.querySelector('.ck-canvas')?.dataset.frames > 10")
        shown, played = pictures(lab), turns(lab)
    mid, p95, ratio = statistics.median, lambda v: v[int(.95 * len(v))], lambda v: f'{statistics.median(v):.2f} ({v[0]:.2f} to {v[-1]:.2f})'
    rows = [
        ('steps a second with two pictures on the page / without any view, median (lowest to highest of the rounds)', ratio(s['clock']), 'at least 0.75'),
        ("the same, by the training thread's CPU time, which other programs disturb less", ratio(s['cpu']), ''),
        ('steps a second, with pictures and without', f'{s["w.run"]:.0f} and {s["alone"]:.0f}', ''),
        ('pictures a second that the page drew, of each view', f'{s["drawn"]:.1f}', '30'),
        ('slider to the first picture with the new value, median and 95th percentile, ms', f'{mid(t):.0f} and {p95(t):.0f}', 'median at most 80'),
        ('the playground, 6 x 8 hidden units: pictures a second that the page drew, of each of its four views', f'{shown:.1f}', '30'),
        ('the playground: slider to the first picture with the new value, median and 95th percentile, ms', f'{mid(played):.0f} and {p95(played):.0f}', 'median at most 80'),
        ('`1 + 1` in another cell, median, while it trains and while it is paused, ms', f'{mid(beside):.0f} and {mid(idle):.0f}', 'below 150'),
    ]
    for row in rows: print(*row, sep=': ')
    if args.json: args.json.write_text(json.dumps(dict(speeds=s, turns=t, beside=beside, idle=idle, shown=shown, played=played, load=load)))
    versions = ', '.join(f'{p} {version(p)}' for p in ('torch', 'jupyterlab', 'ipykernel', 'anywidget', 'ipywidgets'))
    put_table('live', f'Measured {date.today()}: {versions}, Chromium {chromium}, headless, {os.cpu_count()} cores, load {load:.1f} before it began; {ROUNDS} rounds of {SECONDS} s, {PRESSES} key presses, {CELLS} cells.\n\n'
              '| | | goal |\n| --- | --- | --- |\n' + '\n'.join(f'| {" | ".join(row)} |' for row in rows))
