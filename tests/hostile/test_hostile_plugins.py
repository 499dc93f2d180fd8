"""Twelve plugins that do one thing wrong each: it is told, and costs nobody else anything."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from vocmine import guard, runtime

HERE = Path(__file__).parent / "plugins"
NAMES = sorted(path.stem for path in HERE.glob("hostile_*.py"))
EXPORT = Path(__file__).parents[2] / "examples" / "banco_pqrs.csv"
MESSAGES = 48
ARGUMENTS = ("--model", "voc-fast", "--format", "jsonl", "--keep-names")

Run = Callable[..., Any]


def install(folder: Path, *names: str) -> Path:
    """Distributions `vocmine-hostile-…`, each with one of the plugins, as pip would leave them."""
    for name in names:
        distribution = name.replace("_", "-")
        info = folder / f"vocmine_{name}-6.6.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: vocmine-{distribution}\nVersion: 6.6\n", "utf-8"
        )
        (info / "entry_points.txt").write_text(f"[vocmine]\n{name} = {name}\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = EXPORT.read_bytes().splitlines(keepends=True)
    path = tmp_path_factory.mktemp("export") / "quejas.csv"
    path.write_bytes(b"".join(lines[: MESSAGES + 1]))
    return path


@pytest.fixture(scope="module")
def alone(export: Path) -> tuple[str, dict[str, Any]]:
    """Output and tables of a run without any of them."""
    store = export.with_suffix(".db")
    command = [sys.executable, "-m", "vocmine", "analyze", export, "--db", store, *ARGUMENTS]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout, tables_of(store)


@pytest.fixture
def with_hostile(
    vocmine: Run, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    def run(name: str, *more: str) -> Any:
        monkeypatch.syspath_prepend(str(HERE))
        monkeypatch.syspath_prepend(str(install(tmp_path / "site", name)))
        try:
            return vocmine("analyze", export, "--db", tmp_path / "v.db", *ARGUMENTS, *more)
        finally:
            for module in (name, "harmless"):
                sys.modules.pop(module, None)

    return run


OWN = ("_sqlite_migrations", "settings", "runs", "analyses", "analysed", "failures", "plugin_costs")
"""Tables of what happened in a run, and not of what came of it."""


def tables_of(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table with its rows, those of the hostile plugins apart."""
    connection = sqlite3.connect(store)
    names = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    found = {
        name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
        for name in names
        if name not in OWN and not name.startswith(("hostile", "sqlite_", "messages_fts"))
    }
    found["analyzer_tables"] = [r for r in found["analyzer_tables"] if "hostile" not in r[0]]
    found["done"] = connection.execute(
        "SELECT message_id, analyzer FROM analysed WHERE analyzer NOT LIKE 'hostile%' ORDER BY 1, 2"
    ).fetchall()
    connection.close()
    return found


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(store)
    found = connection.execute(query).fetchall()
    connection.close()
    return found


TOLD = {
    "hostile_import": [
        "Note: Plugin 'hostile_import' (vocmine-hostile-import 6.6): 'hostile_import' cannot be "
        "imported: RuntimeError: the licence server does not answer. Mend or remove it: 'pip "
        "uninstall vocmine-hostile-import'."
    ],
    "hostile_register": [
        "Note: Plugin 'hostile_register' (vocmine-hostile-register 6.6): 'register_analyzers' "
        "failed: KeyError: 'no settings file'. Mend or remove it: 'pip uninstall "
        "vocmine-hostile-register'."
    ],
    "hostile_open": [
        "Error: Analyzer 'hostile_open' (vocmine-hostile-open 6.6) cannot be opened: "
        "FileNotFoundError: model.bin. Leave it out with --analyzer, or mend vocmine-hostile-open."
    ],
    "hostile_rows": [
        "  'hostile_rows' failed on ",
        ", first on quejas.csv, row ",
        ": ValueError: cannot read a card number",
        "See all: vocmine runs 1",
    ],
    "hostile_lengths": [
        "Error: Analyzer 'hostile_lengths' 1 (vocmine-hostile-lengths 6.6): column "
        "'hostile_lengths.n' expects 45 values, got 44. It is switched off for the rest of the "
        "run: leave it out with --analyzer, or tell its author."
    ],
    "hostile_types": [
        "Error: Analyzer 'hostile_types' 1 (vocmine-hostile-types 6.6): column 'hostile_types.n' "
        "expects integer, got str at position 0. It is switched off"
    ],
    "hostile_offsets": [
        "Error: Analyzer 'hostile_offsets' 1 (vocmine-hostile-offsets 6.6): table "
        "'hostile_offsets', position 0: the span 0 to ",
        " is outside its message of ",
    ],
    "hostile_nan": [
        "Error: Analyzer 'hostile_nan' 1 (vocmine-hostile-nan 6.6): column 'hostile_nan.p' "
        "expects real, got None at position 0. It is switched off"
    ],
    "hostile_sleep": [
        "Note: Analyzer 'hostile_sleep' (vocmine-hostile-sleep 6.6) has been at work on one batch "
        "for ",
        " seconds. Ctrl-C stops the run and keeps what is done; leave the plugin out if this goes "
        "on.",
        "Note: Analyzer 'hostile_sleep' (vocmine-hostile-sleep 6.6) took ",
        " seconds of the run. Leave it out if that is too much.",
    ],
    "hostile_allocate": [
        "Note: Analyzer 'hostile_allocate' (vocmine-hostile-allocate 6.6) raised the memory in use "
        "by 0.4 GB. Leave it out if that is too much."
    ],
    "hostile_print": [
        "Note: Plugin 'hostile_print' (vocmine-hostile-print 6.6): It printed 1 line, kept out of "
        "the results; the first: 'hello from the import'. Ask its author to use logging instead.",
        "Note: Analyzer 'hostile_print' (vocmine-hostile-print 6.6) printed 3 lines, kept out of "
        "the results; the first: 'opening the oracle'. Ask its author to use logging instead.",
    ],
    "hostile_environment": [
        "Note: Analyzer 'hostile_environment' (vocmine-hostile-environment 6.6) changed 4 "
        "environment variables, put back since: VOCMINE_CHANGED, VOCMINE_HOSTILE, "
        "VOCMINE_HOSTILE_OPEN, VOCMINE_REMOVED. Ask its author to leave the environment alone."
    ],
}
"""What is said of each on standard error: which plugin, what it did, and what to do next."""

FAILED = {"open", "rows", "lengths", "types", "offsets", "nan"}
"""Those without whose results the run ends with exit code 1."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can reach, and an environment to change."""
    monkeypatch.setattr(guard, "SLOW_SECONDS", 1.0)
    monkeypatch.setattr(guard, "SLOW_SHARE", 0.0)
    monkeypatch.setattr(guard, "LARGE", 200_000_000)
    monkeypatch.setattr(runtime, "PATIENCE", 0.6)
    monkeypatch.setenv("VOCMINE_CHANGED", "good")
    monkeypatch.setenv("VOCMINE_REMOVED", "there")
    # What earlier tests needed would hide what a plugin needs now.
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def test_there_are_twelve() -> None:
    assert len(NAMES) == 12
    assert sorted(TOLD) == NAMES


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", NAMES)
def test_it_is_told_precisely_and_the_rest_is_as_without_it(
    name: str, with_hostile: Run, alone: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    ran = with_hostile(name)
    assert [part for part in TOLD[name] if part not in ran.err] == [], ran.err
    assert ran.code == (name.removeprefix("hostile_") in FAILED)
    out, tables = alone
    assert ran.out == out, "standard output is the results and nothing else"
    found = tables_of(tmp_path / "v.db")
    assert found.keys() == tables.keys()
    assert [table for table in tables if found[table] != tables[table]] == []


@pytest.mark.usefixtures("impatient")
def test_variables_are_put_back(with_hostile: Run) -> None:
    before = dict(os.environ)
    with_hostile("hostile_environment")
    assert dict(os.environ) == before


@pytest.mark.usefixtures("impatient")
def test_time_and_memory_are_recorded_and_shown(
    with_hostile: Run, vocmine: Run, tmp_path: Path
) -> None:
    with_hostile("hostile_allocate")
    query = "SELECT calls, memory FROM plugin_costs WHERE name = 'hostile_allocate'"
    ((calls, memory),) = rows(tmp_path / "v.db", query)
    assert calls == 3, "made, opened, and one batch"
    assert 300_000_000 < memory < 600_000_000
    shown = vocmine("runs", "last", "--db", tmp_path / "v.db", "--format", "json")
    cost = next(c for c in json.loads(shown.out)["costs"] if c["name"] == "hostile_allocate")
    assert (cost["kind"], cost["plugin"]) == ("analyzer", "vocmine-hostile-allocate 6.6")
    table = vocmine("runs", "last", "--db", tmp_path / "v.db").out
    assert "Tiempo y memoria" in table
    assert "hostile_allocate" in table.split("Tiempo y memoria")[1]


def test_all_twelve_at_once_in_worker_processes_leave_the_results_alone(
    export: Path, alone: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    path = [str(install(tmp_path / "site", *NAMES)), str(HERE), *filter(None, sys.path)]
    store = tmp_path / "v.db"
    command = [sys.executable, "-m", "vocmine", "analyze", export, "--db", store, "--jobs", "2"]
    done = subprocess.run(
        [*command, *ARGUMENTS],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    out, tables = alone
    assert (done.returncode, done.stdout) == (1, out)
    found = tables_of(store)
    assert [table for table in tables if found[table] != tables[table]] == []
    assert [name for name in NAMES if f"'{name}'" not in done.stderr] == [
        "hostile_allocate",
        "hostile_sleep",
    ], "too quick and too small to be worth a note"
    costly = rows(store, "SELECT name FROM plugin_costs WHERE seconds > 1 OR memory > 2e8")
    assert {("hostile_allocate",), ("hostile_sleep",)} <= set(costly)
