"""What computes, under the settings of docs/roundings.py, in which this machine rounds as other processors do:
the notebooks of nbs/, tests without a browser, recorded runs, the claims of each lesson.

By hand, before a release and after a change of numerics; it takes hours. Some of it:
`python tests/processors.py 02 07 --only atlas lessons --settings SSE`.
A claim that is SUPPORTED here and REFUTED in docs/claims.json, or the other way round, is a failure,
as is all that raises an error. Other changes are told."""
import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
LOGS = ROOT/'build'/'processors'
sys.path.insert(0, str(ROOT/'docs'))
from claims import known  # noqa: E402
from claims import run as run_claims  # noqa: E402
from roundings import OWN, SETTINGS, differing, environment, processor, said  # noqa: E402

FILES = 'faults', 'gym', 'optim', 'learner', 'tape', 'checkpoint'      # tests/test_*.py
PARTS = 'notebooks', 'atlas', *FILES, 'lessons'
LONG = 3 * 3600          # seconds after which a part has failed
NOTHING = 5              # what pytest exits with where no test is left


@dataclass
class Result:
    "What came out of one part under one setting."
    setting: str
    part: str
    failed: list = field(default_factory=list)      # what counts as a failure
    told: list = field(default_factory=list)        # what differs and is none
    empty: bool = False                             # nothing was tested
    seconds: float = 0.

    @property
    def verdict(self) -> str:
        if self.failed: return 'FAILED'
        if self.empty: return 'NO TEST'
        return 'differs' if self.told else 'the same'


def called(command: list, setting: str, part: str) -> tuple[int, str]:
    "Exit status and output of a command under a setting; the output is kept in build/processors."
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS/f'{setting}-{part}.log'
    env = environment(setting)
    env['PATH'] = f'{BIN}{os.pathsep}{env["PATH"]}'
    with open(log, 'w') as f:
        kw = dict(cwd=ROOT, env=env, stdout=f, stderr=subprocess.STDOUT, timeout=LONG)
        try: status = subprocess.run([str(c) for c in command], **kw).returncode
        except subprocess.TimeoutExpired:
            f.write(f'\nno end after {LONG} s\n')
            status = 124
    return status, log.read_text()


def last_line(text: str) -> str:
    "The last line of an output that says anything, without colours."
    lines = [line.strip() for line in re.sub(r'\x1b\[[0-9;]*m', '', text).splitlines() if line.strip()]
    return lines[-1][:200] if lines else 'no output'


def notebooks(setting: str, chosen: list) -> Result:
    "The notebooks of nbs/ as tests."
    command = [BIN/'nbdev_test', '--n_workers', '1', '--do_print']
    if chosen: command += ['--file_re', f'^({"|".join(chosen)}).*']
    status, text = called(command, setting, 'notebooks')
    result = Result(setting, 'notebooks')
    if status: result.failed = re.findall(r'^\t(\S+\.ipynb)$', text, re.M) or [last_line(text)]
    return result


def tested(setting: str, part: str, chosen: list) -> Result:
    "One file of tests, without those that need a page."
    command = [sys.executable, '-m', 'pytest', f'tests/test_{part}.py', '-q', '-rfE', '--no-browser']
    if part == 'atlas':
        command += ['-m', 'processors']
        if chosen: command += ['-k', ' or '.join(chosen)]
    status, text = called(command, setting, part)
    result = Result(setting, part)
    result.empty = status == NOTHING      # all of its tests need a browser, or are of other lessons
    if result.empty: return result
    if status:
        names = re.findall(r'^(?:FAILED|ERROR) (.+?)(?: - .*)?$', text, re.M)
        result.failed = names or [last_line(text)]
    return result


def compared(old: list[dict], new: list[dict]) -> tuple[list, list]:
    "What of a lesson's claims counts as a failure, and what only differs, beside the records of `make claims`."
    before, now = {}, {}
    for records, first in ((old, before), (new, now)):
        for r in records: first.setdefault(r['name'], r)      # the lesson's own set of seeds is the first
    failed = [f'{name}: not in docs/claims.json: run make claims' for name in now if name not in before]
    failed += [f'{name}: not tested here' for name in before if name not in now]
    told = []
    for name in now:
        if name not in before: continue
        a, b = before[name], now[name]
        effects = f'{a["effect"]:+.3g} there, {b["effect"]:+.3g} here, delta {b["delta"]:g}'
        verdicts = f'{a["verdict"]} there, {b["verdict"]} here'
        moved = abs(a['effect'] - b['effect'])
        if {a['verdict'], b['verdict']} == {'SUPPORTED', 'REFUTED'}: failed.append(f'{name}: {verdicts}: {effects}')
        elif a['verdict'] != b['verdict']: told.append(f'{name}: {verdicts}: {effects}')
        elif not moved <= b['delta'] / 4: told.append(f'{name}: {effects}')
    return failed, told


def lesson(setting: str, path: Path) -> Result:
    "A lesson, headless, with its claims; its outputs are kept in build/processors, to be read against its sentences."
    result = Result(setting, path.stem)
    LOGS.mkdir(parents=True, exist_ok=True)
    try: records = run_claims(path, 1, environment(setting), LOGS/f'{setting}-{path.name}')
    except Exception as e:
        (LOGS/f'{setting}-{path.stem}.log').write_text(str(e))
        result.failed = [f'{type(e).__name__}: {last_line(str(e))}']
        return result
    result.failed, result.told = compared([r for r in known() if r['lesson'] == path.stem], records)
    return result


def jobs(only: list, numbers: list, chosen: list):
    "What there is to do, under each setting, one after the other: functions of a setting."
    for part in only:
        if part == 'notebooks': yield part, partial(notebooks, chosen=chosen)
        elif part != 'lessons': yield part, partial(tested, part=part, chosen=numbers)
        else:
            for path in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')):
                if not numbers or path.name[:2] in numbers: yield path.stem, partial(lesson, path=path)


def safely(setting: str, part: str, do) -> Result:
    "The result of a part; if it cannot even be run, that."
    begin = time.time()
    try: result = do(setting)
    except Exception as e:
        why = f'could not be run: {type(e).__name__}: {last_line(str(e))}'
        result = Result(setting, part, [why])
    result.seconds = time.time() - begin
    return result


def table(results: list[Result]) -> str:
    "A line for each part and setting, and below each what failed or differs."
    lines = []
    for r in results:
        lines.append(f'{r.setting:<12}{r.part:<28}{r.verdict:<10}{r.seconds:6.0f} s')
        lines += [f'    FAILED {what}' for what in r.failed] + [f'    differs: {what}' for what in r.told]
    return '\n'.join(lines)


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('lessons', nargs='*', help='numbers of lessons, for the parts atlas and lessons; by default all')
    p.add_argument('--only', nargs='+', choices=PARTS, default=PARTS, help='these parts')
    p.add_argument('--settings', nargs='+', choices=[OWN, *SETTINGS], default=[*SETTINGS],
                   help='under these settings; own is the machine as it is')
    p.add_argument('--notebooks', nargs='+', default=[], metavar='NN',
                   help='of the notebooks only those whose names begin so')
    return p.parse_args()


def main():
    args = arguments()
    os.environ.setdefault('OMP_NUM_THREADS', '1')
    print(f'{OWN}: {processor()}', flush=True)
    found = differing([s for s in args.settings if s != OWN])
    print(said(found), flush=True)
    settings = [s for s in args.settings if s == OWN or found[s]]
    if not settings: sys.exit('none of these settings changes anything on this machine, so nothing was tested')
    results = []
    for setting in settings:
        for part, do in jobs(args.only, args.lessons, args.notebooks):
            results.append(safely(setting, part, do))
            print(table(results[-1:]), flush=True)
    idle = [s for s in found if not found[s]]
    print(f'\n{table(results)}\n')
    if idle: print(f'NOT TESTED: {", ".join(idle)}, because nothing differs there on this machine')
    bad = sum(bool(r.failed) for r in results)
    if bad: sys.exit(f'{bad} of {len(results)} failed; outputs are in {LOGS.relative_to(ROOT)}')


if __name__ == '__main__': main()
