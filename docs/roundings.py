"""Other processors on this one: settings under which torch rounds as it does elsewhere, and whether it does so here.

`python docs/roundings.py` says which operations differ, setting by setting.
A setting under which nothing differs tests nothing."""
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

# Name -> environment variables, which a process reads when it loads torch. ARM is none of them.
SETTINGS = {
    'SSE': dict(ATEN_CPU_CAPABILITY='default', MKL_ENABLE_INSTRUCTIONS='SSE4_2', ONEDNN_MAX_CPU_ISA='SSE41'),
    'compatible': dict(MKL_CBWR='COMPATIBLE'),
    'AVX2': dict(ATEN_CPU_CAPABILITY='avx2', ONEDNN_MAX_CPU_ISA='AVX2'),
}
OWN = 'own'      # the name of no setting: the machine as it is


def environment(setting: str = OWN) -> dict:
    "The variables of a process under this setting; under `OWN`, without what any setting sets."
    ours = {k for variables in SETTINGS.values() for k in variables}
    env = {k: v for k, v in os.environ.items() if k not in ours}
    return env | SETTINGS.get(setting, {})


def digest(*tensors) -> str:
    "The bits of these tensors, in short."
    joined = hashlib.sha256()
    for t in tensors: joined.update(t.detach().contiguous().numpy().tobytes())
    return joined.hexdigest()[:16]


def computed() -> dict:
    "Operation -> the bits of what it gives and of its gradients, from the same numbers each time, computed here."
    import torch
    from torch import nn
    torch.set_num_threads(1)
    draw = torch.Generator().manual_seed(0)
    def uniform(shape): return torch.rand(shape, generator=draw) - .5      # exact; normal ones are themselves rounded
    layers = {
        'linear layer': (nn.Linear(64, 32), (50, 64)),
        'convolution': (nn.Conv2d(3, 16, 3, padding=1), (8, 3, 28, 28)),
        'BatchNorm': (nn.BatchNorm1d(32), (50, 32)),
        'softmax': (nn.LogSoftmax(1), (50, 10)),
    }
    found = {}
    for name, (layer, shape) in layers.items():
        with torch.no_grad():
            for p in layer.parameters(): p.copy_(uniform(p.shape))
        x = uniform(shape).requires_grad_()
        y = layer(x)
        y.backward(uniform(y.shape))
        found[f'{name}, forward'] = digest(y)
        found[f'{name}, backward'] = digest(x.grad, *(p.grad for p in layer.parameters()))
    return found


def bits(setting: str = OWN) -> dict:
    "`computed` in a process of its own, under a setting."
    code = 'import json, roundings; print(json.dumps(roundings.computed()))'
    env = environment(setting)
    env['PYTHONPATH'] = os.pathsep.join([str(Path(__file__).parent), *filter(None, [env.get('PYTHONPATH')])])
    got = subprocess.run([sys.executable, '-c', code], env=env, capture_output=True, text=True)
    if got.returncode: raise RuntimeError(f'the probe failed under {setting}: {got.stderr[-600:]}')
    return json.loads(got.stdout.splitlines()[-1])


def differing(settings=SETTINGS) -> dict:
    "Setting -> the operations whose bits differ from the machine's own; none where the setting is no test here."
    own = bits()
    found = {}
    for name in settings:
        other = bits(name)
        found[name] = [k for k in own if other[k] != own[k]]
    return found


def said(found: dict) -> str:
    "What `differing` found, a line for each setting."
    lines = []
    for name, operations in found.items():
        variables = ' '.join(f'{k}={v}' for k, v in SETTINGS[name].items())
        what = f'differs in {"; ".join(operations)}' if operations else 'nothing differs: NOT A TEST on this machine'
        lines.append(f'{name} ({variables}): {what}')
    return '\n'.join(lines)


def processor() -> str:
    "The processor of this machine, and the instructions that torch takes on it when it is let."
    found = platform.processor() or platform.machine()
    about = Path('/proc/cpuinfo')
    if about.exists():
        lines = about.read_text().splitlines()
        names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
        found = (names or [found])[0]
    code = 'import torch; print(torch.backends.cpu.get_cpu_capability())'
    got = subprocess.run([sys.executable, '-c', code], env=environment(), capture_output=True, text=True, check=True)
    return f'{found}, {got.stdout.strip()}'


if __name__ == '__main__':
    print(f'own: {processor()}')
    print(said(differing()))
