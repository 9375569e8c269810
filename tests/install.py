"What a learner does: install the wheel into an empty environment, far from the clone, and take a lesson. Called by .ci/run only."
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENV = ROOT/'build'/'install-env'
LESSON = '05_weight_decay.ipynb'


def step(what: str, *command, cwd, code: int = 0) -> str:
    "Run a command without our variables; what it printed. Another exit code than the expected one ends everything."
    start, env = time.time(), {k: v for k, v in os.environ.items() if k not in ('PYTHONPATH', 'VIRTUAL_ENV')}
    p = subprocess.run([str(c) for c in command], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(f'{time.time() - start:6.0f} s  {what}', flush=True)
    if p.returncode != code: sys.exit(f'FAILED, exit code {p.returncode} instead of {code}: {what}\n{p.stdout[-5000:]}')
    return p.stdout


def take_the_course(away: Path):
    "Everything, in a folder outside the clone."
    bin = ENV/('Scripts' if os.name == 'nt' else 'bin')
    step('build the wheel', sys.executable, '-m', 'build', '--outdir', away/'dist', ROOT, cwd=away)
    wheel = next((away/'dist').glob('*.whl'))
    step('make an empty environment', sys.executable, '-m', 'venv', '--clear', ENV, cwd=away)
    step('install the wheel alone', bin/'python', '-m', 'pip', 'install', wheel, cwd=away)
    bare = json.loads(step('coursekit doctor, without JupyterLab: it says so', bin/'coursekit', 'doctor', '--json', cwd=away, code=1))
    failed = {c['name'] for c in bare['checks'] if c['state'] == 'FAILED'}
    assert 'jupyterlab' in failed and 'torchvision works' not in failed, failed
    step('install the wheel with [lab]', bin/'python', '-m', 'pip', 'install', f'{wheel}[lab]', cwd=away)
    step('pip check', bin/'python', '-m', 'pip', 'check', cwd=away)
    print(step('coursekit doctor: all is well', bin/'coursekit', 'doctor', cwd=away))
    assert LESSON in step('coursekit lessons --fresh 05', bin/'coursekit', 'lessons', '--fresh', '05', cwd=away)
    step(f'run {LESSON} without a browser', bin/'jupyter', 'execute', '--inplace', '--timeout=300', f'my-lessons/{LESSON}', cwd=away)
    cells = json.loads((away/'my-lessons'/LESSON).read_text())['cells']
    outputs = [o for c in cells for o in c.get('outputs', [])]
    assert any('image/png' in o.get('data', {}) for o in outputs) and not [o for o in outputs if o['output_type'] == 'error']


if __name__ == '__main__':
    try:
        with tempfile.TemporaryDirectory() as away: take_the_course(Path(away).resolve())
    finally: shutil.rmtree(ENV, ignore_errors=True)      # it is large
    print('1 passed, 0 failed')
