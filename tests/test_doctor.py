"`coursekit doctor`: well where all is well, and for each thing that can be wrong a line that names it and its cure."
import json
import os
import subprocess
import sys
from functools import partial
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from coursekit.app import doctor

DOCTOR = 'from coursekit.app.cli import main; raise SystemExit(main(["doctor", "mine", "--json"]))'
WATCH = '''
import os, sys
log = open({log!r}, 'a', buffering=1)
print('on', os.getpid(), file=log)
def hook(event, args):
    if event in ('socket.connect', 'socket.sendto', 'socket.getaddrinfo', 'socket.gethostbyname'):
        host = args[0] if event.startswith('socket.get') else args[1]
        host = host[0] if isinstance(host, tuple) else host
        if host not in ('127.0.0.1', '::1', 'localhost', None) and not str(host).startswith('/'): print('host', host, file=log)
sys.addaudithook(hook)
'''


def python(code, cwd, **env):
    "Run code in a Python of its own, in a folder of its own."
    return subprocess.run([sys.executable, '-c', code], cwd=cwd, env=os.environ | env, capture_output=True, text=True, timeout=300)


def test_all_is_well_here_and_no_host_is_contacted(tmp_path):
    (tmp_path/'site').mkdir()
    (tmp_path/'site/sitecustomize.py').write_text(WATCH.format(log=str(tmp_path/'log')))
    ours = str(Path(doctor.__file__).parents[2])
    out = python(DOCTOR, tmp_path, PYTHONPATH=os.pathsep.join([str(tmp_path/'site'), ours]))
    report = json.loads(out.stdout)
    assert out.returncode == 0 and report['ok'], [c for c in report['checks'] if c['state'] == 'FAILED']
    names = [c['name'] for c in report['checks']]
    assert len(names) == len(set(names)) and {'Python', 'torch', 'ipykernel', 'torchvision works', 'threads', 'reference run', 'kernel', 'our front end'} <= set(names)
    log = (tmp_path/'log').read_text().splitlines()
    assert sum(line.startswith('on') for line in log) >= 2, 'the kernel was not watched'
    assert not [line for line in log if line.startswith('host')]


def test_without_the_lab_extra_lines_fail_and_nothing_else(tmp_path):
    gone = ['jupyterlab', 'jupyterlab_server', 'jupyter_server', 'jupyter_core', 'jupyter_client', 'ipykernel']
    out = python(f'''
import sys
from importlib import metadata
sys.modules.update(dict.fromkeys({gone}))
real = metadata.version
def version(name):
    if name in {gone}: raise metadata.PackageNotFoundError(name)
    return real(name)
metadata.version = version
{DOCTOR}''', tmp_path)
    report = json.loads(out.stdout)
    failed = {c['name']: c for c in report['checks'] if c['state'] == 'FAILED'}
    assert out.returncode == 1 and not report['ok'] and 'Traceback' not in out.stderr
    assert set(failed) == {'jupyterlab', 'ipykernel', 'JupyterLab starts', 'JupyterLab shows jupyterlab_widgets', 'JupyterLab shows anywidget', 'kernel'}
    assert all('pip install' in c['cure'] for c in failed.values()) and failed['jupyterlab']['found'] == 'not installed'


def spec(tmp_path, monkeypatch, *argv):
    "A kernel python3 that starts something else."
    (tmp_path/'kernels/python3').mkdir(parents=True)
    (tmp_path/'kernels/python3/kernel.json').write_text(json.dumps(dict(argv=list(argv), display_name='x', language='python')))
    monkeypatch.setenv('JUPYTER_PATH', str(tmp_path))

def front(tmp_path, monkeypatch, name, version):
    "A front end that comes before the installed one."
    (tmp_path/'labextensions'/name).mkdir(parents=True)
    (tmp_path/'labextensions'/name/'package.json').write_text(json.dumps(dict(name=name, version=version, jupyterlab={})))
    monkeypatch.setenv('JUPYTER_PATH', str(tmp_path))

def broken_kernel(t, m): spec(t, m, sys.executable, '-c', 'raise SystemExit("no such thing as ipykernel")')
def other_python(t, m):
    (t/'no').mkdir(); (t/'no/coursekit.py').write_text('raise ModuleNotFoundError("No module named coursekit")')
    spec(t, m, sys.executable, '-c', f'import sys; sys.path.insert(0, {str(t/"no")!r}); from ipykernel.kernelapp import launch_new_instance as go; go()', '-f', '{connection_file}')
def no_answer(t, m): m.setattr(doctor, '_CELL', 'import time; time.sleep(30)')
def no_widget(t, m): m.setattr(doctor, '_CELL', 'import sys; print(sys.executable); 1 + 1')
def no_front(t, m): m.setattr('jupyter_core.paths.jupyter_path', lambda *a: [str(t)])
def old_front(t, m): front(t, m, 'anywidget', '0.1.3')
def off(t, m): m.setattr('jupyterlab_server.config.get_static_page_config', lambda **kw: dict(disabledExtensions={'@jupyter-widgets/jupyterlab-manager': True}))
def no_nms(t, m): m.setattr('torchvision.ops.nms', lambda *a: (_ for _ in ()).throw(RuntimeError('operator torchvision::nms does not exist')))
def wrong_loss(t, m): m.setattr(doctor, '_plain', lambda *a, real=doctor._plain: real(*a) * 1.0001)
def bad_gpu(t, m):
    m.setattr('torch.cuda.is_available', lambda: True); m.setattr('torch.cuda.get_device_name', lambda: 'a GPU')
    m.setattr('torch.ones', lambda *a, **kw: (_ for _ in ()).throw(RuntimeError('no kernel image')))
def threads(t, m): m.setattr('torch.get_num_threads', lambda: 1000)
def damaged(t, m): m.setattr('coursekit.live.widgets.Slider._esm', 'cut sho')
def read_only(t, m): m.setattr('tempfile.TemporaryFile', lambda **kw: (_ for _ in ()).throw(PermissionError('read-only')))
def read_only_here(t, m):
    real = doctor.tempfile.TemporaryFile
    m.setattr('pathlib.Path.home', lambda: t/'home'); (t/'home').mkdir()
    m.setattr('tempfile.TemporaryFile', lambda dir: real(dir=dir) if Path(dir) == t/'home' else (_ for _ in ()).throw(PermissionError('read-only')))
def broken_ipykernel(t, m): m.setattr(metadata, 'version', lambda name: '7.0.1')
def no_lessons(t, m): m.setattr('coursekit.__file__', str(t/'coursekit/__init__.py'))
def no_metadata(t, m): m.setattr(metadata, 'requires', lambda name: (_ for _ in ()).throw(metadata.PackageNotFoundError(name)))

IPYKERNEL = partial(doctor._package, Requirement('ipykernel>=7.4'))
MANAGER = '@jupyter-widgets/jupyterlab-manager'
FAULTS = [
    (broken_kernel, doctor._kernel, 'FAILED', 'no such thing as ipykernel', '-m ipykernel install'),
    (other_python, doctor._kernel, 'FAILED', f'{sys.executable} says ModuleNotFoundError: No module named coursekit', '-m ipykernel install'),
    (no_answer, partial(doctor._kernel, 8), 'FAILED', 'gives no answer in 8 s', 'busy'),
    (no_widget, doctor._kernel, 'FAILED', 'makes no widget', '--upgrade ipykernel'),
    (no_front, partial(doctor._front, 'anywidget'), 'FAILED', 'no folder anywidget in any of', '--force-reinstall --no-deps anywidget'),
    (no_front, partial(doctor._front, MANAGER), 'FAILED', 'widgets will not be drawn', '--no-deps jupyterlab_widgets'),
    (old_front, partial(doctor._front, 'anywidget'), 'FAILED', '0.1.3 in', 'or remove'),
    (off, partial(doctor._front, MANAGER), 'FAILED', 'switched off', f'labextension enable {MANAGER}'),
    (no_nms, doctor._torchvision, 'FAILED', 'nms does not exist', 'both together'),
    (wrong_loss, doctor._reference, 'FAILED', 'by hand', 'report this'),
    (bad_gpu, doctor._device, 'note', 'no kernel image', 'run on the CPU'),
    (threads, doctor._threads, 'note', 'torch uses 1000 of', 'unset OMP_NUM_THREADS'),
    (damaged, doctor._static, 'FAILED', 'the front end of Slider', 'install coursekit again'),
    (read_only, partial(doctor._place, Path('mine')), 'FAILED', 'can be written to', 'a folder of yours'),
    (read_only_here, partial(doctor._place, Path('mine')), 'note', 'cannot be written to', 'home/my-lessons'),
    (broken_ipykernel, IPYKERNEL, 'FAILED', '7.0 publishes nothing', 'pip install "ipykernel>=7.4"'),
    (no_lessons, doctor._lessons, 'FAILED', 'there are no lessons in', 'both together'),
    (no_metadata, doctor._coursekit, 'note', 'but not installed', 'pip install -e'),
]


@pytest.mark.parametrize('fault, check, state, found, cure', [pytest.param(*row, id=f'{row[0].__name__}-{n}') for n, row in enumerate(FAULTS)])
def test_faults(fault, check, state, found, cure, tmp_path, monkeypatch):
    fault(tmp_path, monkeypatch)
    got = doctor._look('x', check, doctor._BOTH)
    assert got.state == state and found in got.found and cure in got.cure, got


def test_the_report_and_its_exit_code(monkeypatch, capsys):
    "Without --json: one line a check, the cure under it, and what failed at the end."
    monkeypatch.setattr(doctor, 'examine', lambda folder: iter([doctor.Check('a', 'ok', '1'), doctor.Check('b', 'note', '2', 'wait'), doctor.Check('c', 'FAILED', '3', 'mend')]))
    assert doctor.report() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ['ok', 'a', '1'] and lines[2].split() == ['cure:', 'wait'] and lines[-1] == 'FAILED: c'
    monkeypatch.setattr(doctor, 'examine', lambda folder: iter([doctor.Check('b', 'note', '2', 'wait')]))
    assert doctor.report() == 0 and 'All is well' in capsys.readouterr().out
