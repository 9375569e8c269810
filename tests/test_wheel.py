"The wheel that a user would install: built, looked into, and imported from a place of its own."
import email
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp('wheel')
    subprocess.run([sys.executable, '-m', 'build', '--wheel', '--outdir', out, ROOT], check=True, capture_output=True, text=True)
    return next(out.glob('*.whl'))


def test_metadata(wheel):
    with zipfile.ZipFile(wheel) as z:
        name = next(n for n in z.namelist() if n.endswith('/METADATA'))
        meta, points = email.message_from_bytes(z.read(name)), z.read(name.replace('METADATA', 'entry_points.txt')).decode()
        assert any(n.endswith('licenses/LICENSE') for n in z.namelist())
    version = next(line.split('=')[1].strip() for line in (ROOT/'settings.ini').read_text().splitlines() if line.startswith('version'))
    assert (meta['Name'], meta['Version'], meta['Requires-Python'], meta['License-Expression']) == ('coursekit', version, '>=3.11', 'Apache-2.0')
    required = meta.get_all('Requires-Dist')
    base = {r.split('>')[0].split(';')[0].strip() for r in required if 'extra ==' not in r}
    assert {'torch', 'torchvision', 'anywidget', 'pandas', 'tqdm'} <= base and not base & {'nbdev', 'fastcore', 'jupyterlab', 'pytest'}
    assert set(meta.get_all('Provides-Extra')) == {'lab', 'dev'} and 'coursekit = coursekit.cli:main' in points
    assert meta.get_payload().startswith('# coursekit')


def test_contents_and_import(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as z:
        names = set(z.namelist())
        z.extractall(tmp_path)
    static = {f'coursekit/static/{p.name}' for p in (ROOT/'coursekit/static').iterdir()}
    modules = {f'coursekit/{p.name}' for p in (ROOT/'coursekit').glob('*.py')}
    assert static | modules | {'coursekit/py.typed', 'coursekit/__init__.pyi'} <= names
    assert {n.split('/')[0] for n in names if '.dist-info' not in n} == {'coursekit'}
    code = 'import coursekit as ck; print(ck.__file__, ck.__version__); ck.Curves("x", "y").draw({"a": [1, 2]}); ck.digits()'
    out = subprocess.run([sys.executable, '-c', code], cwd=tmp_path, env={'PYTHONPATH': str(tmp_path), 'PATH': ''}, capture_output=True, text=True)
    assert out.returncode == 0 and str(tmp_path) in out.stdout, out.stderr
