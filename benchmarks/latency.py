"Slider to picture in JupyterLab and Chromium: from the key press to the first changed picture, and whether a blank one is ever shown."
import argparse
import json
import statistics
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from readme import put_table

sys.path.insert(0, str(Path(__file__).parents[1]/'tests'))
from lab import CHROMIUM, MISSING, open_lab  # noqa: E402

PRESSES = 40
CELLS = {
    'Python computes': """
import coursekit as ck
view = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 40))
def line(k): yield lambda: view.draw({'line': [k * i / 10 for i in range(11)]})
ck.explore(line, view, k=ck.Slider('k', range(45), 0))""",
    'front end looks up': """
import coursekit as ck
view = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 40))
ck.recorded(view, [view.pack({'line': [k * i / 10 for i in range(11)]}) for k in range(45)], ck.Slider('k', range(45), 0))""",
}
# In the page: from the key's own time stamp to the end of the first animation frame whose pixels differ. `blanks` counts frames without ink.
ARM = """() => {window.probe = new Promise(done => {
    const canvas = document.querySelector('.ck-canvas'), ctx = canvas.getContext('2d');
    const look = () => {const d = ctx.getImageData(0, 0, canvas.width, canvas.height).data; let h = 0, ink = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) {ink++; h = (h * 31 + i + d[i - 1] + d[i]) | 0} return [h, ink]};
    const [before] = look();
    document.querySelector('.ck-slider input').addEventListener('keydown', e => {
        let blanks = 0;
        const after = new MessageChannel();          // its message arrives when the frame has been drawn
        after.port1.onmessage = () => {
            const ms = performance.now() - e.timeStamp, [now, ink] = look();
            if (!ink) blanks++;
            if (now !== before && ink || ms > 5000) return done({ms, blanks});
            requestAnimationFrame(frame);
        };
        const frame = () => after.port2.postMessage(0);
        requestAnimationFrame(frame);
    }, {once: true, capture: true});
})}"""


def press(page) -> dict:
    "One arrow key, pressed as a person would, and the time to the picture."
    page.evaluate(ARM)
    page.keyboard.press('ArrowRight')
    result = page.evaluate('window.probe')
    page.wait_for_timeout(150)
    return result


def measure(page, cell) -> dict:
    page.cells(cell).run_all()
    page.page.locator('.ck-slider input').first.wait_for()
    page.page.wait_for_function("document.querySelector('.ck-canvas').dataset.frames > 0")
    page.page.wait_for_timeout(1000)
    page.page.locator('.ck-slider input').first.focus()
    got = [press(page.page) for _ in range(PRESSES)]
    ms = sorted(g['ms'] for g in got)
    return dict(median=round(statistics.median(ms), 1), p95=round(ms[int(.95 * len(ms))], 1), blanks=sum(g['blanks'] for g in got), presses=PRESSES)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--json', type=Path)
    args = parser.parse_args()
    if not CHROMIUM: sys.exit(MISSING)
    with open_lab() as page:
        chromium = page.context.browser.version
        result = {name: measure(page, cell) for name, cell in CELLS.items()}
    for name, r in result.items(): print(f'{name:20} median {r["median"]} ms, 95th percentile {r["p95"]} ms, {r["presses"]} presses, {r["blanks"]} blank pictures')
    if args.json: args.json.write_text(json.dumps(result))
    rows = ''.join(f'| {name} | {r["median"]} | {r["p95"]} | {r["blanks"]} |\n' for name, r in result.items())
    versions = ', '.join(f'{p} {version(p)}' for p in ('jupyterlab', 'ipykernel', 'anywidget', 'ipywidgets'))
    put_table('latency', f'Measured {date.today()}: {versions}, Chromium {chromium}, headless, {PRESSES} key presses each.\n\n'
              f'| | median, ms | 95th percentile, ms | blank pictures |\n| --- | --- | --- | --- |\n{rows}')
