"The recipes of CONTRIBUTING.md, each followed to the letter on a copy of the sources. That of a lesson is followed by tests/test_make_lesson.py."
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPES = re.findall(r'^### (.+)\n((?:(?!^##).*\n)+)', (ROOT/'CONTRIBUTING.md').read_text('utf-8').split('## Four recipes\n')[1].split('\n## ')[0], re.M)
BLOCK = re.compile(r'```(\w+)\n(.*?)```', re.S)


@pytest.fixture
def copy(tmp_path) -> Path:
    for f in ('settings.ini', 'pyproject.toml', 'nbs', 'coursekit'):
        (shutil.copytree if (ROOT/f).is_dir() else shutil.copy)(ROOT/f, tmp_path/f)
    return tmp_path


def run(folder: Path, *command) -> str:
    env = os.environ | dict(PYTHONPATH=str(folder), OMP_NUM_THREADS='1', MPLBACKEND='agg')
    done = subprocess.run([sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True)
    assert not done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def with_cell(notebook: Path, source: str):
    "A notebook with one more cell at its end."
    nb = json.loads(notebook.read_text('utf-8'))
    cell = dict(cell_type='code', execution_count=None, id='recipe', metadata={}, outputs=[], source=source.splitlines(True))
    notebook.write_text(json.dumps(nb | dict(cells=[*nb['cells'], cell]), indent=1, ensure_ascii=False) + '\n', 'utf-8')


def listed(stub: Path, module: str, names: list[str]):
    "`coursekit/__init__.pyi` with these names of a module."
    text, n = re.subn(rf'(?<=from \.{re.escape(module)} import )(\(?)', rf'\1{", ".join(names)}, ', stub.read_text('utf-8'), count=1)
    assert n == 1, module
    stub.write_text(text, 'utf-8')


def test_there_are_four():
    assert [name for name, _ in RECIPES] == ['An optimiser', 'A data set', 'A kind of picture', 'A lesson']
    assert 'make lesson N=' in dict(RECIPES)['A lesson']


@pytest.mark.parametrize('name', [name for name, text in RECIPES if '```python' in text])
def test_followed(name, copy):
    text = dict(RECIPES)[name]
    blocks = BLOCK.findall(text)
    cells = [code for kind, code in blocks if kind == 'python' and code.startswith('#| export')]
    uses = [code for kind, code in blocks if kind == 'python' and not code.startswith('#| export')]
    notebook = Path(re.search(r'`(nbs/\w+/\w+\.ipynb)`', text)[1])
    module = re.sub(r'nbs/(\w+)/\d+_(\w+)\.ipynb', r'\1.\2', str(notebook))
    assert len(cells) == 1 and uses
    with_cell(copy/notebook, cells[0])
    if '`coursekit/__init__.pyi`' in text: listed(copy/'coursekit/__init__.pyi', module, re.findall(r'^(?:def|class) (\w+)', cells[0], re.M))
    run(copy, '-c', 'from nbdev.doclinks import nbdev_export; nbdev_export.__wrapped__()')
    for use in uses: run(copy, '-c', use)
