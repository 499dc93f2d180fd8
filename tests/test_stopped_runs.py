"""A run that is stopped half-way ends in order, leaves no process behind and says how to go on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from vocmine import Engine
from vocmine.errors import WorkerError
from vocmine.runtime import Workers

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """More messages than can be analysed before the run is stopped."""
    path = tmp_path / "grande.csv"
    rows = (f"R-{n};Me cobraron dos veces la cuota. Caso {n}." for n in range(6000))
    path.write_text("\n".join(["Radicado;Descripción", *rows]), "utf-8")
    return path


def rows(store: Path, sql: str) -> list[tuple[object, ...]]:
    """Rows of a query; none while the store is being made."""
    if not store.exists():
        return []
    conn = sqlite3.connect(store)
    try:
        return conn.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        conn.close()


def processes_of(session: int) -> list[str]:
    """Command lines of the processes of a session (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def wait_until(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


class TestARunThatIsStopped:
    def start(self, export: Path, jobs: int) -> subprocess.Popen[str]:
        """A run in a session of its own, of which some messages are analysed."""
        store = export.with_name("v.db")
        command = [sys.executable, "-m", "vocmine", "analyze", str(export), "--db", str(store)]
        command += ["--analyzer", "pqrs", "--jobs", str(jobs)]
        run = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A shell's background job, as these tests may be, has Ctrl-C ignored, and its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert wait_until(lambda: bool(rows(store, "SELECT 1 FROM analysed LIMIT 1")))
        return run

    @pytest.mark.parametrize(
        ("sent", "code", "jobs"), [(signal.SIGINT, 130, 2), (signal.SIGTERM, 143, 1)]
    )
    def test_by_ctrl_c_or_a_shutdown_says_how_to_go_on_and_is_marked_interrupted(
        self, export: Path, sent: signal.Signals, code: int, jobs: int
    ) -> None:
        run = self.start(export, jobs)
        # A terminal sends Ctrl-C to every process of the run, a shutdown script to one.
        os.killpg(run.pid, sent) if sent == signal.SIGINT else run.send_signal(sent)
        _, err = run.communicate(timeout=60)
        assert run.returncode == code
        assert err.strip() == (
            "Interrupted. What was analysed is kept: run the same command again to go on."
        )
        assert rows(export.with_name("v.db"), "SELECT status FROM runs") == [("interrupted",)]
        assert wait_until(lambda: not processes_of(run.pid), 10)

    def test_by_kill_leaves_no_worker_behind(self, export: Path) -> None:
        run = self.start(export, 2)
        run.kill()
        run.communicate(timeout=60)
        assert wait_until(lambda: not processes_of(run.pid), 20), processes_of(run.pid)

    def test_by_a_worker_that_dies_says_so_and_goes_on_from_there(self, export: Path) -> None:
        run = self.start(export, 2)
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        worker = next(c for c in children if "spawn_main" in Path(f"/proc/{c}/cmdline").read_text())
        os.kill(int(worker), signal.SIGKILL)
        _, err = run.communicate(timeout=60)
        assert run.returncode == 1
        assert err.strip() == (
            "Error: A worker process ended before its work was done, perhaps for lack of memory. "
            "Run it again with fewer --jobs: it goes on where it stopped."
        )


def test_a_pool_whose_worker_is_gone_takes_no_more_work_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: object) -> None:
        raise BrokenExecutor("a child process terminated abruptly")

    with Workers(Engine(analyzers=["pqrs"]).runtime) as workers:
        monkeypatch.setattr(workers, "_executor", SimpleNamespace(submit=gone, shutdown=gone))
        with pytest.raises(WorkerError, match="A worker process ended before its work was done"):
            workers.submit(None)  # type: ignore[arg-type]
        monkeypatch.undo()
