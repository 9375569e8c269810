"Puts measured tables into README.md, between `<!-- name:start -->` and `<!-- name:end -->`."
from pathlib import Path

README = Path(__file__).with_name('README.md')

def put_table(
    name: str,      # of the place: 'loop', 'latency'
    text: str,      # markdown
    path: Path = README,
):
    "Replace what stands between the two markers of `name`."
    start, end = f'<!-- {name}:start -->', f'<!-- {name}:end -->'
    old = path.read_text(encoding='utf-8')
    if old.count(start) != 1 or old.count(end) != 1: raise ValueError(f'{path.name} must hold {start} and {end} once each')
    head, rest = old.split(start)
    path.write_text(f'{head}{start}\n{text.strip()}\n{end}{rest.split(end)[1]}', encoding='utf-8')
