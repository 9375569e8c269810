"The widgets in a real JupyterLab: keyboard, mouse, pixels."
import numpy as np

from conftest import SCREENS

TRIVIAL = """
import coursekit as ck
view = ck.Curves('x', 'y', xlim=(0, 10), ylim=(0, 100))
def line(lr, wd):
    yield lambda: view.draw({'line': [i * (1 + 1000 * lr + wd) for i in range(10)]}, note=f'lr {lr:.3g} wd {wd:.3g}')
ck.explore(line, view, lr=ck.lr_slider(), wd=ck.wd_slider(.1))
"""

def test_sliders(lab):
    "Arrow keys and the mouse move both sliders; Home takes weight decay to exactly 0; the picture follows."
    lab.cells(TRIVIAL).run_all()
    sliders = lab.page.locator('.ck-slider input')
    sliders.first.wait_for()
    for n, value in enumerate(('lr', 'wd')):
        for move in (lambda: lab.page.keyboard.press('ArrowRight'), lambda: click_at(lab, sliders.nth(n), .25)):
            before = lab.pixels()
            sliders.nth(n).focus()
            move()
            lab.wait_pixels(before)
    sliders.nth(1).focus(); lab.page.keyboard.press('Home')
    lab.page.wait_for_function("document.querySelector('.ck-note').textContent.endsWith('wd 0')")
    assert 'wd 0' in lab.page.locator('.ck-note').inner_text()
    SCREENS.mkdir(parents=True, exist_ok=True)
    lab.page.screenshot(path=SCREENS/'sliders.png')
    assert not lab.errors

def click_at(lab, slider, share):
    box = slider.bounding_box()
    lab.page.mouse.click(box['x'] + share * box['width'], box['y'] + box['height'] / 2)
