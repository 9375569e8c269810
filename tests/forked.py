"""Kernels for tests, forked from a process that has imported torch and what else takes seconds: of a kernel's eight seconds of work seven are imports, and a full run starts a hundred kernels.

The server starts `python forked.py SOCKET ARGUMENTS ...` instead of `python ARGUMENTS ...`. That process asks the one behind the
socket for a fork, passes on the signals it gets, and ends when the fork has ended. coursekit itself is imported by each kernel.
Linux only; elsewhere, and in `make lab`, kernels are started as ever."""
import json
import os
import signal
import socket
import sys

HEAVY = 'torch', 'torch.func', 'torch._dynamo', 'pandas', 'scipy.stats', 'sklearn.datasets', 'matplotlib.pyplot', 'matplotlib.backends.backend_agg'
SIGNALS = signal.SIGINT, signal.SIGTERM


def main(name: str):
    "The process that imports it all, once. It ends when its standard input is closed."
    import importlib
    import select
    os.environ['MPLBACKEND'] = 'module://matplotlib_inline.backend_inline'      # as a kernel has it before it imports matplotlib
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)      # nobody asks how a nurse ended
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f'\0{name}')      # of Linux's own kind: no file, whose path could be too long
        door.listen()
        print('listening', flush=True)      # who comes now waits until all is imported
        for module in HEAVY: importlib.import_module(module)
        while True:
            if sys.stdin in select.select([door, sys.stdin], [], [])[0]: return
            guest, _ = door.accept()
            if not os.fork():
                door.close()
                nurse(guest)
            guest.close()


def nurse(guest: socket.socket):
    "Fork a kernel, pass on the signals that the guest gets, tell it how the kernel ended. If the guest is killed, so is the kernel."
    import select
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    text, files, *_ = socket.recv_fds(guest, 1 << 20, 3)
    if not (kernel := os.fork()): run(guest, files, **json.loads(text))
    os.setpgid(kernel, kernel)
    for f in files: os.close(f)
    watch = os.pidfd_open(kernel)
    while watch not in (ready := select.select([guest, watch], [], [])[0]):
        number = guest.recv(1) if guest in ready else b''
        os.killpg(kernel, number[0] if number else signal.SIGKILL)
        if not number: os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1])
    guest.sendall(str(status).encode())
    os._exit(0)


def run(guest: socket.socket, files: list, arguments: list, env: dict, folder: str):
    "Become `python ARGUMENTS ...` in this environment and folder, and end."
    import random
    import runpy

    import numpy as np
    guest.close()
    os.setpgid(0, 0)
    for here, f in enumerate(files): os.dup2(f, here)
    for f in files: os.close(f)
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(os.getppid()))
    os.chdir(folder)
    random.seed()
    np.random.seed()
    sys.path[0] = folder
    sys.argv = ['', *arguments[1:]]
    runpy.run_module(arguments[0], run_name='__main__', alter_sys=True)
    sys.exit()


def guest(name: str, arguments: list):
    "Ask for a kernel, and be it for the server."
    with socket.socket(socket.AF_UNIX) as nurse:
        nurse.connect(f'\0{name}')
        for s in SIGNALS: signal.signal(s, lambda number, _: nurse.send(bytes([number])))
        request = dict(arguments=arguments, env=dict(os.environ), folder=os.getcwd())
        socket.send_fds(nurse, [json.dumps(request).encode()], [0, 1, 2])
        status = int(nurse.recv(16) or -signal.SIGKILL)
    if status < 0:
        if -status != signal.SIGKILL: signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == '__main__': main(sys.argv[1]) if len(sys.argv) == 2 else guest(sys.argv[1], sys.argv[2:])
