"The wheel that a user would install: built, looked into, and imported from a place of its own."
import email
import filecmp
import subprocess
import sys
import zipfile

import pytest
from lab import ROOT


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp('wheel')
    subprocess.run([sys.executable, '-m', 'build', '--outdir', out, ROOT], check=True, capture_output=True, text=True)     # the wheel from the sdist: nothing old gets in
    return next(out.glob('*.whl'))


@pytest.fixture(scope='module')
def installed(wheel, tmp_path_factory):
    "The wheel's files in a folder of their own, and a function that runs Python on them from elsewhere."
    site, elsewhere = tmp_path_factory.mktemp('site'), tmp_path_factory.mktemp('elsewhere')
    with zipfile.ZipFile(wheel) as z: z.extractall(site)
    def python(code):
        return subprocess.run([sys.executable, '-c', code], cwd=elsewhere, env={'PYTHONPATH': str(site), 'PATH': ''}, capture_output=True, text=True)
    return site, elsewhere, python


def tracked(folder):
    "The files that git knows in a folder of the repository, or those it would."
    files = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard', folder], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return {f for f in files if (ROOT/f).is_file()}


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
    assert set(meta.get_all('Provides-Extra')) == {'lab', 'dev'} and 'coursekit = coursekit.app.cli:main' in points
    assert meta.get_payload().startswith('# coursekit')


def test_contents_and_import(installed):
    site, _, python = installed
    names = {str(p.relative_to(site)) for p in site.rglob('*') if p.is_file() and '.dist-info' not in str(p)}
    assert names == tracked('coursekit') | {f'coursekit/_{f}' for f in tracked('lessons')}
    out = python('import coursekit as ck; print(ck.__file__, ck.__version__); ck.Curves("x", "y").draw({"a": [1, 2]}); ck.digits()')
    assert out.returncode == 0 and str(site) in out.stdout, out.stderr


def test_the_wheel_brings_the_lessons(installed):
    "A working copy, made by the installed command, is the repository's lessons."
    _, elsewhere, python = installed
    out = python('from coursekit.app.cli import main; raise SystemExit(main(["lessons", "mine", "--copy"]))')
    files = [f.removeprefix('lessons/') for f in tracked('lessons')]
    assert out.returncode == 0 and f'({len(files)} new files' in out.stdout, out.stderr
    assert filecmp.cmpfiles(ROOT/'lessons', elsewhere/'mine', files, shallow=False) == (files, [], [])
    out = python('from coursekit.app.cli import main; raise SystemExit(main(["lab", "--sources", "--no-browser"]))')
    assert out.returncode == 1 and 'in a clone' in out.stderr
