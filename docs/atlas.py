"""Record the runs behind the sliders of the lessons, in coursekit/atlases: `python docs/atlas.py [lesson ...]`.
A lesson whose code is what it was is left alone.

Then find the horizon of each run, the step up to which it is the same on other processors, which this machine
can play (docs/roundings.py). `--horizons` finds only those, for the atlases as they are, and goes on where it was
stopped. What was found on another machine stays, and can only become shorter.

`--same` is for a lesson whose cells were only moved or reworded: it does all runs again, and where each is what was
recorded, up to its horizon, the record stays and is marked as one of the new code."""
import argparse
import hashlib
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from coursekit.draw.atlas import TOLERANCE, Atlas, along_steps, annotate_atlas, atlas_path, picture_gap
from nbclient import NotebookClient
from roundings import OWN, SETTINGS, differing, environment, processor, said

ROOT = Path(__file__).parents[1]
MOST = 200_000      # bytes of a file
MARK = re.compile(r"\batlas='(\w+)'")
FIND = """
from coursekit.live.panel import Panel
from coursekit.live.recording import one_run, reached, record_runs, same_steps
w = next(p for p in Panel.named.values() if getattr(p, 'atlas', '') == {name!r})
"""
RECORD = """
atlas = record_runs(w)
atlas.about['code'] = {code!r}
atlas.save({path!r})
"""
# These two are functions, because the lesson's own names are in use: its widget draws with them.
HORIZONS = """
def _horizons(w, path, most):
    import json
    from coursekit.draw.atlas import Atlas
    atlas, found, far, ended = Atlas.load(path), [], 0, 0
    for at in range(len(atlas.cells)):
        found.append(same_steps(w, atlas, at, most[at]))
        far = max(far, reached(w))
        if all(t.over for t in w.run.tapes): ended = max(ended, reached(w))
    if ended < far: ended = 0      # some runs stop by themselves, and others go further
    print(json.dumps(dict(found=found, ended=ended)))
_horizons(w, {path!r}, {most})
"""
AGAIN = """
def _again(w, path, looks):
    import json
    from coursekit.draw.atlas import Atlas, along_steps, picture_gap
    atlas, gaps = Atlas.load(path), []
    for at, until, instead in looks:
        frames = one_run(w, atlas.about['steps'], **atlas.cells[at] | instead)
        ends = until >= atlas.about['steps']
        pairs = [(kept[at], f) for kept, f in zip(atlas.frames, frames) if ends or along_steps(f)]
        gaps.append(max(picture_gap(old, f, until=until) for old, f in pairs))
    one_run(w, atlas.about['steps'], **w._wanted())      # as it was
    print(json.dumps(gaps))
_again(w, {path!r}, {looks})
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


def run(lesson: Path, cells: list, more: str, setting: str = OWN) -> str:
    "Run this code in a kernel of its own, without playing any widget; what the last cell prints."
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in [*cells, more]])
    env = os.environ if setting == OWN else environment(setting)
    env = env | dict(COURSEKIT_AUTO='1', COURSEKIT_STILL='1', COURSEKIT_PROGRESS='off')
    NotebookClient(nb, timeout=None, resources=dict(metadata=dict(path=str(lesson.parent)))).execute(env=env)
    return ''.join(o.text for o in nb.cells[-1].outputs if o.get('name') == 'stdout')


def small(path: Path):
    size = path.stat().st_size
    if size > MOST: sys.exit(f'{path.name} has {size} bytes, and {MOST} are allowed: record fewer positions')


def record(name: str, lesson: Path, cells: list, where: str):
    "Record its runs, on the processor `where`."
    path = atlas_path(name).resolve()
    run(lesson, cells, FIND.format(name=name) + RECORD.format(code=fingerprint(cells), path=str(path)))
    annotate_atlas(path, processors=[where])
    small(path)


def far(old: Atlas, new: Atlas) -> float:
    "How far two atlases are apart, up to the horizons of the first; infinity if they are not of the same runs."
    if old.cells != new.cells or old.about['steps'] != new.about['steps']: return float('inf')
    gaps = [0.]
    for at, until in enumerate(old.about['horizon']):
        ends = until >= old.about['steps']
        pairs = [(kept[at], again[at]) for kept, again in zip(old.frames, new.frames)]
        gaps += [picture_gap(kept, again, until=until) for kept, again in pairs if ends or along_steps(kept)]
    return max(gaps)


def mark_same(name: str, lesson: Path, cells: list):
    "Do its runs again; if they are those that were recorded, the record counts as one of this code."
    path, code = atlas_path(name), fingerprint(cells)
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder)/path.name
        run(lesson, cells, FIND.format(name=name) + RECORD.format(code=code, path=str(again)))
        gap = far(Atlas.load(path), Atlas.load(again))
    if gap >= TOLERANCE: sys.exit(f'{name}: its runs differ from the recorded ones by {gap:.1e}: record them again')
    annotate_atlas(path, code=code)
    print(f'{name}: the same runs, at most {gap:.1e} apart', flush=True)


def find_horizons(name: str, lesson: Path, cells: list, setting: str, where: str):
    """Do its runs again under a setting, and keep how long they were the same, on the processor `where`.

    What was found before can only become shorter."""
    path = atlas_path(name).resolve()
    about = Atlas.load(path).about
    steps = about['steps']
    most = about.get('horizon') or [steps] * len(Atlas.load(path).cells)
    code = FIND.format(name=name) + HORIZONS.format(path=str(path), most=most)
    out = run(lesson, cells, code, setting)
    got = json.loads(out.splitlines()[-1])
    steps = min(steps, got['ended'] or steps)      # runs may end by themselves, before the last of these steps
    found = [min(h, steps) for h in got['found']]
    seen = about.get('processors', ['the one that recorded it'])
    annotate_atlas(path, steps=steps, horizon=found, processors=[*seen, where])
    small(path)


def gaps(name: str, looks: list, kernel) -> list:
    """How far cells of an atlas are from the same runs done again; `looks` are triples: the cell, up to which step,
    and other values of the knobs, name -> value, for a run that is not the same.

    `kernel(code)` is what a piece of code prints where the lesson's widget is.
    Pictures that show only the end are compared where one looks at the whole run."""
    code = FIND.format(name=name) + AGAIN.format(path=str(atlas_path(name).resolve()), looks=looks)
    return json.loads(kernel(code).splitlines()[-1])


def in_words(name: str) -> str:
    "The horizons of an atlas, in a line."
    about = Atlas.load(atlas_path(name)).about
    steps, found = about['steps'], sorted(about['horizon'])
    whole = sum(h == steps for h in found)
    middle = found[len(found) // 2]
    same = f'{whole} of {len(found)} runs are the same to their end, step {steps}'
    return f'{name}: {same}; median {middle}, shortest {found[0]}'


def as_it_was(name: str, cells: list) -> bool:
    "Whether an atlas is of this code."
    path = atlas_path(name)
    return path.exists() and Atlas.load(path).about.get('code') == fingerprint(cells)


def settings_here() -> dict:
    """Setting -> what it is called in an atlas, for each setting that differs here, and the machine as it is.

    The harshest comes first, so that the others have less to do."""
    here, differs = processor(), differing()
    print(said(differs), flush=True)
    return {name: f'{here}, as {name}' for name in SETTINGS if differs[name]} | {OWN: here}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('lessons', nargs='*', help='numbers of lessons; by default those whose code has changed')
    p.add_argument('--changed', action='store_true', help='of these lessons, only those whose code has changed')
    p.add_argument('--horizons', action='store_true', help='record nothing')
    p.add_argument('--same', action='store_true', help='the runs are the same: mark them as of the new code')
    p.add_argument('--settings', nargs='+', choices=[OWN, *SETTINGS], default=[*SETTINGS, OWN],
                   help='find horizons under these')
    args = p.parse_args()
    found = lessons()
    chosen = {name: found[name] for name in found if not args.lessons or name[:2] in args.lessons}
    if not args.horizons and (args.changed or not args.lessons):
        same = [name for name, (_, cells) in chosen.items() if as_it_was(name, cells)]
        for name in same: print(f'{name}: as it was')
        for name in same: del chosen[name]
    if not chosen: return
    if args.same:
        for name, (lesson, cells) in chosen.items(): mark_same(name, lesson, cells)
        return
    here = settings_here()
    for name, (lesson, cells) in ({} if args.horizons else chosen).items():
        path = atlas_path(name)
        begin = time.time()
        record(name, lesson, cells, here[OWN])
        made = Atlas.load(path)
        size, seconds = path.stat().st_size / 1000, time.time() - begin
        what = f'{len(made.cells)} runs of {made.about["steps"]} steps'
        print(f'{name}: {what}, {size:.0f} kB, {seconds:.0f} s', flush=True)
    for setting, where in here.items():
        for name, (lesson, cells) in chosen.items():
            about = Atlas.load(atlas_path(name)).about
            if setting not in args.settings or where in about.get('processors', []): continue
            if about['code'] != fingerprint(cells): sys.exit(f'{name} is of other code: run make atlas')
            begin = time.time()
            find_horizons(name, lesson, cells, setting, where)
            print(f'{setting}, {in_words(name)}, {time.time() - begin:.0f} s', flush=True)


if __name__ == '__main__': main()
