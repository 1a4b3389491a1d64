"""What a process that makes documents can no longer do: open any file, reach a network, start a program.

The kernel keeps these promises, and none of them needs a privilege. What a system does not know is left out, and said:
macOS has neither Landlock nor seccomp, so only the limits hold there and what Typst itself refuses.
"""

import contextlib
import ctypes
import os
import platform
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

_NO_NEW_PRIVILEGES = 38
_SECCOMP, _FILTER = 22, 2
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
# Execute, write, read, list, remove, make anything: what every kernel with Landlock can forbid.
_EVERY_ACCESS = (1 << 13) - 1

# AUDIT_ARCH, then the numbers of: socket, connect, execve, execveat, ptrace, io_uring_setup, process_vm_writev.
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425, 311)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425, 271)),
}
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | 13, 0x7FFF0000


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction)))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("folder", ctypes.c_int32))


def close(folders: Sequence[Path]) -> list[str]:
    """From here on this thread and those that it starts read files beneath `folders` only, write none, and reach no
    network. Names what the system could not do.
    """
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 64)):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))
    if sys.platform != "linux":
        return ["files", "network"]
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return ["files", "network"]
    missing = [] if _files(system, folders) else ["files"]
    return missing if _network(system) else [*missing, "network"]


def _files(system: ctypes.CDLL, folders: Sequence[Path]) -> bool:
    """Landlock, Linux 5.13 and later: its three calls have the same numbers on every machine."""
    handled = ctypes.c_uint64(_EVERY_ACCESS)
    rules = system.syscall(_LANDLOCK_CREATE, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if rules < 0:
        return False
    try:
        for folder in folders:
            place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
            rule = _Beneath(_READ_FILE | _READ_FOLDER, place)
            failed = system.syscall(_LANDLOCK_ADD, rules, 1, ctypes.byref(rule), 0)
            os.close(place)
            if failed:
                return False
        return not system.syscall(_LANDLOCK_RESTRICT, rules, 0)
    finally:
        os.close(rules)


def _network(system: ctypes.CDLL) -> bool:
    """A seccomp filter: no sockets of any kind, no other program, no memory of another process."""
    if platform.machine() not in _CALLS:
        return False
    machine, calls = _CALLS[platform.machine()]
    # Load the machine; another one's numbers mean other calls, so it is stopped. Then load the number of the call.
    lines = [(0x20, 0, 0, 4), (0x15, 1, 0, machine), (0x06, 0, 0, _KILL), (0x20, 0, 0, 0)]
    # From 0x40000000 on, calls of a 32-bit kind that nobody uses: "not less than" for them, "equal" for the others.
    tests = [(0x35, 0x40000000), *((0x15, call) for call in calls)]
    lines += [(code, len(tests) - place, 0, value) for place, (code, value) in enumerate(tests)]
    lines += [(0x06, 0, 0, _ALLOW), (0x06, 0, 0, _REFUSE)]
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    program = _Program(len(lines), instructions)
    return not system.prctl(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)
