"What is on the canvas, and what a reader can do with it: read values, pick a point, draw a stroke."
import pytest
from lab import shoot
from test_browser import RECORDED, wait_note


def test_reading_values_by_keyboard_and_mouse(lab):
    "Arrow keys and the pointer read a curve's values; Escape ends it. A screen reader gets a summary."
    lab.cells(RECORDED).run_all()
    wait_note(lab, 'k = 3')
    canvas = lab.page.locator('.ck-canvas')
    assert canvas.get_attribute('aria-label') == 'y over x, 0 to 9. line rises from 0 to 27. k = 3.' and lab.page.locator('.ck-hidden').get_attribute('aria-live') == 'polite'
    canvas.focus(); lab.page.keyboard.press('ArrowRight')
    wait_note(lab, 'x 5: line 15')
    lab.page.keyboard.press('Escape')
    wait_note(lab, 'k = 3')
    box = canvas.bounding_box()
    lab.page.mouse.move(box['x'] + box['width'] - 20, box['y'] + 100)
    wait_note(lab, 'x 9: line 27')
    assert lab.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == 1      # no key reached JupyterLab


def test_field_is_the_right_way_up(lab):
    "Blue is low and red is high; x grows to the right, y upwards, and a point lies where its coordinates say."
    lab.cells("""
import coursekit as ck
f = ck.Field('x', 'y')
g = f.grid(40)
f.draw(((g[:, 0] + 1) / 2 * (g[:, 1] > 0)).reshape(40, 40), points=([.5], [-.5], [1]))
f""").run_all()
    lab.page.wait_for_function("document.querySelector('.ck-canvas')?.dataset.frames > 0")
    lab.frame()
    at = lambda x, y: lab.page.evaluate("""([x, y]) => {const c = document.querySelector('.ck-canvas'), r = c.width / c.clientWidth;
        const left = c.fieldLeft ??= (() => {const d = c.getContext('2d').getImageData(0, c.height / 2, c.width, 1).data; for (let i = 60; i < c.width; i++) if (d[4 * i + 3] === 255) return i})();
        const X = left + (x + 1) / 2 * (c.width - 12 * r - left), Y = 26 * r + (1 - y) / 2 * (c.height - 66 * r);
        return [...c.getContext('2d').getImageData(X, Y, 1, 1).data.slice(0, 3)]}""", [x, y])
    right, left, below, dot = at(.9, .5), at(-.9, .5), at(.9, -.5), at(.5, -.5)
    assert right[0] > right[2] + 80, right                     # red
    assert left[2] > left[0] + 80 and below[2] > below[0] + 80   # blue
    assert dot[0] > 180 and dot[2] < 80, dot                   # the dot of class 1, orange


PICKING = """
import coursekit as ck
f = ck.Field('w1', 'w2', xlim=(-2, 2), ylim=(-1, 1), vlim=(0, 4))
g = f.grid(40)
bowl = (g[:, 0] ** 2).reshape(40, 40)
got, strokes = [], []
def start(x, y):
    got.append((x, y))
    f.draw(bowl, contours=5, paths={'a path': ([x, 0], [y, 0])}, note=f'{len(got)} picked')
start(-1, .5)
f.on_pick(start)
c = ck.Curves('x', 'y', xlim=(0, 1), ylim=(0, 1), height=200)
def drawn(points):
    strokes.append(points)
    c.draw({'stroke': tuple(zip(*points))}, note=f'{len(points)} points')
c.draw({'stroke': [0, 1]}, note='draw')
c.on_pick(drawn, stroke=True)
import ipywidgets as W
W.VBox([f, c])
"""


def at(canvas, x, y):
    "Where on the page the share (x, y) of a picture's width and height lies."
    box = canvas.bounding_box()
    return box['x'] + x * box['width'], box['y'] + y * box['height']


def test_picking_a_point(lab):
    "By mouse, and by the arrow keys and Enter; the picture follows, and the value under the cross is read out."
    lab.cells(PICKING).run_all()
    wait_note(lab, '1 picked')
    canvas = lab.page.locator('.ck-canvas').first
    lab.page.mouse.click(*at(canvas, .75, .3))
    lab.page.mouse.move(5, 5)
    wait_note(lab, '2 picked')
    x, y = eval(lab.kernel('print(got[-1])'))
    assert .5 < x < 1.5 and .1 < y < .8
    canvas.focus()
    for key in ('ArrowLeft', 'ArrowUp'): lab.page.keyboard.press(key)
    wait_note(lab, 'w1 -0.08, w2 0.04: about 0')
    lab.page.keyboard.press('Enter'); lab.page.keyboard.press('Escape')
    wait_note(lab, '3 picked')
    x, y = eval(lab.kernel('print(got[-1])'))
    assert abs(x + .08) < .01 and abs(y - .04) < .01
    assert not lab.errors


def test_drawing_a_stroke(lab):
    "The stroke is on the canvas before Python answers, also while a cell runs, and arrives in order and whole."
    lab.cells(PICKING, 'import time\nend = time.time() + 6\nwhile time.time() < end: sum(range(1000))')
    lab.page.evaluate("() => {jupyterapp.commands.execute('notebook:run-all-cells')}")
    lab.page.wait_for_function("document.querySelectorAll('.ck-note').length === 2")
    canvas = lab.page.locator('.ck-canvas').nth(1)
    canvas.scroll_into_view_if_needed()
    lab.page.mouse.move(*at(canvas, .2, .5)); lab.page.mouse.down()
    for i in range(1, 21): lab.page.mouse.move(*at(canvas, .2 + .03 * i, .5 - .01 * i))
    lab.page.mouse.up()
    lab.page.mouse.move(5, 5)
    lab.page.wait_for_function("document.querySelectorAll('.ck-note')[1].textContent === '21 points'")
    assert '[*]' in lab.page.locator('.jp-InputPrompt').nth(1).inner_text()      # the cell is still at it
    points = eval(lab.kernel('print(strokes[-1])'))
    xs, ys = zip(*points)
    assert list(xs) == sorted(xs) and list(ys) == sorted(ys) and .05 < xs[0] < .25 and .7 < xs[-1] < .9
    assert not lab.errors


@pytest.mark.screens
def test_images_in_both_themes(lab):
    "An image's ink is dark, its paper light, whatever the theme; beside it contours and a path, for the screenshot."
    lab.cells(PICKING.replace('W.VBox([f, c])', 'W.VBox([f, c, im])').replace('import ipywidgets', """
im = ck.Images(columns=4, height=120)
im.draw([[[0, 1], [1, 0]]] * 4, titles='abcd', marked=[2], note='four')
import ipywidgets""")).run_all()
    lab.page.wait_for_function("document.querySelectorAll('.ck-canvas').length === 3 && [...document.querySelectorAll('.ck-canvas')].every(c => c.dataset.frames > 0)")
    lab.frame()
    dark = """([n, x, y]) => {const c = document.querySelectorAll('.ck-canvas')[n], r = c.width / c.clientWidth, d = c.getContext('2d').getImageData(x * r, y * r, 1, 1).data; return d[0] + d[1] + d[2]}"""
    for theme in ('Light', 'Dark'):
        lab.theme(theme); lab.frame()
        side, title = 98, 22                  # as picture.js lays out four columns of 120 pixels' height
        assert lab.page.evaluate(dark, [2, 8 + .75 * side, title + .25 * side]) < 60 < 600 < lab.page.evaluate(dark, [2, 8 + .25 * side, title + .25 * side]), theme
    shoot(lab.page, 'contours.png')
    assert not lab.errors
