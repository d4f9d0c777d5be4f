"""What operating systems do differently, in one place: no other module asks for what some of them lack.

Linux, macOS and Windows all run everything; what is weaker on one of them is said here and in ``docs/systems.md``.
"""

from __future__ import annotations

import os
import signal
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from cleaner.model import CleanerError

WINDOWS = sys.platform == "win32"
#: Names the way in which worker processes start: ``fork``, ``spawn`` or ``forkserver``.
START_VARIABLE = "CLEANER_START_METHOD"
#: Names that mean standard output where a file is asked for.
STANDARD_OUTPUT = ("-", "/dev/stdout")
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
_KILL: int | None = getattr(signal, "SIGKILL", None)
_PROFILE: int | None = getattr(signal, "SIGPROF", None)
#: Whether a process can be ended by the time it computes.
LIMITS_PROCESSOR_TIME = _PROFILE is not None and hasattr(signal, "setitimer")
#: Names of devices, which no file of Windows can have, with or without a suffix.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", "conin$", "conout$", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
_FORBIDDEN = frozenset('<>:"|?*\\') | {chr(code) for code in range(32)}


def start_method(known: Iterable[str]) -> str:
    """How worker processes start: forked on Linux, which takes milliseconds; elsewhere libraries do not survive a fork.

    Args:
        known: the methods that this Python has.

    Raises:
        CleanerError: the environment names another one.
    """
    known = tuple(known)
    asked = os.environ.get(START_VARIABLE, "")
    if asked and asked not in known:
        raise CleanerError(f"{START_VARIABLE} is {asked!r}; this system knows {', '.join(known)}")
    return asked or ("fork" if sys.platform == "linux" else "spawn")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def end_with_parent() -> None:
    """Have this process killed when its parent is gone, where the system can be asked for that (Linux)."""
    if sys.platform == "linux" and _KILL is not None:
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, _KILL)


def was_killed(exit_code: int | None) -> bool:
    """Whether a process was ended from outside, as far as its exit code tells; on Windows none tells that."""
    return _KILL is not None and exit_code == -_KILL


def limit_processor_time(seconds: float) -> None:
    """End this process when it has computed for so long, where the system can do that; set anew with each call."""
    if LIMITS_PROCESSOR_TIME:
        signal.setitimer(signal.ITIMER_PROF, seconds)


def ran_out_of_processor_time(exit_code: int) -> bool:
    """Whether a process ended by ``limit_processor_time``."""
    return _PROFILE is not None and exit_code == -_PROFILE


def sync_path(path: Path) -> None:
    """Wait until the bytes of a file, or the names in a folder, are on the disk.

    Raises:
        OSError: they cannot be written, or the system opens no folders (Windows).
    """
    flags = (os.O_RDWR if WINDOWS else os.O_RDONLY) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_everything() -> bool:
    """Wait until all that was written to any disk is there; False where the system cannot be asked for that."""
    sync = getattr(os, "sync", None)
    if sync is not None:
        sync()
    return sync is not None


def is_terminal(path: Path) -> bool:
    """Whether a device is a terminal; it is opened so that nothing waits and nothing takes over this process.

    Raises:
        OSError: it cannot be opened.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        return os.isatty(handle)
    finally:
        os.close(handle)


def refused_name(part: str, *, windows: bool = WINDOWS) -> str | None:
    """Why a file or folder cannot have this name, if so.

    >>> refused_name("con.txt", windows=True), refused_name("a:b", windows=True)
    ('CON is a device', "it holds ':'")
    """
    if not windows:
        return None
    device = part.partition(".")[0].rstrip(" ").lower()
    if device in _DEVICES:
        return f"{device.upper()} is a device"
    wrong = next((char for char in part if char in _FORBIDDEN), None)
    if wrong is not None:
        return f"it holds {wrong!r}"
    return "it ends with a dot or a blank" if part.endswith((".", " ")) else None


def leads_elsewhere(name: str, *, windows: bool = WINDOWS) -> bool:
    r"""Whether a name parted by ``/`` has other marks that part it or name a drive: ``a\..\b``, ``C:x``."""
    return windows and ("\\" in name or ":" in name)


def is_blind_to_case(folder: Path) -> bool:
    """Whether a folder takes ``A.txt`` and ``a.txt`` for one file; asked of the first folder above it that is there."""
    for path in (folder, *folder.parents):
        other = path.with_name(path.name.swapcase()) if path.name else path
        if other == path and str(other) == str(path):
            continue  # no letters in its name
        with suppress(OSError):
            if path.exists():
                return other.exists() and other.samefile(path)
    return WINDOWS


def blind_key(path: Path) -> str:
    """What is the same for two paths that a folder blind to case takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())
