"Take the pictures of the README and of the list of lessons from the running project: `python docs/pictures.py`."
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT/'tests'))
from lab import open_lab  # noqa: E402
from PIL import Image  # noqa: E402


def shoot(page, path, n=0, width=None):
    "The n-th explorer on the page, as a small PNG."
    box = page.page.locator('.jp-OutputArea-output:has(.ck-slider)').nth(n)
    box.scroll_into_view_if_needed()
    page.frame()
    image = Image.open(io.BytesIO(box.screenshot())).convert('RGB')
    if width: image = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(64).save(path, optimize=True)
    print(path.relative_to(ROOT), f'{path.stat().st_size / 1000:.0f} kB')


def settled(page, n=0):
    "Wait until the n-th view has drawn nothing new for two seconds."
    page.page.evaluate("window.last = null")
    page.page.wait_for_function("""n => {const c = document.querySelectorAll('.ck-canvas')[n], now = c.dataset.frames;
        if (window.last !== now) {window.last = now; window.since = performance.now()}
        return now > 0 && performance.now() - window.since > 2000}""", arg=n, timeout=120_000)


if __name__ == '__main__':
    with open_lab() as page:
        page.page.set_viewport_size(dict(width=1180, height=900))
        page.open('05_weight_decay.ipynb').run_all(timeout=300)
        settled(page, 1)
        weight_decay = page.page.locator('.ck-slider input').nth(3)
        weight_decay.focus()
        for _ in range(6): page.page.keyboard.press('ArrowRight')
        settled(page, 1)
        weight_decay.blur()
        shoot(page, ROOT/'docs/img/play.png', 1)
        shoot(page, ROOT/'lessons/img/05.png', 1, width=360)
        example = re.search(r'```python\n(import.*?)```', (ROOT/'README.md').read_text(), re.S)[1]
        page.cells(example).run_all()
        settled(page)
        shoot(page, ROOT/'docs/img/watch.png')
