"Few things at once: how dense the library is, what its parameters say of themselves, lint and types."
import ast
import inspect
import io
import re
import subprocess
import tokenize
from pathlib import Path

import pytest
from density import CELL, WIDTH, Found, density, measure, modules, without_text

import coursekit as ck

ROOT = Path(__file__).parents[1]
LIBRARY = measure(ROOT/'coursekit')


def test_few_things_stand_on_a_line():
    assert len(LIBRARY.functions) > 500
    assert LIBRARY.at(.5) <= 14 and LIBRARY.at(.9) <= 22, f'{LIBRARY}\n' + '\n'.join(place for _, place in sorted(LIBRARY.functions)[-60:])


def test_nothing_shares_a_line():
    assert LIBRARY.semicolons == LIBRARY.targets == LIBRARY.wide == []


def test_no_line_is_wide():
    lines = [(path, line) for path in modules(ROOT/'coursekit') for line in path.read_text('utf-8').splitlines()]
    wide = [f'{path.name}: {line[:60]}' for path, line in lines if len(line) > WIDTH and not line.startswith('__all__')]
    assert wide == [] and len(lines) > 10_000


def test_no_cell_is_long():
    assert LIBRARY.cells == [], f'more than {CELL} code lines'


def test_the_measure():
    source = 'def f(x):\n    "Says; what it does."\n    a = x + 1\n    b = a\n    # and\n\n    c = b\n    return c\n'
    f = ast.parse(source).body[0]
    assert density(f, source.splitlines()) == (8 + 5 + 5 + 3) / 4
    assert density(ast.parse('def f(): return 1').body[0], ['def f(): return 1']) is None
    assert without_text('a = "x;y"; b = 1  # c;d\n') == ['a = ; b = 1  ']
    found = Found(functions=[(float(i), '') for i in range(10)])
    assert (found.at(.5), found.at(.9)) == (5, 9)


def parts_of(obj) -> list:
    "A public function; or a public class and what it is made of, as far as that is ours."
    if inspect.isfunction(obj): return [obj]
    if not inspect.isclass(obj): return []
    return [c for c in obj.__mro__ if c.__module__.startswith('coursekit.')]


def public() -> set[tuple[str, str]]:
    "(module, name) of every public function and class, and of the classes that these are made of."
    objects = [part for name in ck.__all__ for part in parts_of(getattr(ck, name))]
    return {(obj.__module__, obj.__name__) for obj in objects}


def functions(node: ast.stmt) -> list[ast.FunctionDef]:
    "A function; of a class its `__init__` and its public methods. Events of a callback have one parameter, the learner."
    if isinstance(node, ast.FunctionDef): return [node]
    found = [f for f in node.body if isinstance(f, ast.FunctionDef)]
    found = [f for f in found if not any(isinstance(d, ast.Attribute) and d.attr == 'setter' for d in f.decorator_list)]
    return [f for f in found if f.name == '__init__' or f.name[0] != '_' and f.name not in ck.EVENTS]


def parameters(module: str, names: set[str]) -> list[tuple[str, bool, bool]]:
    """(where, has an annotation, has a comment) for each parameter of what is public in a module.

    A comment stands in the line of a parameter or above it. What says that its arguments are 'as for' another
    function's need not repeat the comments."""
    source = (ROOT/module.replace('.', '/')).with_suffix('.py').read_text('utf-8')
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [t for t in tokens if t.type == tokenize.COMMENT]
    said = {t.start[0] for t in comments} | {t.start[0] + 1 for t in comments if t.line.strip().startswith('#')}
    rows = []
    for node in ast.parse(source).body:
        if getattr(node, 'name', None) not in names: continue
        for f in functions(node):
            head = [t.string for t in comments if f.lineno <= t.start[0] <= f.body[0].lineno]
            known = any('as for' in text for text in (ast.get_docstring(f) or '', *head))
            given = [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs]
            starred = [a for a in (f.args.vararg, f.args.kwarg) if a]
            for a in (*given, *starred):
                if a.arg in ('self', 'cls'): continue
                where = f'{module}.{node.name}.{f.name}({a.arg})'
                rows.append((where, a.annotation is not None or a in starred, a.lineno in said or known))
    return rows


def test_each_public_parameter_says_what_it_is():
    rows = []
    for module in {m for m, _ in public()}:
        rows += parameters(module, {name for m, name in public() if m == module})
    assert len(rows) > 700
    assert [where for where, annotated, _ in rows if not annotated] == [], 'parameters without an annotation'
    assert [where for where, _, said in rows if not said] == [], 'parameters without a comment: shape, unit, range'


@pytest.mark.parametrize('command', [['ruff', 'check', '--no-cache'], ['mypy', '--no-incremental']], ids=['lint', 'types'])
def test_is_clean(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, done.stdout[-6000:]
    assert re.search('^(All checks passed|Success: no issues found in)', done.stdout, re.M), done.stdout
