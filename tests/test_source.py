"The sources agree with each other: library and notebooks, README and index, rooms, names."
import ast
import filecmp
import graphlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from nbdev.clean import clean_nb
from nbdev.config import get_config

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted(p for d in ('nbs', 'lessons') for p in (ROOT/d).rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts)
sys.path.insert(0, str(ROOT/'docs'))
from rooms import GUIDE, ROOMS, guide, notebooks

MODULES = {f'{room}.{module}': p for room in ROOMS for module, p in notebooks(room).items()}
EXERCISES = {f'exercises.l{p.stem}': p for p in sorted((ROOT/'nbs/exercises').glob('[0-9]*.ipynb'))}      # they stand on the room teach
rel = lambda p: str(p.relative_to(ROOT))


def test_library_is_what_the_notebooks_export(tmp_path):
    for f in ('settings.ini', 'pyproject.toml'): shutil.copy(ROOT/f, tmp_path)
    shutil.copytree(ROOT/'nbs', tmp_path/'nbs')
    for room in ('.', *ROOMS):
        (tmp_path/'coursekit'/room).mkdir()
        shutil.copy(ROOT/'coursekit'/room/'__init__.py', tmp_path/'coursekit'/room)      # written by hand, but for the version
    subprocess.run([sys.executable, '-c', 'from nbdev.doclinks import nbdev_export; nbdev_export.__wrapped__()'], cwd=tmp_path, check=True)
    modules = lambda root: {str(p.relative_to(root)) for p in (root/'coursekit').rglob('*.py')}
    assert modules(tmp_path) == modules(ROOT)
    _, differ, errors = filecmp.cmpfiles(ROOT, tmp_path, sorted(modules(ROOT)), shallow=False)
    assert not differ and not errors, 'run nbdev_export'


@pytest.mark.parametrize('path', NOTEBOOKS, ids=rel)
def test_notebook_is_clean(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    cfg, old, new = get_config(), json.loads(path.read_text()), json.loads(path.read_text())
    clean_nb(new, False, cfg.allowed_metadata_keys.split(), cfg.allowed_cell_metadata_keys.split(), cfg.clean_ids)
    assert old == new, 'run nbdev_clean'
    if path.parent.name == 'lessons':
        code = [line for c in old['cells'] if c['cell_type'] == 'code' for line in c['source']]
        assert not [line for line in code if len(line) > 121], 'JupyterLab cuts off what is wider than 120 characters'
        assert not any(c.get('outputs') for c in old['cells']), 'run nbdev_clean --fname lessons'


def test_readme_is_the_index_notebook():
    from readme import readme
    text = (ROOT/'README.md').read_text()
    assert text == readme(), 'run make readme'
    for link in re.findall(r'\]\(([^)#:]+)\)', text): assert (ROOT/link).exists(), link


def test_the_index_lists_every_lesson():
    index = (ROOT/'lessons/index.ipynb').read_text()
    for p in (ROOT/'lessons').glob('*.ipynb'):
        if p.stem not in ('index', 'glossary'): assert f'({p.name})' in index and f'img/{re.match(r"[0-9]+|[a-z_]+", p.stem)[0]}.png' in index, p.name
    for link in re.findall(r'\]\(([^)]+)\)', index): assert (ROOT/'lessons'/link).exists(), link


def imported(source, here='coursekit'):
    "The modules of coursekit that a source imports, inside functions too; `here` is the package that its dots begin at, and a name from coursekit itself counts for the module that defines it."
    import coursekit as ck
    module = lambda path: '.'.join(path.split('.')[1:3])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import): yield from (module(a.name) for a in node.names if a.name.startswith('coursekit.'))
        if not isinstance(node, ast.ImportFrom): continue
        assert node.names[0].name != '*', 'no star imports'
        above = here.split('.')[:len(here.split('.')) + 1 - node.level] if node.level else []
        path = '.'.join([*above, *filter(None, [node.module])])
        if path.split('.')[0] != 'coursekit': continue
        for a in node.names:
            if path == 'coursekit': yield module(getattr(ck, a.name).__module__)
            elif path.count('.') == 1: yield module(f'{path}.{a.name}')
            else: yield module(path)


source = lambda name: (ROOT/'coursekit'/name.replace('.', '/')).with_suffix('.py').read_text()
IMPORTS = {name: set(imported(source(name), f'coursekit.{name.split(".")[0]}')) for name in MODULES | EXERCISES}


@pytest.mark.parametrize('name', MODULES | EXERCISES)
def test_modules_import_only_their_own_room_or_one_before_it(name):
    place = lambda name: ROOMS.index(name.split('.')[0].replace('exercises', 'teach'))
    for other in IMPORTS[name]: assert other in MODULES and place(other) <= place(name), f'{name} imports {other}'


def test_every_notebook_stands_in_a_room():
    assert len(MODULES) > 50 and len(EXERCISES) > 10 and all(any(m.startswith(f'{room}.') for m in MODULES) for room in ROOMS)
    every = {p for p in (ROOT/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts}
    assert every == {*MODULES.values(), *EXERCISES.values(), ROOT/'nbs/index.ipynb'}
    assert {p.name for p in (ROOT/'coursekit').iterdir() if (p/'__init__.py').exists()} == {*ROOMS, 'exercises'}


def test_the_map_is_current():
    text = guide()
    assert text == GUIDE.read_text('utf-8'), 'run make readme'
    assert all(f'**{room}**: ' in text for room in ROOMS) and text.count('](nbs/') == len(MODULES)


def test_no_two_modules_import_each_other():
    "Nor in a wider circle, nor inside functions."
    graphlib.TopologicalSorter(IMPORTS).prepare()
    assert {'app.course', 'app.doctor', 'core.record'} <= IMPORTS['app.cli'] and 'train.learner' in IMPORTS['app.doctor']      # at the top, relative, and inside a function
    inside = 'def f():\n    from coursekit.core import data\n    from coursekit import Learner\n    import coursekit.live.tape\n    from . import groups\n    from ..draw.views import View'
    assert set(imported(inside, 'coursekit.train')) == {'core.data', 'train.learner', 'live.tape', 'train.groups', 'draw.views'}
    assert all('teach.exercise' in IMPORTS[name] for name in EXERCISES)
    with pytest.raises(graphlib.CycleError): graphlib.TopologicalSorter(IMPORTS | {'app.course': {'app.cli'}}).prepare()


def test_public_names_are_listed_once_and_documented():
    import coursekit as ck
    missing = []
    for name in ck.__all__:
        if name == '__version__': continue
        obj = getattr(ck, name)
        if callable(obj) and not (obj.__doc__ or '').strip(): missing.append(name)
    assert not missing
    listed, public = set(ck.__all__), set()
    for m in MODULES:
        if m.startswith('app.'): continue       # used by name, and by no lesson
        public |= set(__import__(f'coursekit.{m}', fromlist=['x']).__all__)
    assert public - listed == set(), 'public names of modules that coursekit/__init__.pyi does not list'


def test_every_requirement_has_a_lower_bound():
    "`make test-lowest` installs it; without one nobody knows what was tried."
    from lowest import lowest
    project = tomllib.loads((ROOT/'pyproject.toml').read_text())['project']
    bounds = dict(c.split('==') for c in lowest(project))
    assert len(bounds) == len(project['dependencies']) + len(project['optional-dependencies']['lab']) and bounds['torch'] == '2.7'
    project['dependencies'].append('unbounded<9')
    with pytest.raises(SystemExit, match='unbounded'): lowest(project)


def test_import_is_light():
    "`import coursekit` loads no heavy module, and using the first rooms no widgets."
    code = ("import sys, torch; before = set(sys.modules); import coursekit as ck; ck.Learner; ck.digits; ck.scenes; ck.voc; ck.EarlyStopping; "
            "new = {m.split('.')[0] for m in set(sys.modules) - before}; "
            "print(*sorted(new & {'torchvision', 'sklearn', 'matplotlib', 'pandas', 'ipywidgets', 'anywidget', 'IPython', 'fastcore', 'scipy'}))")
    out = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True).stdout.split()
    assert out == []


def test_nothing_names_a_machine():
    "No path of somebody's machine and no registry host in what is committed."
    bad = re.compile(r'/(work|tmp|root|home)/\w|pypi\.org|files\.pythonhosted|npmjs\.(com|org)|deb\.debian\.org')
    files = subprocess.run(['git', 'ls-files'], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = [f for f in files if (ROOT/f).suffix in ('.py', '.ipynb', '.md', '.toml', '.ini', '.js', '.css', '.txt', '') and (ROOT/f).is_file()
             and f != 'LICENSE' and f != rel(Path(__file__)) and bad.search((ROOT/f).read_text(errors='ignore'))]
    assert not found


def test_each_claim_has_a_name_of_its_own():
    "docs/claims.md has a row for each name."
    names = {p.name: re.findall(r"ck\.claim\(\s*'([\w.-]+)'", ''.join(line for c in json.loads(p.read_text('utf-8'))['cells'] for line in c['source'])) for p in (ROOT/'lessons').glob('*.ipynb')}
    every = [n for found in names.values() for n in found]
    assert len(every) == len(set(every)) > 40
    assert all(n.startswith(f'{lesson[:2]}-') for lesson, found in names.items() for n in found)
