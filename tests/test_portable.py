"""Linux, macOS, Windows: what some of them lack is asked for in one module, and all runs with spawned workers."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaner import CleanerError
from cleaner.batch import names, plan
from cleaner.batch.sources import find
from cleaner.system import blind_key, is_blind_to_case, leads_elsewhere, refused_name, start_method

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "cleaner"
#: The one module that may ask for what a system lacks.
SYSTEM = PACKAGE / "system.py"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != SYSTEM)
#: Modules that Windows does not have.
POSIX_MODULES = frozenset(
    "crypt curses fcntl grp nis ossaudiodev posix pty pwd readline resource spwd syslog termios tty".split()
)
#: Names of modules of the standard library that Windows does not have.
POSIX_NAMES = {
    "os": frozenset(
        """
        O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_SYNC
        WNOHANG chown chroot ctermid fchdir fchmod fchown fdatasync fork forkpty getegid geteuid getgid
        getgroups getloadavg getpgid getpgrp getpriority getresuid getsid getuid getxattr initgroups kill
        killpg lchown lockf major minor mkfifo mknod nice openpty pidfd_open pipe2 posix_fadvise
        posix_fallocate posix_spawn pread preadv pwrite pwritev register_at_fork sched_getaffinity
        sched_setaffinity sendfile set_blocking setegid seteuid setgid setpgid setpriority setsid setuid
        splice statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 waitid waitpid
        """.split()
    ),
    "time": frozenset("clock_gettime clock_settime pthread_getcpuclockid tzset".split()),
    "socket": frozenset({"AF_UNIX", "socketpair_unix"}),
    "ctypes": frozenset({"CDLL"}),
}
#: What Windows knows of the module ``signal``, as far as it is of use.
SIGNALS = frozenset("SIGINT SIGTERM SIGABRT SIG_DFL SIG_IGN signal getsignal Signals default_int_handler".split())


def asked(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of all that a module asks for and some system lacks."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names if each.name.split(".")[0] in POSIX_MODULES)
        elif isinstance(node, ast.ImportFrom):
            module = str(node.module)
            lacked = POSIX_NAMES.get(module, frozenset())
            if module.split(".", maxsplit=1)[0] in POSIX_MODULES:
                yield node.lineno, module
            yield from ((node.lineno, f"{module}.{each.name}") for each in node.names if each.name in lacked)
            if module == "signal":
                yield from ((node.lineno, f"signal.{each.name}") for each in node.names if each.name not in SIGNALS)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            of = node.value.id
            if node.attr in POSIX_NAMES.get(of, ()) or (of == "signal" and node.attr not in SIGNALS):
                yield node.lineno, f"{of}.{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg == "preexec_fn":
            yield node.value.lineno, "preexec_fn"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith(("/dev/", "/proc/", "/tmp/", "/etc/")):
                yield node.lineno, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _STARTS:
            yield from ((node.lineno, "fork") for each in node.args if getattr(each, "value", None) == "fork")


_STARTS = ("get_context", "set_start_method")


def test_what_some_system_lacks_is_asked_for_in_one_module() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}: {name}" for path in MODULES for line, name in asked(path)]
    assert not found, "not on every system; put it into cleaner/system.py: " + ", ".join(found)


def test_no_text_file_is_written_with_the_line_ends_of_the_system() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*MODULES, SYSTEM]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "write_text"
        and "newline" not in {each.arg for each in node.keywords}
    ]
    assert not found, 'say newline="\\n" (or "" for text that has its own): ' + ", ".join(found)


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    module = tmp_path / "x.py"
    module.write_text(
        "import fcntl, os, signal\nfrom os import getuid\nos.pread(0, 1, 2)\nsignal.SIGKILL\n"
        "signal.SIGTERM\nos.O_CLOEXEC\n"
        "open('/dev/null')\nrun(preexec_fn=f)\nmultiprocessing.get_context('fork')\nos.replace('a', 'b')\n"
    )
    assert sorted(name for _, name in asked(module)) == sorted(
        ["fcntl", "os.getuid", "os.pread", "signal.SIGKILL", "os.O_CLOEXEC", "/dev/null", "preexec_fn", "fork"]
    )
    assert list(asked(SYSTEM))


#: Takes away what Windows lacks, then loads every module of the package and cleans, reviews and times with it.
_WITHOUT = """
import multiprocessing.util, os, signal, sys, subprocess, tempfile
import filelock
from platformdirs import user_cache_path  # which looks for the system at hand; that of Windows needs Windows
filelock.FileLock = filelock.SoftFileLock  # what it falls back to; that of Windows needs Windows
for name in {modules}:
    sys.modules[name] = None
for name in ("O_CLOEXEC", "O_NOCTTY", "O_NONBLOCK", "sync", "pread", "getuid", "geteuid"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGPROF", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
import importlib, pathlib
for path in sorted(pathlib.Path({package!r}).rglob("*.py")):
    parts = path.relative_to({root!r}).with_suffix("").parts
    if "adapters" not in parts and parts[-1] != "__main__":
        importlib.import_module(".".join(parts).removesuffix(".__init__"))
from cleaner import clean_text
from cleaner.aside import sync_folder, write_aside
from cleaner.lint.fuzz import Job, run_jobs
from cleaner.review.verdicts import Decision, DecisionFile
folder = pathlib.Path({folder!r})
write_aside(folder / "a.txt", b"x", durable=True)
sync_folder(folder)
decisions = DecisionFile(folder / "decisions.jsonl")
for number in range(2):
    decisions.append(Decision(id=str(number), kind="cut", verdict="right", category="ad", fingerprint="0", text="x"))
assert len(decisions.unread()) == 2
assert run_jobs([Job("^a+$", False, (("", "a", 9, "b"),))]) == [None]
assert clean_text("Warga pulang.\\nBaca Juga: Harga Cabai Turun").text == "Warga pulang."
"""


def test_everything_loads_and_runs_without_what_windows_lacks(tmp_path: Path) -> None:
    code = _WITHOUT.format(
        modules=sorted(POSIX_MODULES - {"posix"}), package=str(PACKAGE), root=str(ROOT), folder=str(tmp_path)
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def clean(source: Path, out: Path, *options: str, start: str = "spawn") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "CLEANER_START_METHOD": start}
    command = [sys.executable, "-m", "cleaner", "clean", str(source), "-o", str(out), "--quiet", *options]
    return subprocess.run(command, env=environment, capture_output=True, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    """All results and audits of a run; its manifest tells times as well."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found.pop("manifest.json")
    return found


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    records = [
        json.dumps(
            {
                "id": n,
                "text": f"KONTAN.CO.ID - Harga naik {n}.\nBaca Juga: Harga Cabai",
                "url": "https://kontan.co.id/1",
            }
        )
        for n in range(400)
    ]
    (folder / "a.jsonl").write_text("\n".join(records), "utf-8")
    (folder / "below" / "b.txt").write_text("Warga pulang.\nBaca Juga: Harga Cabai Turun\n", "utf-8")
    (folder / "c.html").write_text("<html><body><article><p>Warga pulang ke desa.</p></article></body></html>", "utf-8")
    return folder


def test_spawned_workers_write_the_same_bytes(texts: Path, tmp_path: Path) -> None:
    for start in ("spawn", "fork") if sys.platform == "linux" else ("spawn",):
        done = clean(texts, tmp_path / start, "--jobs", "2", "--shard-mb", "0.01", start=start)
        assert done.returncode == 0, done.stderr
    clean(texts, tmp_path / "one", "--jobs", "1", "--shard-mb", "0.01")
    assert contents(tmp_path / "spawn") == contents(tmp_path / "one")
    if sys.platform == "linux":
        assert contents(tmp_path / "spawn") == contents(tmp_path / "fork")


def test_spawned_workers_restore(texts: Path, tmp_path: Path) -> None:
    assert clean(texts, tmp_path / "out", "--jobs", "2").returncode == 0
    environment = {**os.environ, "CLEANER_START_METHOD": "spawn"}
    command = [sys.executable, "-m", "cleaner", "restore", str(tmp_path / "out"), "-o", str(tmp_path / "raw")]
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    raw = (texts / "below" / "b.txt").read_bytes()
    assert (tmp_path / "raw" / "below" / "b.txt").read_bytes() == raw


def test_a_spawned_worker_over_its_time_costs_one_document(texts: Path, tmp_path: Path) -> None:
    done = clean(texts, tmp_path / "out", "--jobs", "2", "--timeout", "0.000001")
    assert done.returncode == 1, done.stderr
    audit = b"".join(path.read_bytes() for path in (tmp_path / "out").glob("audit*.jsonl"))
    statuses = [json.loads(line)["status"] for line in audit.splitlines()]
    assert len(statuses) == 402
    assert "Traceback" not in done.stderr.decode()


def test_a_spawned_pipe_keeps_order(texts: Path) -> None:
    environment = {**os.environ, "CLEANER_START_METHOD": "spawn"}
    command = [sys.executable, "-m", "cleaner", "clean", "-", "--quiet", "--jobs", "2"]
    data = (texts / "a.jsonl").read_bytes()
    done = subprocess.run(command, env=environment, input=data, capture_output=True, check=False)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == list(range(400))


def test_a_start_method_that_there_is_not_is_refused(texts: Path, tmp_path: Path) -> None:
    done = clean(texts, tmp_path / "out", "--jobs", "2", start="threads")
    assert done.returncode == 2
    assert b"CLEANER_START_METHOD is 'threads'; this system knows " in done.stderr
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("CLEANER_START_METHOD", raising=False)
        assert start_method(["fork", "spawn"]) == ("fork" if sys.platform == "linux" else "spawn")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("berita.txt", None),
        (".cleaner", None),
        ("console.txt", None),
        ("com10.txt", None),
        ("CON", "CON is a device"),
        ("con.txt", "CON is a device"),
        ("Lpt1.tar.gz", "LPT1 is a device"),
        ("nul .txt", "NUL is a device"),
        ("a:b.txt", "it holds ':'"),
        ("apa?.html", "it holds '?'"),
        ("a\tb", "it holds '\\t'"),
        ("berita.", "it ends with a dot or a blank"),
        ("berita ", "it ends with a dot or a blank"),
    ],
)
def test_names_that_windows_refuses(name: str, why: str | None) -> None:
    assert refused_name(name, windows=True) == why
    assert refused_name(name, windows=False) is None


def test_such_a_result_is_a_problem_of_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "refused_name", lambda part: refused_name(part, windows=True))
    refusal = names.refusal_of(tmp_path, "below/aux.txt")
    assert refusal == "below/aux.txt: no file of this system can have the name of its result (AUX is a device)"
    assert names.refusal_of(tmp_path, "below/auxiliary.txt") is None


@pytest.mark.parametrize("name", ["a\\..\\..\\b", "C:b", "\\\\server\\share"])
def test_names_that_lead_elsewhere_on_windows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert names.is_inside(name) or os.name == "nt"
    monkeypatch.setattr(names, "leads_elsewhere", lambda name: leads_elsewhere(name, windows=True))
    assert not names.is_inside(name)
    assert names.is_inside("a/b.txt")


def test_names_that_differ_in_case_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_blind_to_case(tmp_path / "new" / "folder") is (sys.platform in ("win32", "darwin"))
    assert blind_key(Path("Be\u0301rita.TXT")) == blind_key(Path("B\u00e9rita.txt"))
    first, second = tmp_path / "x" / "Berita.txt", tmp_path / "y" / "berita.txt"
    for path in (first, second):
        path.parent.mkdir()
        path.write_text("Warga pulang.", "utf-8")
    made = plan.make_plan(find([str(first), str(second)]))
    monkeypatch.setattr(plan, "is_blind_to_case", lambda folder: False)
    plan.check_outputs(made, tmp_path / "out", None)
    monkeypatch.setattr(plan, "is_blind_to_case", lambda folder: True)
    with pytest.raises(CleanerError, match=r"would both be written to .*this folder does not tell small letters"):
        plan.check_outputs(made, tmp_path / "out", None)
