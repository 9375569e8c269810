"Everything that `make test` runs, in two processes: the notebooks as tests, then pytest. Arguments go to pytest."
import os
import signal
import subprocess
import sys
from pathlib import Path

root, bin = Path(__file__).parents[1], Path(sys.executable).parent
os.environ.setdefault('OMP_NUM_THREADS', '1')      # networks as small as ours are fastest with one thread
os.environ['PATH'] = f'{bin}{os.pathsep}{os.environ["PATH"]}'
signal.signal(signal.SIGINT, signal.default_int_handler)      # a shell has Ctrl-C ignored by what runs in its background, and by all that this starts

nbs = subprocess.call([bin/'nbdev_test', '--n_workers', '2', '--timing'], cwd=root)
if nbs: print('FAILED: nbdev_test, see above', flush=True)
tests = subprocess.call([sys.executable, '-m', 'pytest', '-n', '2', '--no-loadscope-reorder', *sys.argv[1:]], cwd=root)
sys.exit(nbs or tests)
