"Build the site in build/site/html: the lessons, run here, with widgets that need no kernel; the library; claims, benchmarks, log. `python docs/pages.py [lesson ...]` runs these lessons only and takes the others as they were."
import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from rooms import ROOMS, notebooks, the_map

ROOT = Path(__file__).parents[1]
BUILD = ROOT/'build'/'site'
SRC, OUT, RUN, CACHE = (BUILD/n for n in ('src', 'html', 'run', 'cache'))
# what the pages load, from the npm registry: package -> (file in it, name on the site)
PACKAGES = {'requirejs@2.3.8': [('require.js', 'widgets/require.js')], '@jupyter-widgets/html-manager@1.0.15': [('dist/embed-amd.js', 'widgets/embed-amd.js')],
            'mathjax@3.2.2': [('es5/tex-svg.js', 'mathjax/tex-svg.js')]}      # version 4 wants fonts and a worker beside it
PAGES = dict(claims='docs/claims.md', article='docs/article.md', benchmarks='benchmarks/README.md', changelog='CHANGELOG.md', contributing='CONTRIBUTING.md', log='docs/log.md', beside='docs/playground.md')
RECORDED = 'Sliders for learning rate and weight decay show recorded runs'
NOTE = f'''```{{note}}
This page was run when the site was built. {RECORDED}; buttons, predictions and exercises need a kernel: [take the course](../index.md#take-the-course).
```'''
HOUSE = 'Each page is a notebook in `nbs/`, from which the module of the same name is made. They stand in ten rooms, and each room uses itself and those above it.'
END = "from coursekit.live.worker import RUNNING\nfor worker in list(RUNNING.values()): worker.wait(60)"      # what still draws when the last cell has run


def vendor() -> Path:
    "The JavaScript of other projects, fetched once; a folder as the site has it."
    done = CACHE/'_static'
    for package, files in PACKAGES.items():
        if all((done/name).exists() for _, name in files): continue
        if not shutil.which('npm'): sys.exit('npm could not fetch anything, because there is none; the first build fetches some JavaScript with it: install Node.js (on Debian: apt-get install npm)')
        CACHE.mkdir(parents=True, exist_ok=True)
        print(f'fetching {package}', flush=True)
        got = subprocess.run(['npm', 'pack', '--silent', package], cwd=CACHE, capture_output=True, text=True)
        if got.returncode: sys.exit(f'npm could not fetch {package}; the first build needs the network. {got.stderr[-300:]}')
        packed = got.stdout.split()[-1]
        with tarfile.open(CACHE/packed) as tar: tar.extractall(CACHE/package.replace('/', '+'), filter='data')
        for inside, name in files:
            source, to = CACHE/package.replace('/', '+')/'package'/inside, done/name
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, to) if source.is_dir() else shutil.copy(source, to)
    import anywidget
    shutil.copy(Path(anywidget.__file__).parent/'nbextension/index.js', done/'widgets/anywidget.js')
    return done


def execute(path: Path, again: bool):
    "Run a lesson, and keep it in build/site/run until the lesson or the library changes."
    kept, newest = RUN/path.name, max(p.stat().st_mtime for p in [path, *(p for p in (ROOT/'coursekit').rglob('*.*') if p.suffix != '.pyc')])
    if kept.exists() and (kept.stat().st_mtime > newest or not again): return
    nb, begin = nbformat.read(path, 4), time.time()
    nb.cells.append(nbformat.v4.new_code_cell(END))
    env = os.environ | dict(COURSEKIT_AUTO='1', COURSEKIT_PROGRESS='off', OMP_NUM_THREADS='1')
    NotebookClient(nb, timeout=None, store_widget_state=True, resources=dict(metadata=dict(path=str(path.parent)))).execute(env=env)
    del nb.cells[-1]
    keep(nb, path.name)
    print(f'{path.stem}: {time.time() - begin:.0f} s', flush=True)


def keep(nb, name: str):
    "A lesson that has been run, without its progress bars, in build/site/run."
    for c in nb.cells:
        if c.cell_type == 'code': c.outputs = [o for o in c.outputs if o.get('name') not in ('stdout', 'stderr') or without_bars(o)]
    RUN.mkdir(parents=True, exist_ok=True)
    part = RUN/f'.{name}'
    nbformat.write(nb, part)
    part.replace(RUN/name)      # whoever builds the site meanwhile finds a whole file, or none


def without_bars(output) -> bool:
    "Leave progress bars out of what was printed; whether anything is left."
    output.text = '\n'.join(line for line in re.split(r'[\r\n]+', output.text) if '%|' not in line and line.strip())
    return bool(output.text)


def linked(text: str, depth: int) -> str:
    "Links of a page of the repository, as links of the site; `depth` says how many folders deep the page lies."
    up = '../' * depth
    for name, path in PAGES.items(): text = re.sub(rf'\]\((?:\.\./)*{re.escape(path)}(#[^)]*)?\)', rf']({up}{name}.md\1)', text)
    text = re.sub(r'\]\((?:\.\./)*docs/img/', f']({up}img/', text)
    text = re.sub(r'\]\((?:\.\./)*lessons/', f']({up}lessons/', text)
    text = re.sub(r'\]\((?:\.\./)*nbs/([a-z]+)/\d+_(\w+)\.ipynb', rf']({up}api/\1-\2.ipynb', text)
    text = text.replace('](lessons)', f']({up}lessons/index.md)')
    return text


def api():
    "The notebooks of the library, as pages: nbdev runs their `show_doc`, and each name links to its line in the source."
    from nbdev.config import get_config
    from nbdev.serve import proc_nbs
    config, pages = get_config(), {}
    for p in sorted(proc_nbs(force=True).rglob('*.ipynb')):
        if p.stem == 'index': continue
        nb = nbformat.read(p, 4)
        nb.cells = [made for c in nb.cells if (made := shown(c, config))]
        nb.metadata = {k: v for k, v in nb.metadata.items() if k != 'widgets'}
        pages[f'{p.parent.name}-{re.sub(r"^[0-9]+_", "", p.stem)}'] = nb
    heads = {name: {h.lower() for c in nb.cells if c.cell_type == 'markdown' for h in re.findall(r'^#+ (\w+)$', c.source, re.M)} for name, nb in pages.items()}
    def link(m):
        name, at = m[2].replace('/', '-'), m[3].lower()
        if name not in pages or m[1].startswith('`_'): return m[1]
        return f'[{m[1]}]({name}.ipynb' + (f'#{at})' if at in heads[name] else ')')
    for name, nb in pages.items():
        for c in nb.cells:
            if c.cell_type == 'markdown': c.source = re.sub(r'\[(`[^`]+`)\]\(([\w/]+)\.html#([\w.]+)\)', link, c.source)
        nbformat.write(nb, SRC/'api'/f'{name}.ipynb')
    order = [f'{room}-{module}' for room in ROOMS for module in notebooks(room)]
    return order + sorted(set(pages) - set(order))


def shown(cell, config):
    "A cell of a notebook that nbdev has processed for Quarto, for any renderer; None if nothing of it is to be seen."
    if cell.cell_type == 'raw':
        import yaml
        head = next(iter(yaml.safe_load_all(cell.source)), {}) or {}
        return nbformat.v4.new_markdown_cell(f'# {head.get("title", "")}\n\n{head.get("description", "")}')
    if 'AUTOGENERATED' in cell.source: return None
    here = lambda text: text.replace(f'({config.doc_host}{config.doc_baseurl}'.rstrip('/') + '/', '(')
    if cell.cell_type == 'code':
        for o in cell.outputs:
            if 'asis' in cell.source and (text := o.get('data', {}).get('text/markdown')):
                text = re.sub(r'^---\n+', '', text)
                text = re.sub(rf'\[source\]\([^)]*/coursekit/([\w/]+)\.py#L(\d+)\)(\{{[^}}]*\}})?', lambda m: f'<a class="ck-source" href="source/{m[1].replace("/", "-")}.html#L-{m[2]}">source</a>', text)
                text = re.sub(r'\{target[^}]*\}', '', re.sub(r'^#(#+) ', r'\1 ', text, flags=re.M))
                text = re.sub(r'```.*?```', lambda m: re.sub(r'\[`([^`]+)`\]\([^)]*\)', r'\1', m[0]), text, flags=re.S)
                return nbformat.v4.new_markdown_cell(here(text))
        cell.source = re.sub(r'^#\|.*\n?', '', cell.source, flags=re.M)
        return cell if cell.source.strip() else None
    cell.source = linked(here(cell.source), 1)
    return cell


def sources(names: list):
    "A page for each module, with a mark at each line, and a way back to its prose."
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer
    (SRC/'api/source').mkdir(parents=True)
    pages = []
    for p in sorted((ROOT/'coursekit').rglob('*.py')):
        if p.name.startswith('_'): continue
        name = '-'.join(p.relative_to(ROOT/'coursekit').with_suffix('').parts)
        code = highlight(p.read_text('utf-8'), PythonLexer(), HtmlFormatter(lineanchors='L', linenos='inline', cssclass='highlight', wrapcode=True)).replace('name="L-', 'id="L-')
        back = re.sub(r'exercises-l(\d\d)', r'exercises-\1', name)
        (SRC/f'api/source/{name}.md').write_text(f'# coursekit/{name.replace("-", "/")}.py\n\nMade from the notebook: [prose, tests and examples](../{back}.ipynb).\n\n```{{raw}} html\n{code}\n```\n')
        pages.append(name)
    return pages


def toc(title, entries, caption='', hidden=True) -> str:
    inside = '\n'.join(entries)
    return f'```{{toctree}}\n:maxdepth: 1\n{":hidden:" if hidden else ""}\n{f":caption: {caption}" if caption else ""}\n\n{inside}\n```\n'


def prepare(lessons: list):
    "Everything that Sphinx reads."
    shutil.rmtree(SRC, ignore_errors=True)
    for folder in ('lessons', 'api', '_static'): (SRC/folder).mkdir(parents=True)
    shutil.copytree(vendor(), SRC/'_static', dirs_exist_ok=True)
    shutil.copy(ROOT/'docs/sphinx/paths.js', SRC/'_static/widgets/paths.js')
    shutil.copy(ROOT/'docs/sphinx/site.css', SRC/'_static/site.css')
    shutil.copytree(ROOT/'docs/img', SRC/'img')
    shutil.copytree(ROOT/'lessons/img', SRC/'lessons/img')
    found = sorted((ROOT/'lessons').glob('*.ipynb'))
    with ProcessPoolExecutor(2, mp_context=get_context('spawn')) as pool: list(pool.map(execute, found, [not lessons or p.name[:2] in lessons for p in found]))
    for p in found:
        nb = nbformat.read(RUN/p.name, 4)
        if p.stem not in ('index', 'glossary'): nb.cells.insert(1, nbformat.v4.new_markdown_cell(NOTE if p.name[0].isdigit() else NOTE.replace(RECORDED, 'Its pictures are stills')))
        nbformat.write(nb, SRC/'lessons'/p.name)
    titles = [p.stem for p in found if p.stem != 'index']
    names = api()
    pages = sources(names)
    for name, path in PAGES.items(): (SRC/f'{name}.md').write_text(linked((ROOT/path).read_text('utf-8'), 0))
    home = '\n\n'.join(c.source for c in nbformat.read(ROOT/'nbs/index.ipynb', 4).cells if c.cell_type == 'markdown')
    (SRC/'index.md').write_text(linked(home, 0) + '\n\n' + toc('', ['lessons/index', 'api/index', *PAGES]))
    (SRC/'lessons/index.md').write_text(nb_text(SRC/'lessons/index.ipynb') + toc('', titles)); (SRC/'lessons/index.ipynb').unlink()
    (SRC/'api/index.md').write_text(f'# The library\n\n{HOUSE}\n\n{the_map(lambda room, module, _: f"{room}-{module}.ipynb")}\n'
                                    + toc('', names) + toc('', [f'source/{n}' for n in pages]))


def nb_text(path) -> str:
    "The prose of the lessons' index, without what only a working copy can do."
    keep = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == 'markdown' and '**How far you are.**' not in c.source]
    return '\n\n'.join(keep).replace('# coursekit', '# The lessons', 1) + '\n\n'


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('lessons', nargs='*', help='numbers of lessons to run; by default all that have changed')
    args = p.parse_args()
    prepare(args.lessons)
    shutil.rmtree(OUT, ignore_errors=True)
    rc = subprocess.call([sys.executable, '-m', 'sphinx', '-W', '--keep-going', '-q', '-j', 'auto', '-c', ROOT/'docs/sphinx', '-D', f'html_static_path={SRC/"_static"}', SRC, OUT])
    if not rc: print(OUT/'index.html')
    sys.exit(rc)


if __name__ == '__main__': main()
