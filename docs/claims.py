"""Test every claim of every lesson on several seed sets and write docs/claims.md:
`python docs/claims.py [lesson ...] [--sets N]`.
Then write docs/article.md, what came of each statement of the article. `--page` runs nothing and writes only the two pages."""
import argparse
import ast
import csv
import json
import os
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
from coursekit.study.verdict import in_numbers
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
TABLE, RECORDS, LOG = ROOT/'docs'/'claims.md', ROOT/'docs'/'claims.json', ROOT/'docs'/'log.md'
STATEMENTS, ARTICLE = ROOT/'coursekit'/'article.csv', ROOT/'docs'/'article.md'
RECORDED = ROOT/'coursekit'/'recorded.json'
HEAD = """# Claims

Every claim of every lesson, tested on several sets of seeds: the lesson's own, and fresh ones. An effect counts as SUPPORTED if its whole 95 % interval lies above delta, the smallest effect that matters, which was stated beforehand; as REFUTED if it lies below; else as INCONCLUSIVE. All three are worth the same. *Agree* says in how many of the seed sets the verdict came out as in the lesson; only SUPPORTED against REFUTED would be a contradiction. [The article's statements](article.md), one by one, have a page of their own. Made by `make claims`.

"""
ABOUT = """# What the article states

The course follows *10 New Things I Learnt from fast.ai Course V3* (Raimi Bin Karim, 2019). These are its technical statements, in our words and by its own sections, each with the claims that test it. {done} of {all} have a claim so far.

Read a verdict with the sentence that it belongs to: some of these say the contrary of the article. It holds in the scope that follows in brackets, and nothing is known beyond that. Effects, intervals and other seeds are in [the table of all claims](claims.md).

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


def strange(now: dict, kept: dict) -> list[str]:
    "What of a recorded claim has just come out further than six standard deviations from the mean of the recorded ones."
    columns, found = kept['table']['columns'], []
    for at in range(len(columns) - 1 if now['kind'] == 'paired' else 0, len(columns)):      # of a pair only the effect
        live, old = (np.array([r[at] for r in rows['data']]) for rows in (now['live'], kept['table']))
        mean, sd = old.mean(), old.std(ddof=1)
        worst = live[np.abs(live - mean).argmax()]
        if abs(worst - mean) <= 6 * sd + 1e-9 * np.abs(old).max(): continue
        found.append(f'{now["name"]}: {columns[at]} is {worst:.4g} at seed {now["live"]["index"][0]}, '
                     f'and in the record {mean:.4g}, standard deviation {sd:.2g}. '
                     f'If that is right, run docs/claims.py {now["name"][:2]}')
    return found


def unlike(kept: list[dict], records: list[dict]) -> list[str]:
    "Recorded claims that docs/claims.json has otherwise, or not at all."
    words = 'statement', 'verdict', 'why', 'effect', 'delta', 'seeds', 'date'
    first = {r['name']: r for r, *_ in by_name(records)}
    return [r['name'] for r in kept if any(r[k] != first.get(r['name'], {}).get(k) for k in words)]


def written(lesson: Path) -> list[tuple]:
    "The claims in a lesson's code: a pattern of the name, and what is passed, keyword -> value; None where it is computed."
    found = []
    for cell in nbformat.read(lesson, 4).cells:
        python = [line for line in cell.source.splitlines() if not line.lstrip().startswith(('%', '!'))]
        for node in ast.walk(ast.parse('\n'.join(python) if cell.cell_type == 'code' else '')):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == 'ck.claim'): continue
            passed = {k.arg: k.value for k in node.keywords}
            called = node.args[0] if node.args else passed['name']
            parts = getattr(called, 'values', [called])      # of an f-string, or the string
            name = ''.join(re.escape(p.value) if isinstance(p, ast.Constant) else '.+' for p in parts)
            found.append((name, {k: v.value if isinstance(v, ast.Constant) else None for k, v in passed.items()}))
    return found


def named(records: list[dict]) -> list[dict]:
    "The records, with the statements of the article that the lessons' code names now."
    lessons = {p.stem: written(p) for p in sorted((ROOT/'lessons').glob('[0-9]*.ipynb'))}
    def says(r):
        claims = sorted(lessons.get(r['lesson'], []), key=lambda c: '.+' in c[0])      # a whole name goes before a pattern
        now = next((more.get('says', '') for pattern, more in claims if re.fullmatch(pattern, r['name'])), '')
        return r['says'] if now is None else now
    return [r | dict(says=says(r)) for r in records]


def by_name(records: list[dict]) -> list[list]:
    "The records of each claim, lesson by lesson."
    found = {}
    for r in sorted(records, key=lambda r: r['lesson']): found.setdefault(r['name'], []).append(r)
    return [*found.values()]


def row(records: list[dict]) -> str:
    "A line of the table: one claim, its verdicts over the seed sets, the lesson's own first."
    r = records[0]
    agree = '' if r['kind'] == 'exact' else f'{sum(v["verdict"] == r["verdict"] for v in records)} of {len(records)}'
    article = ': '.join([f'[{r["says"]}](article.md)'] * bool(r['says']) + [r['article']] * bool(r['article']))
    cells = [r['name'], r['statement'], article, f'{r["verdict"]}: {r["why"]}', in_numbers(r), agree, r['scope'], r['date'], ', '.join(f'{k} {v}' for k, v in r['versions'].items())]
    return line(cells)


def line(cells: list) -> str:
    "A line of a table."
    return '| ' + ' | '.join(str(c).replace('|', '\\|').replace('\n', ' ') for c in cells) + ' |'


def lines(titles: list, rows: list[str]) -> str: return '\n'.join([line(titles), '| --- ' * len(titles) + '|', *rows]) + '\n'


def table(records: list[dict]) -> str:
    "docs/claims.md."
    titles = ['claim', 'statement', 'the article', 'verdict', 'measured', 'agree', 'scope', 'date', 'versions']
    return HEAD + lines(titles, map(row, by_name(records)))


def article_page(records: list[dict]) -> str:
    "docs/article.md."
    lessons = {p.name[:2]: f'[{p.name[:2]}](../lessons/{p.name})' for p in (ROOT/'lessons').glob('[0-9]*.ipynb')}
    with STATEMENTS.open(encoding='utf-8', newline='') as f: stated = list(csv.DictReader(f))
    rows, done = [], 0
    for s in stated:
        tests = [r for r, *_ in by_name(records) if s['id'] in r['says'].split()]
        done += bool(tests)
        numbers = re.findall(r'\b\d\d\b', s['lesson'])
        why = 'no claim tests it' if lessons.keys() & {*numbers} else 'its lesson is to come'
        verdicts = [verdict_in_short(r) for r in tests] or [f'not yet: {why}']
        where = re.sub(r'\b\d\d\b', lambda m: lessons.get(m[0], m[0]), s['lesson'])
        rows.append(line([s['id'], s['statement'], where, '<br>'.join(verdicts)]))
    titles = ['id', 'the article states', 'lesson', 'claims and verdicts']
    return ABOUT.format(done=done, all=len(stated)) + lines(titles, rows)


def verdict_in_short(r: dict) -> str:
    "Sentence, verdict and scope of a claim; how many seeds would tell is left to the table."
    scope = f' ({r["scope"]})' if r['scope'] else ''
    return f'{r["name"]}: *{r["statement"]}*: **{r["verdict"]}**, {r["why"].split(": if ")[0]}{scope}'


def known(path: Path = RECORDS) -> list[dict]: return json.loads(path.read_text('utf-8')) if path.exists() else []


def keep(path: Path, records: list[dict]):
    "Write them, a line each."
    path.write_text('[\n' + ',\n'.join(json.dumps(r, ensure_ascii=False) for r in records) + '\n]\n', 'utf-8')


def pages(records: list[dict]):
    "Write docs/claims.json and the two pages that are made from it."
    records = named(records)
    keep(RECORDS, records)
    TABLE.write_text(table(records), 'utf-8')
    ARTICLE.write_text(article_page(records), 'utf-8')


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('lessons', nargs='*', help='numbers of lessons; by default all')
    p.add_argument('--sets', type=int, default=5, help='sets of seeds; the first is the one that the lesson shows')
    p.add_argument('--page', action='store_true', help='run nothing, write the two pages')
    args, old, new = p.parse_args(), known(), []
    if args.page: return pages(old)
    named([])      # code that cannot be read is found now, and not after an hour
    for lesson in sorted((ROOT/'lessons').glob('[0-9]*.ipynb')):
        if args.lessons and lesson.name[:2] not in args.lessons: continue
        start, got = time.time(), run(lesson, args.sets)
        print(f'{lesson.stem}: {len({r["name"] for r in got})} claims, {time.time() - start:.0f} s', flush=True)
        new += got
    if odd := moved(old, new, LOG.read_text()): sys.exit(f'a delta was changed: {"; ".join(odd)}. Say why in docs/log.md, in a line with the name of the claim and the new delta')
    ran = {r['lesson'] for r in new}
    def others(records):
        return [r for r in records if r['lesson'] not in ran and (ROOT/'lessons'/f'{r["lesson"]}.ipynb').exists()]
    keep(RECORDED, others(known(RECORDED)) + [r for r in new if 'table' in r])
    records = others(old) + [{k: v for k, v in r.items() if k not in ('table', 'lower')} for r in new]
    pages(records)
    if bad := contradictions(records): sys.exit(f'supported by one seed set and refuted by another: {", ".join(bad)}')


if __name__ == '__main__': main()
