"A kind of picture is an entry of a table, a drawer and what is said of it: all of them agree, and so does the browser."
import math
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from coursekit.draw.atlas import Atlas
from coursekit.draw.figures import ALONE, DRAWERS, drawer, figure
from coursekit.draw.frames import KINDS, Kind, Numbers, pack, packable, unpack
from coursekit.draw.words import SPEAKERS, TELLERS, in_words, speaker
from lab import ROOT
from torch import nn

import coursekit as ck

X, Y = dict(label='x', lim=[.05, 1.], log=True), dict(label='y', lim=[0., 1.], log=False)
HEADERS = dict(      # of an item of each kind, beside its arrays
    line=dict(n=3, color=0, label='here'),
    dots=dict(n=3, color=1, label='here', r=3),
    band=dict(n=3, color=2, label=''),
    rule=dict(axis='x', v=.5, color=-1, label='here', dash=[5, 4]),
    field=dict(w=4, h=3, label='', map='diverging', smooth=True, vlim=[0, 2], ends=[(0., .1, .2), (2., .3, .4)], extent=[0, 1, 0, 1]),
    images=dict(n=2, h=3, w=4, label='', columns=2, titles=['one', 'two'], marked=[1]),
    net=dict(units=[2, 3, 1], side=4, label='', names=['x1', 'x2'], titles=['in', 'hidden', 'out'], picked=None),
)


def example(kind: str) -> dict:
    "An item with what the table says it has."
    it = dict(kind=kind) | HEADERS[kind]
    counts = [(a.dtype, a.sizes(it)) for a in KINDS[kind].arrays]
    floats = dict(float32=lambda n: np.linspace(.1, .9, n), uint8=lambda n: np.arange(n) % 3)
    return it | dict(arrays=tuple(floats[dtype](math.prod(sizes)).astype(dtype).reshape(sizes) for dtype, sizes in counts))


def frame(it: dict) -> bytes:
    return pack(dict(x=X, y=Y, note='step 3', text=in_words(X, Y, [it], 'step 3')), [it])


def is_packed(it: dict):
    made = frame(it)
    again = unpack(made)['items'][0]
    for a, given in zip(KINDS[it['kind']].arrays, it['arrays'], strict=True):
        assert again[a.name].dtype == a.dtype
        np.testing.assert_array_equal(again[a.name], given)
    assert pack({k: v for k, v in unpack(made).items() if k != 'items'}, [packable(again)]) == made


def is_drawn(it: dict):
    ax = plt.subplots()[1]
    before = len(ax.get_children())
    figure(unpack(frame(it)), ax)
    assert len(ax.get_children()) > before and ax.axison == (it['kind'] not in ALONE)
    ax.figure.canvas.draw()
    plt.close(ax.figure)


def is_told(it: dict) -> str:
    assert (it['kind'] in SPEAKERS) != (it['kind'] in TELLERS)
    told = in_words(X, Y, [it])
    assert len(told) > 12 and 'nan' not in told
    return told


def is_recorded(it: dict, path):
    "To three digits, with what is said of it."
    Atlas(dict(lr=[.1, 1.]), [[frame(it), frame(it)]], {}).save(path)
    old, new = unpack(frame(it)), unpack(Atlas.load(path).frames[0][1])
    assert (old['text'], old['note']) == (new['text'], new['note'])
    a, b = packable(old['items'][0]), packable(new['items'][0])
    for p, q in zip(a.pop('arrays'), b.pop('arrays'), strict=True):
        assert p.dtype == q.dtype
        np.testing.assert_allclose(p, q, rtol=2e-3)
    assert a == b


@pytest.mark.parametrize('kind', KINDS)
def test_each_kind(kind, tmp_path):
    it = example(kind)
    is_packed(it)
    is_drawn(it)
    is_told(it)
    is_recorded(it, tmp_path/'a.npz')


def test_nothing_else_is_registered():
    assert {*DRAWERS} == {*KINDS} == {*SPEAKERS} | {*TELLERS} and ALONE < {*KINDS}


def test_the_browser_has_the_same():
    "The same arrays in the same order, and a painter for each; tests/js compares the numbers."
    static = ROOT/'coursekit/static'
    table = re.search(r'export const ARRAYS = \{\n(.*?)\n\};', (static/'frame.js').read_text('utf-8'), re.S)[1]
    rows = dict(re.findall(r'^  (\w+): \[(.*)\],$', table, re.M))
    types = dict(floats='float32', bytes='uint8')
    seen = {kind: [(name, types[t]) for name, t in re.findall(r'\["(\w+)", (\w+), ', row)] for kind, row in rows.items()}
    assert seen == {kind: [(a.name, a.dtype) for a in k.arrays] for kind, k in KINDS.items()}
    painters = (static/'picture.js').read_text('utf-8')
    on_axes, alone = ({*re.findall(r'(\w+)(?:: \w+)?', re.search(f'const {name} = {{(.*)}};', painters)[1])} for name in ('ON_AXES', 'ALONE'))
    assert (on_axes, alone) == ({*KINDS} - ALONE, ALONE)


def test_a_kind_of_ones_own(monkeypatch, tmp_path):
    "An entry, a drawer, and what is said of it: this is all. It is packed, drawn, told, recorded, and makes room."
    monkeypatch.setitem(KINDS, 'arrows', Kind((
        Numbers('x', 'float32', ('n',), 'x'),
        Numbers('y', 'float32', ('n',), 'y'),
        Numbers('turn', 'float32', ('n',)),
        Numbers('c', 'uint8', ('n',)),
    ), roomy=True))
    for table in (DRAWERS, SPEAKERS): monkeypatch.setitem(table, 'arrows', None)      # goes with the test

    @drawer('arrows')
    def _drawn(ax, it):
        ax.quiver(it['x'], it['y'], np.cos(it['turn']), np.sin(it['turn']), it['c'], label=it['label'])

    @speaker('arrows')
    def _told(it, x, y):
        return [(f'{it["label"]}: {it["n"]} arrows',) * 2]

    monkeypatch.setitem(HEADERS, 'arrows', dict(n=3, label='wind'))
    test_each_kind('arrows', tmp_path)
    it = example('arrows')
    assert 'wind: 3 arrows' in is_told(it)
    with pytest.raises(ValueError, match="the kind 'arrows' has the arrays"): pack({}, [it | dict(n=4)])

    learn = ck.Learner(lambda: nn.Linear(64, 10), ck.digits(n=40), lr=.01)
    view = ck.Curves('x', 'y')

    def draw(run): view.frame = view._pack([it], f'step {run.step}', '')

    w = ck.watch(learn, view, draw=draw, lr=ck.Slider('learning rate', [.01, .1], .1), auto=False, name='arrows', run=dict(pause_at=2))
    atlas = ck.record_runs(w, tmp_path/'wind.npz')
    w.close()
    head = unpack(Atlas.load(tmp_path/'wind.npz').frames[0][1])
    assert head['text'].endswith('wind: 3 arrows. step 2.') and head['x']['lim'] == pytest.approx([.1 - .032, .9 + .032])
    assert len(atlas.cells) == 2


def test_a_kind_that_is_not_there():
    for use in (lambda: pack({}, [dict(kind='pie')]), lambda: pack({}, [{}])):
        with pytest.raises(ValueError, match='no kind of picture .*: the kinds are line, dots, '): use()


def test_a_playground_is_recorded(tmp_path):
    w = ck.playground()
    atlas = ck.record_runs(w, tmp_path/'mine.npz', most=4, steps=3)
    w.close()
    again = Atlas.load(tmp_path/'mine.npz')
    kinds = {it['kind'] for frames in again.frames for it in unpack(frames[0])['items']}
    assert kinds >= {'net', 'field', 'line'} and len(again.cells) == len(atlas.cells) > 2
