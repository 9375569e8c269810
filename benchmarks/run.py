"Makes the peers' environment, runs the loop benchmarks by turns, the slice benchmark and the comparison of lr_find, and writes the tables into README.md."
import argparse, datetime, hashlib, json, os, pty, statistics, subprocess, sys, termios
from pathlib import Path

from readme import put_table
from task import ratio

HERE = Path(__file__).parent
BUILD = HERE.parent / 'build'
ENV = BUILD / 'bench-env'

def peer_python() -> str:
    "The Python of the peers' environment, made or renewed when the requirements have changed."
    needs, stamp = HERE / 'requirements-peers.txt', ENV / 'installed'
    python, wanted = str(ENV / 'bin' / 'python'), hashlib.sha256(needs.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted: return python
    print("installing the peers' environment (about 5 GB) ...", flush=True)
    subprocess.run([sys.executable, '-m', 'venv', ENV], check=True)
    pip = subprocess.Popen([python, '-m', 'pip', 'install', '-q', '-r', needs], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in pip.stdout:
        if 'is ignored' not in line: print(line, end='')     # a warning about find-links, one per requirement
    if pip.wait(): raise SystemExit('pip could not install benchmarks/requirements-peers.txt')
    stamp.write_text(wanted)
    return python

def on_a_terminal(command: list) -> None:
    "Run with a terminal of 100 columns as output, so that progress bars draw as they do for a user."
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 100))
    path = os.pathsep.join(filter(None, [str(HERE.parent), os.environ.get('PYTHONPATH')]))
    child = subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=os.environ | dict(PYTHONPATH=path))
    os.close(theirs)
    said = b''
    while chunk := _read(ours): said = (said + chunk)[-4000:]
    os.close(ours)
    if child.wait(): raise SystemExit(said.decode(errors='replace'))

def _read(fd) -> bytes:
    "What the terminal shows next; nothing once the program has ended."
    try: return os.read(fd, 1 << 16)
    except OSError: return b''      # Linux says EIO when the other end is closed

def measure(python: str, script: str, turns: list) -> None:
    "One run of one benchmark, added to its turns."
    out = BUILD / f'{script}.json'
    print(f'{script}.py, turn {len(turns) + 1}', flush=True)
    on_a_terminal([python, str(HERE / f'{script}.py'), '--json', str(out)])
    turns.append(json.loads(out.read_text()))

def pooled(turns, name) -> list:
    "The times of one loop, over all turns."
    return [t for turn in turns for t in turn['times'][name]]

def row(what, turns, a, b):
    "One line of the table."
    ms = statistics.median(pooled(turns, a)) * 1e3
    mid, low, high = ratio(pooled(turns, a), pooled(turns, b))
    return f'| {what} | {ms:.1f} | {mid:.2f} | {low:.2f} to {high:.2f} |'

def table(ours, peer) -> str:
    "The tables and what they were measured with."
    at = lambda turns: ', '.join(f'{k} {v}' for k, v in turns[0]['environment'].items())
    fits = lambda turns: len(pooled(turns, 'plain'))
    head = '| | ms per epoch | ratio | quartiles |\n| --- | --- | --- | --- |'
    middle = lambda turns, name: ratio(pooled(turns, name), pooled(turns, 'plain'))[0]
    own, other = middle(ours, 'coursekit'), middle(peer, 'fastai_best')
    return '\n'.join([
        f'Measured {datetime.date.today()}. Development environment: {at(ours)}; {fits(ours)} fits of each loop.', '', head,
        row('coursekit / hand-written, both with their bars', ours, 'coursekit', 'plain'),
        row('coursekit / hand-written with a bar that shows just what coursekit shows', ours, 'coursekit', 'plain_bar'),
        row('coursekit / hand-written, no progress', ours, 'coursekit_quiet', 'plain_quiet'), '',
        f"fastai's environment: {at(peer)}; {fits(peer)} fits of each loop.", '', head,
        row('coursekit / hand-written', peer, 'coursekit', 'plain'),
        row('fastai, its own loader and Adam / hand-written', peer, 'fastai', 'plain'),
        row('fastai, its own loader, fused AdamW / hand-written', peer, 'fastai_fused', 'plain'),
        row('fastai, batches by index, fused AdamW / hand-written', peer, 'fastai_best', 'plain'),
        row('the same, no progress / hand-written', peer, 'fastai_quiet', 'plain'),
        row('fastai, its own loader, fused AdamW / coursekit', peer, 'fastai_fused', 'coursekit'),
        row('fastai, batches by index, fused AdamW / coursekit', peer, 'fastai_best', 'coursekit'), '',
        f'Across the two environments, fastai at its best / hand-written over coursekit / hand-written: {other:.2f} / {own:.2f} = {other / own:.2f}.'])

def slice_table(result) -> str:
    "The table of the slice benchmark."
    at, head = ', '.join(f'{k} {v}' for k, v in result['environment'].items()), '| network | coursekit, s | plain loop / coursekit | loss-landscapes / coursekit |\n| --- | --- | --- | --- |'
    show = lambda times, k: '{:.2f} ({:.2f} to {:.2f})'.format(*ratio(times[k], times['coursekit']))
    rows = [f'| 64-{w}-10 | {statistics.median(t["coursekit"]):.2f} | {show(t, "loop")} | {show(t, "package")} |' for w, t in result['widths'].items()]
    return '\n'.join([f'Measured {datetime.date.today()}: {at}.', '', head, *rows])

def finder_table(result) -> str:
    "The table of the rules of lr_find."
    at, head = ', '.join(f'{k} {v}' for k, v in result['environment'].items()), '| rule | drawn curves: equal, no suggestion of ours | curves of real searches | whole searches |\n| --- | --- | --- | --- |'
    show = lambda c: f'{c["equal"]} of {c["curves"]}' + f', {c["none"]}' * (c['none'] > 0)
    rows = [f'| {rule} | {show(c)} | {show(result["real"][rule])} | {show(result["count"][rule])} |' for rule, c in result['drawn'].items()]
    return '\n'.join([f'Compared {datetime.date.today()}: {at}.', '', head, *rows, '', f'Largest relative difference of a smoothed loss in the whole searches: {result["gap"]:.0e}.'])

def main(turns: int):
    python, ours, peer = peer_python(), [], []
    for _ in range(turns):
        measure(sys.executable, 'loop', ours)
        measure(python, 'fastai_loop', peer)
    text = table(ours, peer)
    put_table('loop', text)
    measure(python, 'landscape', slices := [])
    put_table('slice', slice_table(slices[0]))
    measure(python, 'finder', finds := [])
    put_table('finder', finder_table(finds[0]))
    print(text, slice_table(slices[0]), finder_table(finds[0]), sep='\n\n')

if __name__ == '__main__':
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--turns', type=int, default=3, help='runs of each benchmark, by turns')
    main(p.parse_args().turns)
