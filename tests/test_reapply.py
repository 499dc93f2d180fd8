"""A corpus analyzer applied again to what a store holds, as after an edit of what it keeps."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from made_openings import ASKED, SAID, Openings, analyzed, installed, status, tables

from vocmine.cli import cli
from vocmine.errors import PluginError, StoreError, UsageError, VocmineError
from vocmine.plugins import load_plugins
from vocmine.reapply import reapply_corpus
from vocmine.runtime import Runtime, Settings
from vocmine.store.database import Store
from vocmine.store.memory import read_memory

NAMED = {"names": b'{"DEMORA": "Demoras"}'}


@pytest.fixture
def analyzer(monkeypatch: pytest.MonkeyPatch) -> type[Openings]:
    """The analyzer, without faults."""
    monkeypatch.setattr(Openings, "recalled", [])
    monkeypatch.setattr(Openings, "fault", "")
    return Openings


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(ASKED, installed())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "v.db") as opened:
        yield opened


class TestReapply:
    def test_an_edit_is_kept_with_the_tables_made_of_it(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1, 2)
        messages = tables(store)[1]
        reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert tables(store) == ([(1, "DEMORA", "Demoras", 5), (2, "COBRO", "COBRO", 5)], messages)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO"]', **NAMED}
        reapply_corpus(store, "openings", edits={"names": b""}, plugins=runtime.plugins)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA", "COBRO"]'}
        assert tables(store)[0][0] == (1, "DEMORA", "DEMORA", 5)

    def test_it_makes_no_run_and_the_next_run_has_nothing_left_to_do(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        runs = store.conn.execute("SELECT * FROM runs").fetchall()
        reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert store.conn.execute("SELECT * FROM runs").fetchall() == runs
        assert status(store) == ["ok", "ok"]
        assert analyzed(store, runtime, 1).fitted == []

    def test_it_does_as_the_run_that_the_analyzer_took_part_in_and_not_a_later_one(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        other = Settings(analyzers=("forgetful",), seed=9)
        analyzed(store, Runtime(other, runtime.plugins), 1)
        for _ in range(2):  # the second time too: where it is recorded must not mislead it
            reapply_corpus(store, "openings", plugins=runtime.plugins)
        assert tables(store)[0] == [(1, "DEMORA", "DEMORA", 5)]

    def test_batches_are_told_as_they_pass(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        passed: list[int] = []
        reapply_corpus(
            store, "openings", plugins=runtime.plugins, on_batch=lambda: passed.append(1)
        )
        assert len(passed) == 2  # one pass to learn, one to apply

    def test_a_failure_is_raised_and_the_edit_is_not_kept(
        self, store: Store, runtime: Runtime, analyzer: type[Openings]
    ) -> None:
        analyzed(store, runtime, 1)
        before = tables(store), read_memory(store.conn, "openings")
        analyzer.fault = "analyze"
        with pytest.raises(VocmineError, match=r"Analyzer 'openings' .*: no more words"):
            reapply_corpus(store, "openings", edits=NAMED, plugins=runtime.plugins)
        assert (tables(store), read_memory(store.conn, "openings")) == before
        assert status(store) == ["ok", "failed"]

    def test_a_store_that_another_program_writes_to_is_told(
        self,
        store: Store,
        runtime: Runtime,
        analyzer: type[Openings],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        analyzed(store, runtime, 1)
        monkeypatch.setattr("vocmine.store.database.LOCK_SECONDS", 0.05)
        told = pytest.raises(StoreError, match="Another program is writing")
        with Store(store.path) as waiting, store.transaction(), told:
            reapply_corpus(waiting, "openings", edits=NAMED, plugins=runtime.plugins)
        assert read_memory(store.conn, "openings") == {"words": b'["DEMORA"]'}

    def test_what_cannot_be_applied_is_said(self, store: Store, runtime: Runtime) -> None:
        plugins = runtime.plugins
        with pytest.raises(UsageError, match="has no messages for analyzer 'openings'"):
            reapply_corpus(store, "openings", plugins=plugins)
        analyzed(store, runtime, 1)
        with pytest.raises(UsageError, match="no analyzer named 'closings'"):
            reapply_corpus(store, "closings", plugins=plugins)
        with pytest.raises(UsageError, match="'pqrs' works message by message"):
            reapply_corpus(store, "pqrs", plugins=plugins)
        with pytest.raises(PluginError, match=r"'forgetful' 1 \(third_party\) keeps nothing"):
            reapply_corpus(store, "forgetful", edits=NAMED, plugins=plugins)
        with pytest.raises(PluginError, match="edit of analyzer 'openings' expects bytes"):
            reapply_corpus(store, "openings", edits={"names": "x"}, plugins=plugins)  # type: ignore[dict-item]


GUIDE = Path(__file__).parent.parent / "docs" / "plugins.md"
EXAMPLE = dict(
    re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', GUIDE.read_text("utf-8"), re.M | re.S)
)


@pytest.fixture
def documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example of docs/plugins.md, installed; a folder to work in."""
    folder = tmp_path / "installed"
    info = folder / "vocmine_openings-0.1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "vocmine_openings.py").write_text(EXAMPLE["vocmine_openings.py"], "utf-8")
    (info / "METADATA").write_text("Name: vocmine-openings\nVersion: 0.1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[vocmine]\nopenings = vocmine_openings\n", "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    sys.modules.pop("vocmine_openings", None)


def test_the_example_of_the_guide_keeps_numbers_and_names(documented: Path) -> None:
    commands = click.Group()
    load_plugins().add_commands(commands)

    def run(group: click.Group, *arguments: str) -> None:
        CliRunner().invoke(group, arguments, catch_exceptions=False)

    def openings() -> list[Any]:
        with Store(documented / "vocmine.db") as store:
            return store.conn.execute("SELECT id, name, messages FROM openings").fetchall()

    def export(*numbers: int) -> None:
        rows = "".join(f"R-{n};{SAID[n]}\n" for n in numbers)
        (documented / "quejas.csv").write_text(f"Radicado;Descripción\n{rows}", "utf-8")

    export(2)
    run(cli, "analyze", "quejas.csv", "--analyzer", "openings")
    run(commands, "rename-opening", "cobro", "Cobros dobles")
    assert openings() == [(1, "Cobros dobles", 1)]
    export(1, 2, 3)
    run(cli, "analyze", "quejas.csv", "--analyzer", "openings")
    assert openings() == [(1, "Cobros dobles", 1), (2, "demora", 2)]
