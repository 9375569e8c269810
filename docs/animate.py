"Take the moving picture of the README from a real run in JupyterLab: `python docs/animate.py`."
import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT/'tests'))
from lab import open_lab  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402

FPS, STEPS, WIDTH = 8, 6, 720      # pictures a second; steps between two of them while it trains; pixels
CELL = """
import coursekit as ck
from torch import nn
data = ck.spirals(400)
learn = ck.Learner(lambda: nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2)), data, lr=.001)
loss, field = ck.Curves('step', 'loss', xlim=(0, 460), ylim=(0, 1)), ck.Field('x1', 'x2', xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), height=280)
grid = field.grid(60)
def draw(run):
    ck.draw_losses(run, loss)
    p = run.tapes[-1].learn.predict(grid).softmax(1)[:, 1].reshape(60, 60)
    field.draw(p, points=(*data.valid[0].T, data.valid[1]), contours=[.5], note='what the fork says' if run.forks else 'what the network says')
w = ck.watch(learn, loss, field, draw=draw, lr=ck.lr_slider(.001), wd=ck.wd_slider(), run=dict(pause_at=None, pace=12))
w"""
LR, WD, POSITION = range(3)


class Film:
    "Pictures of the widget, one after the other."
    def __init__(self, lab):
        self.lab, self.page, self.frames = lab, lab.page, []
        self.box = self.page.locator('.jp-OutputArea-output:has(.ck-view)')

    @property
    def step(self): return int(self.page.locator('.ck-note').first.inner_text().split()[1].rstrip(':'))

    def shoot(self, times=1):
        "What the page shows now, for so many pictures."
        self.lab.frame()
        image = Image.open(io.BytesIO(self.box.screenshot())).convert('RGB')
        self.frames += [ImageOps.expand(image, 8, 'white').resize((WIDTH, round((image.height + 16) * WIDTH / (image.width + 16))), Image.LANCZOS)] * times

    def train(self, n, *turns):
        "`n` pictures, at equal distances in steps; before the first ones a key on a slider: (slider, key)."
        for k in range(n):
            if k < len(turns): self.press(*turns[k])
            to = self.step + STEPS
            self.page.wait_for_function("n => +document.querySelector('.ck-note').textContent.match(/\\d+/)[0] >= n", arg=to)
            self.shoot()

    def press(self, slider, *keys):
        self.page.locator('.ck-slider input').nth(slider).focus()
        for key in keys: self.page.keyboard.press(key)

    def click(self, name): self.page.locator('.jupyter-button').filter(has_text=re.compile(f'^{name}$')).click()

    def wind(self, to):
        "Back to a step by the position slider."
        while self.step > to:
            before = self.step
            self.press(POSITION, *['ArrowLeft'] * 4)
            self.page.wait_for_function("n => +document.querySelector('.ck-note').textContent.match(/\\d+/)[0] < n", arg=before)
            self.lab.kernel('w.run.wait()')
            self.shoot()


def story(film):
    "Slowly, then faster by the rate; back; and a fork with weight decay."
    film.train(11)
    film.train(36, *[(LR, 'ArrowRight')] * 8)
    film.click('Pause')
    film.lab.kernel('w.run.wait()')
    film.shoot(2)
    film.wind(200)
    film.click('Fork')
    film.shoot(3)
    for _ in range(4): film.press(WD, *['ArrowRight'] * 6); film.shoot()
    film.shoot(2)
    film.click('Play the fork')
    film.page.wait_for_function("document.querySelector('.ck-canvas').getAttribute('aria-label').includes('fork')")
    film.train(25)
    film.shoot(12)


if __name__ == '__main__':
    path = ROOT/'docs/img/steer.webp'
    with open_lab() as lab:
        lab.page.set_viewport_size(dict(width=930, height=900))
        lab.cells(CELL).run_all()
        lab.page.wait_for_function("[...document.querySelectorAll('.ck-canvas')].filter(c => c.dataset.frames > 0).length === 2")
        story(film := Film(lab))
    first, *rest = film.frames
    first.save(path, save_all=True, append_images=rest, duration=1000 // FPS, loop=0, quality=78, method=6)
    print(path.relative_to(ROOT), f'{len(film.frames)} pictures, {path.stat().st_size / 1e6:.2f} MB, {first.size[0]} x {first.size[1]}')
