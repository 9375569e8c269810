"What the browser runs: linted, and its pure parts under Node's own test runner. Without Node a line says that they were skipped; where CI is set that is a failure."
import base64
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import coursekit as ck

ROOT = Path(__file__).parents[1]
STATIC = ROOT/'coursekit/static'
NODE = shutil.which('node')


def examples() -> dict[str, bytes]:
    "Frames with each kind of item."
    x = np.linspace(0, 1, 5)
    gap = [.1, np.nan, .3, .4, .5]
    lines = ck.Curves('x', 'y').pack({'a': (x, gap)}, rules={'b': ('y', .2)}, points={'c': (x[:2], x[:2])}, bands=[(x, x, x + 1)])
    plane = ck.Field((-1, 1), (-1, 1)).pack(np.arange(12.).reshape(3, 4), points=(x[:3], x[:3], [0, 1, 1]))
    images = ck.Images(columns=2).pack(np.arange(24).reshape(3, 2, 4) / 24)
    fields = [np.full((n, 2, 2), .5) for n in (2, 3, 1)]
    net = ck.Network().pack(fields, [np.ones((3, 2)), np.full((1, 3), -.5)])
    return dict(lines=lines, plane=plane, images=images, net=net)


def plain(item: dict) -> dict:
    "An item of a frame with its arrays as lists."
    arrays = {k: np.asarray(v, float).tolist() for k, v in item.items() if isinstance(v, np.ndarray)}
    return dict(kind=item['kind']) | json.loads(json.dumps(arrays).replace('NaN', 'null'))


@pytest.mark.skipif(not NODE and not os.environ.get('CI'), reason='there is no Node.js: the JavaScript was not tested')
def test_its_pure_parts(tmp_path):
    assert NODE, 'Node.js is missing: on Debian, apt-get install nodejs'
    frames = {name: dict(bytes=base64.b64encode(f).decode(), arrays=[plain(it) for it in ck.unpack(f)['items']]) for name, f in examples().items()}
    (tmp_path/'frames.json').write_text(json.dumps(frames))
    tests = sorted((ROOT/'tests/js').glob('*.test.mjs'))
    assert len(tests) >= 3
    done = subprocess.run([NODE, '--test', *tests], env=os.environ | dict(FRAMES=str(tmp_path/'frames.json')), capture_output=True, text=True)
    assert not done.returncode and '# pass' in done.stdout, done.stdout[-6000:] + done.stderr[-2000:]


def test_is_linted():
    done = subprocess.run(['oxlint', '--deny-warnings', STATIC, ROOT/'docs/sphinx', ROOT/'tests/js'], capture_output=True, text=True)
    assert not done.returncode, done.stdout


def test_one_thing_a_line():
    wide, several = [], []
    for path in sorted(STATIC.glob('*.js')):
        for n, line in enumerate(path.read_text('utf-8').splitlines(), 1):
            code = line.split('//')[0]
            if len(line) > 130: wide.append(f'{path.name}:{n}')
            if re.search(r';\s+\S', code) and '{' not in code and 'for (' not in code: several.append(f'{path.name}:{n}')
    assert not wide and not several and len(list(STATIC.glob('*.js'))) > 8
