"Take the pictures of the README and of the list of lessons from the running project: `python docs/pictures.py`."
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT/'tests'))
from lab import open_lab  # noqa: E402
from PIL import Image  # noqa: E402


MAIN = {'01': 0, '03': 0, '05': 1, '10': 2}      # the explorer, counted from 0, that stands for each lesson in the list


def box_of(page, n):
    "The n-th output with an explorer."
    return page.page.locator('.jp-OutputArea-output:has(.ck-slider)').nth(n)


def shoot(page, path, n=0, width=None):
    "The n-th explorer on the page, as a small PNG."
    box_of(page, n).scroll_into_view_if_needed()
    page.frame()
    image = Image.open(io.BytesIO(box_of(page, n).screenshot())).convert('RGB')
    if width: image = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(64).save(path, optimize=True)
    print(path.relative_to(ROOT), f'{path.stat().st_size / 1000:.0f} kB')


def settled(page, n=0):
    "Wait until the n-th explorer has drawn nothing new for two seconds."
    page.page.evaluate("window.last = null")
    page.page.wait_for_function("""box => {const now = [...box.querySelectorAll('.ck-canvas')].map(c => c.dataset.frames).join();
        if (window.last !== now) {window.last = now; window.since = performance.now()}
        return now && performance.now() - window.since > 2000}""", arg=box_of(page, n).element_handle(), timeout=120_000)


if __name__ == '__main__':
    with open_lab() as page:
        page.page.set_viewport_size(dict(width=1180, height=900))
        for path in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')):
            number = path.name[:2]
            page.open(path.name).run_all(timeout=300)
            settled(page, MAIN[number])
            if number == '05':
                weight_decay = box_of(page, MAIN[number]).locator('.ck-slider input').nth(1)
                weight_decay.focus()
                for _ in range(6): page.page.keyboard.press('ArrowRight')
                settled(page, MAIN[number])
                weight_decay.blur()
                shoot(page, ROOT/'docs/img/play.png', MAIN[number])
            shoot(page, ROOT/f'lessons/img/{number}.png', MAIN[number], width=360)
        example = re.search(r'```python\n(import.*?)```', (ROOT/'README.md').read_text(), re.S)[1]
        page.cells(example).run_all()
        settled(page)
        shoot(page, ROOT/'docs/img/watch.png')
