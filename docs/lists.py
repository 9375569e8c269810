"""Write what is told of the lessons elsewhere, from their first cells and docs/claims.json: `python docs/lists.py`.

That is the table of lessons/index.ipynb, and in nbs/index.ipynb the README's table and its number of claims."""
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
INDEX, README, CLAIMS = ROOT/'lessons/index.ipynb', ROOT/'nbs/index.ipynb', ROOT/'docs/claims.json'
NO_LESSONS = ('index', 'glossary')
ABOUT = re.compile(r'\*\*(.*\w.*)\*\*')
TIME = re.compile(r'\*[^*]*?(About \d+ minutes(, and \d+ for each \w+)?|As you like)')
TABLE = re.compile(r'^(\|.*\n)+', re.M)
CLAIMED = re.compile(r'(?<=\(docs/claims\.md\), )\d+(?= of them)')


class Lesson(NamedTuple):
    "What a lesson's first cell says of it."
    path: Path
    title: str      # without its number
    about: str      # in a sentence or two
    time: str       # the minutes, or how long it may take

    @property
    def short(self) -> str:
        "Its number; of one that has none, its name."
        return re.match(r'\d\d|\w+', self.path.stem)[0]

    @property
    def number(self) -> str:
        "Its number, or nothing."
        return self.short if self.short.isdigit() else ''


def read(path: Path) -> Lesson:
    "What is told of a lesson; a first cell that lacks something is refused."
    cell = next(iter(json.loads(path.read_text('utf-8'))['cells']), dict(source=[], cell_type=''))
    head, bold, italic = (''.join(cell['source']).split('\n\n') + ['', ''])[:3]
    number = path.stem[:2] + ' · ' if path.stem[0].isdigit() else ''
    title = re.fullmatch(f'# {number}(.+)', head)
    about, time = ABOUT.fullmatch(bold), TIME.match(italic)
    wanted = [
        (cell.get('id') == 'title' and cell['cell_type'] == 'markdown', 'the id `title`, in Markdown'),
        (title, f'a title in its first line, such as `# {number}One cycle`'),
        (about, 'a line in bold below its title, with what it is about, such as `**Can one layer do it?**`'),
        (time, 'a line in italics below that, with how long it takes, such as `*About 45 minutes. ...*`'),
    ]
    missing = [what for there, what in wanted if not there]
    if missing: raise ValueError(f'lessons/{path.name}: the first cell lacks {"; and ".join(missing)}')
    return Lesson(path, title[1], about[1], time[1].removeprefix('About ').replace(' minutes', '').lower())


def lessons() -> list[Lesson]:
    "All lessons, those with a number first."
    paths = [p for p in (ROOT/'lessons').glob('*.ipynb') if p.stem not in NO_LESSONS]
    return [read(p) for p in sorted(paths)]


def row(*cells: str) -> str:
    "A line of a table."
    inside = [c.replace('|', '\\|') for c in cells]
    return '|' + ''.join(f' {c} |' if c else ' |' for c in inside) + '\n'


def index_table(found: list[Lesson]) -> str:
    "The lessons with their pictures, links and minutes."
    rows = []
    for x in found:
        title = f'{x.number} · {x.title}' if x.number else x.title
        rows.append(row(f'![](img/{x.short}.png)', f'[**{title}**]({x.path.name})<br>{x.about}', x.time))
    return row('', 'Lesson', 'Minutes') + '| --- | --- | ---: |\n' + ''.join(rows)


def readme_table(found: list[Lesson]) -> str:
    "The lessons, a line each."
    rows = [row(x.number, f'[{x.title}](../lessons/{x.path.name})', x.about) for x in found]
    return '| | | |\n| --- | --- | --- |\n' + ''.join(rows)


def put(notebook: dict, cell: str, pattern: re.Pattern, text: str):
    "Put a text in the place of what the pattern finds in a cell."
    found = next(c for c in notebook['cells'] if c['id'] == cell)
    source, n = pattern.subn(lambda _: text, ''.join(found['source']) + '\n', count=1)
    if not n: raise ValueError(f'the cell `{cell}` has nothing like {pattern.pattern}, to be replaced by {text[:60]!r}')
    found['source'] = source.removesuffix('\n').splitlines(keepends=True)


def derived() -> dict[Path, str]:
    "Each notebook that tells of the lessons -> its text, as it should be."
    found, claims = lessons(), json.loads(CLAIMS.read_text('utf-8'))
    index, readme = (json.loads(p.read_text('utf-8')) for p in (INDEX, README))
    put(index, 'lessons', TABLE, index_table(found))
    put(readme, 'lessons', TABLE, readme_table(found))
    put(readme, 'title', CLAIMED, str(len({r['name'] for r in claims})))
    return {p: json.dumps(nb, indent=1, ensure_ascii=False) + '\n' for p, nb in ((INDEX, index), (README, readme))}


def main():
    try: made = derived()
    except ValueError as e: sys.exit(str(e))
    for path, text in made.items():
        if path.read_text('utf-8') == text: continue
        path.write_text(text, 'utf-8')
        print(f'{path.relative_to(ROOT)} written', file=sys.stderr)


if __name__ == '__main__': main()
