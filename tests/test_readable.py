"Few things at once: how dense the library is, what its parameters say of themselves, lint and types."
import ast
import inspect
import io
import subprocess
import tokenize
from pathlib import Path

import pytest
from density import CELL, Found, density, measure, without_text

import coursekit as ck

ROOT = Path(__file__).parents[1]
LIBRARY = measure(ROOT/'coursekit')


def test_few_things_stand_on_a_line():
    assert len(LIBRARY.functions) > 500
    assert LIBRARY.at(.5) <= 14 and LIBRARY.at(.9) <= 22, f'{LIBRARY}\n' + '\n'.join(place for _, place in sorted(LIBRARY.functions)[-60:])


def test_nothing_shares_a_line():
    assert LIBRARY.semicolons == LIBRARY.targets == LIBRARY.wide == []


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


def classes(obj: type) -> list[type]:
    "A public class and what it is made of, as far as that is ours."
    return [c for c in obj.__mro__ if c.__module__.startswith('coursekit.')]


def public() -> dict[str, tuple[type | object, ast.AST]]:
    "Every public function, class and method -> where it is defined: (module, name of the class or '', definition)."
    found = {}
    for name in ck.__all__:
        obj = getattr(ck, name)
        for owner in classes(obj) if inspect.isclass(obj) else [obj] if inspect.isfunction(obj) else []:
            found[f'{owner.__module__}.{owner.__qualname__}'] = owner
    return found


def definitions(module: str) -> dict[str, ast.AST]:
    "The functions and classes of a module by their name."
    tree = ast.parse((ROOT/module.replace('.', '/')).with_suffix('.py').read_text('utf-8'))
    return {n.name: n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}


def functions(node: ast.AST) -> list[ast.FunctionDef]:
    "A function; of a class its `__init__` and its public methods."
    if isinstance(node, ast.FunctionDef): return [node]
    return [f for f in node.body if isinstance(f, ast.FunctionDef) and (f.name == '__init__' or not f.name.startswith('_'))]


def comments(module: str) -> set[int]:
    "The lines of a module that have a comment."
    source = (ROOT/module.replace('.', '/')).with_suffix('.py').read_text('utf-8')
    return {t.start[0] for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.COMMENT}


def parameters() -> list[tuple[str, bool, bool]]:
    "(where, has an annotation, has a comment) for each parameter of what is public."
    rows = []
    for full in public():
        module, name = full.rsplit('.', 1)
        said, node = comments(module), definitions(module).get(name)
        for f in functions(node) if node else []:
            a = f.args
            plain = [p for p in (*a.posonlyargs, *a.args, *a.kwonlyargs) if p.arg not in ('self', 'cls')]
            rows += [(f'{full}.{f.name}({p.arg})', p.annotation is not None, p.lineno in said) for p in plain]
            rows += [(f'{full}.{f.name}(*{p.arg})', True, p.lineno in said) for p in (a.vararg, a.kwarg) if p]
    return rows


def test_each_public_parameter_says_what_it_is():
    rows = parameters()
    assert len(rows) > 500
    assert [where for where, annotated, _ in rows if not annotated] == [], 'parameters without an annotation'
    assert [where for where, _, said in rows if not said] == [], 'parameters without a comment: shape, unit, range'


@pytest.mark.parametrize('command', [['ruff', 'check', '--no-cache'], ['mypy', '--no-incremental']], ids=['lint', 'types'])
def test_is_clean(command):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert not done.returncode, done.stdout[-6000:]
    assert done.stdout.startswith(('All checks passed', 'Success: no issues found in')), done.stdout
