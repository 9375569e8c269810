"Test every claim of every lesson on several seed sets and write docs/claims.md: `python docs/claims.py [lesson ...] [--sets N]`."
import argparse
import json
import os
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import nbformat
from coursekit.claims import in_numbers
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
TABLE, RECORDS, LOG = ROOT/'docs'/'claims.md', ROOT/'docs'/'claims.json', ROOT/'docs'/'log.md'
HEAD = """# Claims

Every claim of every lesson, tested on several sets of seeds: the lesson's own, and fresh ones. An effect counts as SUPPORTED if its whole 95 % interval lies above delta, the smallest effect that matters, which was stated beforehand; as REFUTED if it lies below; else as INCONCLUSIVE. All three are worth the same. *Agree* says in how many of the seed sets the verdict came out as in the lesson; only SUPPORTED against REFUTED would be a contradiction. Made by `make claims`.

"""


def run(lesson: Path, sets: int, env: dict | None = None, keep: Path | None = None) -> list[dict]:
    "The verdicts of a lesson's claims, over so many seed sets, from a run without its widgets, in this environment or in that of the caller. keep: a file for the notebook with its outputs."
    with tempfile.TemporaryDirectory() as tmp:
        out = Path(tmp)/'claims.jsonl'
        env = (os.environ if env is None else env) | dict(COURSEKIT_AUTO='1', COURSEKIT_STILL='1', COURSEKIT_CLAIMS=str(out), COURSEKIT_SEED_SETS=str(sets), COURSEKIT_PROGRESS='off')
        nb = nbformat.read(lesson, 4)
        NotebookClient(nb, timeout=None, resources=dict(metadata=dict(path=str(lesson.parent)))).execute(env=env)
        if keep: nbformat.write(nb, keep)
        return [json.loads(line) | dict(lesson=lesson.stem, date=str(date.today())) for line in out.read_text().splitlines()] if out.exists() else []


def contradictions(records: list[dict]) -> list[str]:
    "Claims that one seed set supports and another refutes."
    words = {}
    for r in records: words.setdefault(r['name'], set()).add(r['verdict'])
    return [name for name, w in words.items() if {'SUPPORTED', 'REFUTED'} <= w]


def moved(old: list[dict], new: list[dict], log: str) -> list[str]:
    "Claims whose delta is no longer what it was, without a line in the log that names the claim and the new delta."
    before, now = ({r['name']: r['delta'] for r in records} for records in (old, new))
    says = lambda line, word: re.search(rf'(?<![\w.-]){re.escape(word)}(?![\w-]|\.\d)', line)
    explained = lambda name: any(says(line, name) and says(line, f'{now[name]:g}') for line in log.splitlines())
    return [f'{n}: {before[n]:g} -> {now[n]:g}' for n in now if n in before and now[n] != before[n] and not explained(n)]


def row(records: list[dict]) -> str:
    "A line of the table: one claim, its verdicts over the seed sets, the lesson's own first."
    r = records[0]
    agree = '' if r['kind'] == 'exact' else f'{sum(v["verdict"] == r["verdict"] for v in records)} of {len(records)}'
    cells = [r['name'], r['statement'], r['article'], f'{r["verdict"]}: {r["why"]}', in_numbers(r), agree, r['scope'], r['date'], ', '.join(f'{k} {v}' for k, v in r['versions'].items())]
    return '| ' + ' | '.join(str(c).replace('|', '\\|').replace('\n', ' ') for c in cells) + ' |'


def table(records: list[dict]) -> str:
    "docs/claims.md."
    by_name = {}
    for r in sorted(records, key=lambda r: r['lesson']): by_name.setdefault(r['name'], []).append(r)
    titles = ['claim', 'statement', 'the article', 'verdict', 'measured', 'agree', 'scope', 'date', 'versions']
    return HEAD + '\n'.join(['| ' + ' | '.join(titles) + ' |', '| --- ' * len(titles) + '|', *map(row, by_name.values())]) + '\n'


def known() -> list[dict]: return json.loads(RECORDS.read_text()) if RECORDS.exists() else []


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('lessons', nargs='*', help='numbers of lessons; by default all')
    p.add_argument('--sets', type=int, default=5, help='sets of seeds; the first is the one that the lesson shows')
    args, old, new = p.parse_args(), known(), []
    for lesson in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')):
        if args.lessons and lesson.name[:2] not in args.lessons: continue
        start, got = time.time(), run(lesson, args.sets)
        print(f'{lesson.stem}: {len({r["name"] for r in got})} claims, {time.time() - start:.0f} s', flush=True)
        new += got
    if odd := moved(old, new, LOG.read_text()): sys.exit(f'a delta was changed: {"; ".join(odd)}. Say why in docs/log.md, in a line with the name of the claim and the new delta')
    ran = {r['lesson'] for r in new}
    records = [r for r in old if r['lesson'] not in ran and (ROOT/'lessons'/f'{r["lesson"]}.ipynb').exists()] + new
    RECORDS.write_text('[\n' + ',\n'.join(json.dumps(r, ensure_ascii=False) for r in records) + '\n]\n')
    TABLE.write_text(table(records))
    if bad := contradictions(records): sys.exit(f'supported by one seed set and refuted by another: {", ".join(bad)}')


if __name__ == '__main__': main()
