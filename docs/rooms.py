"""The rooms of the library, and the map of them in CONTRIBUTING.md: `python docs/rooms.py` writes it.

A room's sentence is the docstring of its `__init__.py`; a module's is the line below the title of its notebook."""
import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = 'core', 'datasets', 'parts', 'draw', 'train', 'study', 'live', 'teach', 'play', 'app'      # each imports from itself and those before it
GUIDE = ROOT/'CONTRIBUTING.md'
MAP = re.compile(r'(?<=<!-- the map -->\n).*?(?=<!-- end of the map -->)', re.S)


def notebooks(room: str) -> dict[str, Path]:
    "The modules of a room -> their notebooks, in the order in which they are read."
    found = sorted((ROOT/'nbs'/room).glob('[0-9]*_*.ipynb'))
    if not found: raise FileNotFoundError(f'nbs/{room} has no notebooks, such as 00_name.ipynb')
    return {p.stem.split('_', 1)[1]: p for p in found}


def of_room(room: str) -> str:
    "What a room is for."
    said = ast.get_docstring(ast.parse((ROOT/'coursekit'/room/'__init__.py').read_text('utf-8')))
    if not said: raise ValueError(f'coursekit/{room}/__init__.py has no docstring that says what the room is for')
    return said


def of_module(notebook: Path) -> str:
    "What a module is, in a line."
    first = json.loads(notebook.read_text('utf-8'))['cells'][0]
    said = re.match(r'# \w+\n\n> (.+)', ''.join(first['source']))
    if not said: raise ValueError(f'{notebook.relative_to(ROOT)}: the first cell is not a title, and below it a line such as `> What the module is.`')
    return said[1]


def the_map(link=lambda room, module, notebook: notebook.relative_to(ROOT)) -> str:
    "All rooms and their modules, as Markdown. `link(room, module, notebook)` says where a module's name leads."
    parts = []
    for room in ROOMS:
        rows = [f'- [{m}]({link(room, m, p)}): {of_module(p)}' for m, p in notebooks(room).items()]
        parts.append(f'**{room}**: {of_room(room)}\n\n' + '\n'.join(rows))
    return '\n\n'.join(parts) + '\n'


def guide() -> str:
    "CONTRIBUTING.md, with the map as it should be."
    text, n = MAP.subn(lambda _: the_map(), GUIDE.read_text('utf-8'))
    if n != 1: raise ValueError('CONTRIBUTING.md has no place for the map, between <!-- the map --> and <!-- end of the map -->')
    return text


def main():
    try: text = guide()
    except (ValueError, OSError) as e: sys.exit(str(e))
    if text == GUIDE.read_text('utf-8'): return
    GUIDE.write_text(text, 'utf-8')
    print('CONTRIBUTING.md written', file=sys.stderr)


if __name__ == '__main__': main()
