"""How much memory a process has, and giving back what it no longer uses."""

import ctypes
import os
import resource
import sys
from pathlib import Path


def resident(process: int | None = None) -> int | None:
    """The memory of a process now, in bytes; of this one by default. None where the system does not say."""
    try:
        pages = Path(f"/proc/{process or 'self'}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def peak() -> int:
    """The most memory that this process has had at once, in bytes."""
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024


def give_back() -> None:
    """Give the system what was freed. The C library of most Linux systems keeps it otherwise; others need no call."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)
