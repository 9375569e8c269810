"Every test with the lowest versions that pyproject.toml allows, in build/lowest-env. Arguments go to pytest."
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENV = ROOT/'build'/'lowest-env'


def lowest(project: dict) -> list[str]:
    "The lower bound of each requirement of the library and of its `lab` extra, as a constraint."
    needs = project['dependencies'] + project['optional-dependencies']['lab']
    found = {r: re.match(r'([\w-]+)[^;]*>=\s*([\w.]+)', r) for r in needs}
    if odd := [r for r, m in found.items() if not m]: raise SystemExit(f'pyproject.toml gives no lower bound for {", ".join(odd)}: write name>=version, the lowest that was tried')
    return [f'{m[1]}=={m[2]}' for m in found.values()]


def install(constraints: str):
    "An environment with these versions; the one that is there, if it has them."
    mark, python = ENV/'constraints.txt', ENV/'bin'/'python'
    if mark.exists() and mark.read_text() == constraints: return
    subprocess.run([sys.executable, '-m', 'venv', '--clear', ENV], check=True)
    (ENV/'wanted.txt').write_text(constraints)
    subprocess.run([python, '-m', 'pip', 'install', '-c', ENV/'wanted.txt', '-e', f'{ROOT}[lab,dev]'], check=True)
    (ENV/'wanted.txt').rename(mark)


if __name__ == '__main__':
    project = tomllib.loads((ROOT/'pyproject.toml').read_text())['project']
    python = project['requires-python'].removeprefix('>=')
    if sys.version_info[:2] != tuple(map(int, python.split('.'))): raise SystemExit(f'the lowest versions go with Python {python}: make test-lowest PYTHON=python{python}')
    install('\n'.join(lowest(project)) + '\n')
    os.chdir(ROOT)
    sys.exit(subprocess.call([ENV/'bin'/'python', ROOT/'tests'/'run.py', *sys.argv[1:]]))
