"The command `coursekit`: a working copy that nothing can spoil, and words that can be acted on."
import json
import os
import shlex
import sys
from pathlib import Path

import pytest
from lab import ROOT

import coursekit.app.course
from coursekit.app import cli

NAME = '05_weight_decay.ipynb'


@pytest.fixture
def course(tmp_path):
    "A course that can be changed."
    cli.working_copy(tmp_path/'course', ROOT/'lessons')
    return tmp_path/'course'


def edit(path, text):
    "Add a cell to a notebook."
    nb = json.loads(path.read_text())
    nb['cells'].append(dict(cell_type='markdown', id='x', metadata={}, source=[text]))
    path.write_text(json.dumps(nb))


def test_a_changed_course_is_told_once_with_a_command_that_works(course, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(coursekit.app.course, 'lessons_dir', lambda: course)
    monkeypatch.chdir(tmp_path)
    mine = tmp_path/'my lessons'
    assert cli.main(['lessons', str(mine), '--copy']) == 0
    edit(mine/NAME, 'my answer'); edit(course/NAME, 'a better question')
    before = (mine/NAME).read_bytes()
    capsys.readouterr()
    assert cli.main(['lessons', str(mine), '--copy']) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if 'newer' in line]
    assert len(told) == 1 and NAME in told[0]
    _, *words = shlex.split(told[0].split(': ', 1)[1])
    assert cli.main(words) == 0
    assert (mine/NAME).read_bytes() == before and 'a better question' in (mine/'05_weight_decay-fresh.ipynb').read_text()
    capsys.readouterr()
    assert cli.main(['lessons', str(mine), '--copy']) == 0 and 'newer' not in capsys.readouterr().out
    edit(course/NAME, 'and another')
    assert cli.main(['lessons', str(mine)]) == 0
    assert 'changed by you, and the course has a newer one' in capsys.readouterr().out


def test_in_a_working_copy_no_folder_is_needed(course, tmp_path, monkeypatch):
    "As in a cell of a lesson, `!coursekit lessons --fresh 05`; JupyterLab is started with coursekit on its path."
    monkeypatch.setattr(coursekit.app.course, 'lessons_dir', lambda: course)
    monkeypatch.chdir(tmp_path)
    assert cli.main(['lessons', '--copy']) == 0
    monkeypatch.chdir(tmp_path/'my-lessons')
    assert cli.main(['lessons', '--fresh', '05']) == 0
    assert (tmp_path/'my-lessons/05_weight_decay-fresh.ipynb').is_file() and not (tmp_path/'my-lessons/my-lessons').exists()
    called = {}
    def call(command, env): called.update(command=command, env=env); return 0
    monkeypatch.setattr(cli.subprocess, 'call', call)
    monkeypatch.setattr(cli.os, 'execve', lambda path, command, env: call(command, env))
    assert cli.main(['lab', '--port', '9999', '--no-browser']) == 0
    assert f'--ServerApp.root_dir={tmp_path/"my-lessons"}' in called['command'] and called['env']['PATH'].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.mark.parametrize('record', [None, b'', b'\xff\x00', b'{"05', b'[]', b'null', b'{"05_weight_decay.ipynb": 3}', 'folder'])
def test_a_damaged_record_does_no_harm(course, tmp_path, record):
    mine = tmp_path/'mine'
    cli.working_copy(mine, course)
    edit(mine/NAME, 'my answer')
    (mine/cli._RECORD).unlink()
    if record == 'folder': (mine/cli._RECORD).mkdir()
    elif record is not None: (mine/cli._RECORD).write_bytes(record)
    assert cli.working_copy(mine, course) == [] and cli.outdated(mine, course) == []
    edit(course/NAME, 'a better question')
    assert cli.outdated(mine, course) == ([] if record == 'folder' else [NAME])      # no record can be kept: nothing is said
    assert sorted(p.name for p in mine.iterdir() if p.name.startswith('.')) == [cli._RECORD]


def test_half_a_copy_is_none(course, tmp_path, monkeypatch):
    "The disk is full: no half lesson stays behind to be kept for ever."
    class Full:
        def __init__(self, f): self.f = f
        def __enter__(self): return self
        def __exit__(self, *_): self.f.close()
        def write(self, data): self.f.write(data[:100]); self.f.flush(); raise OSError(28, 'No space left on device')
    real = Path.open
    monkeypatch.setattr(Path, 'open', lambda self, mode='r', *a, **kw: Full(real(self, mode)) if mode == 'xb' else real(self, mode, *a, **kw))
    with pytest.raises(OSError, match='No space'): cli.working_copy(tmp_path/'mine', course)
    assert not [p for p in (tmp_path/'mine').rglob('*') if p.is_file()]


def test_a_link_that_leads_nowhere_is_kept(course, tmp_path):
    (tmp_path/'mine').mkdir()
    (tmp_path/'mine'/NAME).symlink_to(tmp_path/'gone.ipynb')
    cli.working_copy(tmp_path/'mine', course)
    assert not (tmp_path/'gone.ipynb').exists()


@pytest.mark.parametrize('words, says', [
    (['lessons', '{mine}', '--fresh', '77'], "no lesson '77'; there are 00_primer, 01_universal_approximation, 02_initialisation"),
    (['lessons', '{mine}/index.ipynb', '--copy'], 'is a file; the working copy needs a folder'),
    (['lab', '{mine}/index.ipynb', '--no-browser'], 'is a file; the working copy needs a folder'),
])
def test_errors_say_what_to_do(course, tmp_path, monkeypatch, capsys, words, says):
    monkeypatch.setattr(coursekit.app.course, 'lessons_dir', lambda: course)
    cli.working_copy(tmp_path/'mine')
    assert cli.main([w.format(mine=tmp_path/'mine') for w in words]) == 1
    out = capsys.readouterr()
    assert says in out.err and 'Traceback' not in out.err


def test_titles_and_minutes_of_every_lesson_are_found(tmp_path):
    rows = cli.lessons(tmp_path)
    assert [r['name'] for r in rows] == sorted(p.name for p in (ROOT/'lessons').glob('[0-9]*.ipynb'))
    assert all(r['minutes'].isdigit() and r['title'] and r['title'] != r['name'] and not r['title'].startswith(r['number']) for r in rows)
