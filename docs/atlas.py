"Record the runs behind the sliders of the lessons, in coursekit/atlases: `python docs/atlas.py [lesson ...]`. A lesson whose code is what it was is left alone."
import argparse
import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from coursekit.atlas import Atlas, atlas_path
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
MOST = 200_000      # bytes of a file
MARK = re.compile(r"\batlas='(\w+)'")
FIND = """
from coursekit.panel import Panel
from coursekit.recording import one_run, record_runs
w = next(p for p in Panel.named.values() if getattr(p, 'atlas', '') == {name!r})
"""
RECORD = """
atlas = record_runs(w)
atlas.about['code'] = {code!r}
atlas.save({path!r})
"""
AGAIN = """
import json
from coursekit.atlas import Atlas, picture_gap
atlas, gaps = Atlas.load({path!r}), []
for at in {cells}:
    frames = one_run(w, atlas.about['steps'], **atlas.cells[at])
    gaps.append(max(picture_gap(kept[at], f, until={until}) for kept, f in zip(atlas.frames, frames)))
print(json.dumps(gaps))
"""


def lessons() -> dict:
    "Name of an atlas -> its lesson and the code up to the cell that shows it, cell by cell."
    found = {}
    for p in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')):
        cells = [c.source for c in nbformat.read(p, 4).cells if c.cell_type == 'code']
        for i, source in enumerate(cells):
            for name in MARK.findall(source): found[name] = p, cells[:i + 1]
    return found


def fingerprint(cells: list) -> str: return hashlib.sha256('\0'.join(cells).encode()).hexdigest()[:16]


def run(lesson: Path, cells: list, more: str) -> str:
    "Run this code in a kernel of its own, without playing any widget; what the last cell prints."
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in [*cells, more]])
    env = os.environ | dict(COURSEKIT_AUTO='1', COURSEKIT_STILL='1', COURSEKIT_PROGRESS='off')
    NotebookClient(nb, timeout=None, resources=dict(metadata=dict(path=str(lesson.parent)))).execute(env=env)
    return ''.join(o.text for o in nb.cells[-1].outputs if o.get('name') == 'stdout')


def record(name: str, lesson: Path, cells: list):
    path = atlas_path(name).resolve()
    run(lesson, cells, FIND.format(name=name) + RECORD.format(code=fingerprint(cells), path=str(path)))
    if path.stat().st_size > MOST: sys.exit(f'{path.name} has {path.stat().st_size} bytes, and {MOST} are allowed: record fewer positions')


def gaps(name: str, lesson: Path, cells: list, at: list, until: float) -> list:
    "How far these cells of an atlas are from the same runs done again, up to step `until`."
    return json.loads(run(lesson, cells, FIND.format(name=name) + AGAIN.format(path=str(atlas_path(name).resolve()), cells=at, until=until)).splitlines()[-1])


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('lessons', nargs='*', help='numbers of lessons; by default all whose code has changed')
    args = p.parse_args()
    for name, (lesson, cells) in lessons().items():
        if args.lessons and name[:2] not in args.lessons: continue
        if not args.lessons and atlas_path(name).exists() and Atlas.load(atlas_path(name)).about.get('code') == fingerprint(cells): print(f'{name}: as it was'); continue
        begin = time.time()
        record(name, lesson, cells)
        made = Atlas.load(atlas_path(name))
        print(f'{name}: {len(made.cells)} runs of {made.about["steps"]} steps, {atlas_path(name).stat().st_size / 1000:.0f} kB, {time.time() - begin:.0f} s', flush=True)


if __name__ == '__main__': main()
