"Write README.md from nbs/index.ipynb: the markdown cells, with links made relative to the root."
import sys
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

root = Path(__file__).parents[1]

def readme() -> str:
    "The README's text, as the notebook has it now."
    text, _ = MarkdownExporter().from_notebook_node(nbformat.read(root/'nbs/index.ipynb', 4))
    return text.replace('](../', '](').strip() + '\n'

if __name__ == '__main__':
    (root/'README.md').write_text(readme())
    print('README.md written', file=sys.stderr)
