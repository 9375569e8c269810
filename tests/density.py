"""How many things stand on a line: `python tests/density.py [folder] [--worst N]`.

The density of a function is the number of AST nodes (docstring aside) for each line of its body that holds code.
Functions of more than three such lines count. Beside it: code lines over 120 characters with strings and comments
taken out, semicolons, `for` targets that assign to an attribute or an item, and cells of more than 60 code lines."""
import argparse
import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, 'FSTRING_MIDDLE', -1)}
CELL = 60      # code lines at most
WIDTH = 120      # characters at most


@dataclass
class Found:
    "What was found in some files; a place is 'path:line'."
    functions: list[tuple[float, str]] = field(default_factory=list)      # (nodes a line, place and name)
    wide: list[str] = field(default_factory=list)
    semicolons: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    cells: list[tuple[int, str]] = field(default_factory=list)            # (code lines, place)

    def at(self, share: float) -> float:
        "The density below which this share of the functions lies."
        densities = sorted(d for d, _ in self.functions)
        return densities[min(len(densities) - 1, int(share * len(densities)))]

    def __str__(self) -> str:
        largest = max(self.cells, default=(0, ''))[0]
        return (f'{len(self.functions)} functions: median {self.at(.5):.1f}, p90 {self.at(.9):.1f} AST nodes a line; '
                f'{len(self.wide)} code lines over {WIDTH}; {len(self.semicolons)} semicolons; '
                f'{len(self.targets)} for-targets that assign; {len(self.cells)} cells over {CELL} code lines, the largest {largest}')


def holds_code(line: str) -> bool:
    "Neither empty nor a comment."
    return bool(line.strip()) and not line.strip().startswith('#')


def density(f: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> float | None:
    "AST nodes for a line of code; None for three lines and less."
    body = f.body[1:] if ast.get_docstring(f) is not None else f.body
    if not body: return None
    code = sum(map(holds_code, lines[body[0].lineno - 1:f.end_lineno]))
    nodes = sum(1 for statement in body for _ in ast.walk(statement))
    return nodes / code if code > 3 else None


def without_text(source: str) -> list[str]:
    "The lines with strings and comments taken out."
    lines = [list(line) for line in source.splitlines()]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in TEXT: continue
        (first, left), (last, right) = token.start, token.end
        for row in range(first, last + 1):
            line = lines[row - 1]
            begin = left if row == first else 0
            end = right if row == last else len(line)
            line[begin:end] = [''] * (min(end, len(line)) - begin)
    return [''.join(line) for line in lines]


def assigns(node: ast.AST) -> bool:
    "Whether it is a loop whose head sets an attribute or an item."
    if not isinstance(node, (ast.For, ast.comprehension)): return False
    places = [t for t in ast.walk(node.target) if isinstance(t, (ast.Attribute, ast.Subscript))]
    return any(isinstance(t.ctx, ast.Store) for t in places)


def cells(lines: list[str]) -> Iterator[tuple[int, int]]:
    "(first line, code lines) of each cell between nbdev's marks."
    marks = [i for i, line in enumerate(lines) if line.startswith('# %%')]
    for begin, end in zip(marks, [*marks[1:], len(lines)]):
        yield begin + 1, sum(map(holds_code, lines[begin:end]))


def modules(folder: Path) -> list[Path]:
    "The generated files of the library, without the exercises."
    found = sorted(folder.rglob('*.py'))
    return [p for p in found if p.name not in ('_modidx.py', '__init__.py') and 'exercises' not in p.parts]


def measure(folder: Path) -> Found:
    "Everything above, of all modules in a folder."
    found = Found()
    for path in modules(folder):
        source = path.read_text('utf-8')
        lines = source.splitlines()
        name = path.relative_to(ROOT)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (d := density(node, lines)):
                found.functions.append((d, f'{name}:{node.lineno} {node.name}'))
            if assigns(node): found.targets.append(f'{name}:{node.target.lineno}')
        for n, line in enumerate(without_text(source), 1):
            if len(line) > WIDTH: found.wide.append(f'{name}:{n}')
            if re.search(r';\s*\S', line): found.semicolons.append(f'{name}:{n}')
        found.cells += [(size, f'{name}:{n}') for n, size in cells(lines) if size > CELL]
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('folder', nargs='?', type=Path, default=ROOT/'coursekit')
    p.add_argument('--worst', type=int, default=10, help='so many of the densest functions')
    args = p.parse_args()
    found = measure(args.folder.resolve())
    print(found)
    for d, place in sorted(found.functions)[::-1][:args.worst]: print(f'{d:6.1f}  {place}')


if __name__ == '__main__': main()
