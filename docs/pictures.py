"Take the pictures of the README and of the list of lessons from the running project: `python docs/pictures.py [lesson ...]`."
import io
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT/'tests'))
from lab import open_lab  # noqa: E402
from lists import lessons  # noqa: E402
from PIL import Image  # noqa: E402


def picture_of(lesson: Path) -> int:
    """The cell whose picture stands for a lesson: with the tag `picture`, or else its main live widget.

    Counted from 0, and code or not."""
    cells = json.loads(lesson.read_text('utf-8'))['cells']
    tagged = [i for i, c in enumerate(cells) if 'picture' in c['metadata'].get('tags', [])]
    code = [(i, ''.join(c['source'])) for i, c in enumerate(cells) if c['cell_type'] == 'code']
    found = tagged or [i for i, source in code if re.search(rf"\batlas='{lesson.stem[:2]}'", source)]
    if len(found) == 1: return found[0]
    raise ValueError(f"lessons/{lesson.name}: {len(found)} cells could be its picture: give one cell the tag `picture`")


def box_of(page, n):
    "The first output of the n-th cell with a picture that is alive."
    return page.page.locator('.jp-Notebook .jp-Cell').nth(n).locator('.jp-OutputArea-output:has(.ck-view)').first


def shoot(page, path, n=0, width=None):
    "The picture of the n-th cell, as a small PNG."
    box_of(page, n).scroll_into_view_if_needed()
    page.frame()
    image = Image.open(io.BytesIO(box_of(page, n).screenshot())).convert('RGB')
    if width: image = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(64).save(path, optimize=True)
    print(path.relative_to(ROOT), f'{path.stat().st_size / 1000:.0f} kB')


def settled(page, n=0):
    "Wait until the picture of the n-th cell has changed no more for two seconds."
    page.page.evaluate("window.last = null")
    page.page.wait_for_function("""box => {const now = [...box.querySelectorAll('.ck-canvas')].map(c => c.dataset.frames).join();
        if (window.last !== now) {window.last = now; window.since = performance.now()}
        return now && performance.now() - window.since > 2000}""", arg=box_of(page, n).element_handle(), timeout=120_000)


def fork(page, box):
    "Wind lesson 05's run back to step 120, about where it begins to overfit, and fork it with a weight decay of 1."
    decay, position = box.get_by_label('weight decay'), box.get_by_label('wind to step')
    def until(slider, key, value):
        for _ in range(200):
            if slider.get_attribute('aria-valuetext') == value: return
            slider.press(key)
        raise AssertionError(f'{key} does not lead to {value}')
    button = lambda name: box.locator('.jupyter-button').filter(has_text=re.compile(f'^{name}$'))
    until(position, 'ArrowLeft', '120')
    button('Fork').click()
    button('Play the fork').wait_for()
    until(decay, 'ArrowRight', '1')
    button('Play the fork').click()
    button('Pause').wait_for(); button('Play').wait_for()
    page.page.mouse.move(5, 5); page.page.evaluate('document.activeElement.blur()')


if __name__ == '__main__':
    with open_lab() as page:
        for number in sys.argv[1:] or [x.short for x in lessons()]:
            page.page.set_viewport_size(dict(width=1180, height=1300 if number == 'playground' else 900))
            path = next((ROOT/'lessons').glob(f'{number}*.ipynb'))
            n = picture_of(path)
            page.open(path.name).kernel("import os; os.environ['COURSEKIT_AUTO'] = '1'")      # what waits for a prediction is open
            page.run_all(timeout=300)
            if number == 'playground': page.kernel("p.load('data=spirals net=8-8 noise=0.05 lr=0.03 seed=1 rings=1 step=700')")
            if number == '08': page.kernel('for r in (.3, .1, .03, .01, .001, 3e-4, 1e-4, 1e-5, .003): launch(r, 0); live.run.wait(1); live.run.wait(60)')      # a dot for each click
            settled(page, n)
            if number == '05':
                fork(page, box_of(page, n))
                settled(page, n)
            shoot(page, ROOT/f'lessons/img/{number}.png', n, width=360)
            if number == 'playground': shoot(page, ROOT/'docs/img/playground.png')
        if sys.argv[1:]: sys.exit()
        page.page.set_viewport_size(dict(width=1180, height=900))
        example = re.search(r'```python\n(import.*?)```', (ROOT/'README.md').read_text(), re.S)[1]
        page.cells(example).run_all()
        settled(page)
        shoot(page, ROOT/'docs/img/watch.png')
