"""Time and memory of each plugin: recorded in the run, shown by `vocmine runs`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vocmine.guard import HOST, Cost, Costs, Who
from vocmine.inputs import Inputs
from vocmine.plugin import ReadOptions
from vocmine.run import Run
from vocmine.runtime import Runtime, Settings
from vocmine.store import Store, runs
from vocmine.store.database import migrations

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run over three messages."""
    folder = tmp_path_factory.mktemp("costs")
    export = folder / "quejas.csv"
    export.write_text(
        "Radicado;Descripción\nR-1;Me cobraron dos veces\nR-2;La app se cierra\nR-3;Gracias\n",
        "utf-8",
    )
    settings = Settings(model="voc-fast", analyzers=("pqrs", "topic"))
    prepared = Runtime(settings)
    with (
        Store(folder / "v.db") as store,
        Inputs(prepared.plugins, ReadOptions(), "tickets") as inputs,
    ):
        assert Run(store, prepared).execute(inputs, [str(export)], "quejas.csv", {}).ok
    return folder / "v.db"


def test_everything_that_took_part_has_a_row(store_path: Path) -> None:
    with Store(store_path) as store:
        found = store.conn.execute(
            "SELECT run_id, kind, name, plugin, calls, seconds >= 0, memory >= 0 FROM plugin_costs "
            "ORDER BY kind, name"
        ).fetchall()
    assert found == [
        (1, "analyzer", "insight", HOST, 1, 1, 1),
        (1, "analyzer", "pqrs", HOST, 3, 1, 1),  # made, opened, one batch
        (1, "analyzer", "topic", HOST, 3, 1, 1),  # made, opened, the corpus
        (1, "encoder", "voc-fast-encoder", HOST, 1, 1, 1),
        (1, "source", "tickets", HOST, 3, 1, 1),  # made, detected, one block of records
    ]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("es", ("Tiempo y memoria", "Segundos", "codificador", "analizador", "lector")),
        ("pt", ("Tempo e memória", "Segundos", "codificador", "analisador", "leitor")),
        ("en", ("Time and memory", "Seconds", "encoder", "analyzer", "source")),
    ],
)
def test_the_run_shows_them_in_the_language_asked_for(
    store_path: Path, vocmine: Command, lang: str, words: tuple[str, ...]
) -> None:
    out = vocmine("runs", "last", "--db", store_path, "--lang", lang).out
    table = out[out.index(words[0]) :]
    assert [word for word in (*words, "voc-fast-encoder", "tickets") if word not in table] == []


def test_programs_get_them_too_the_dearest_first(store_path: Path, vocmine: Command) -> None:
    run = json.loads(vocmine("runs", "1", "--db", store_path, "--format", "json").out)
    assert set(run["costs"][0]) == {"kind", "name", "plugin", "calls", "seconds", "memory"}
    seconds = [cost["seconds"] for cost in run["costs"]]
    assert seconds == sorted(seconds, reverse=True)
    (row,) = csv.DictReader(
        io.StringIO(vocmine("runs", "1", "--db", store_path, "--format", "csv").out)
    )
    assert json.loads(row["costs"]) == run["costs"]


def test_a_run_that_is_stopped_keeps_those_so_far(tmp_path: Path) -> None:
    export = tmp_path / "quejas.csv"
    export.write_text("Radicado;Descripción\nR-1;Me cobraron dos veces\n", "utf-8")
    prepared = Runtime(Settings(model="voc-fast", analyzers=("pqrs",)))

    def stop(progress: Any) -> None:
        raise KeyboardInterrupt

    with Store() as store, Inputs(prepared.plugins, ReadOptions(), "tickets") as inputs:
        with pytest.raises(KeyboardInterrupt):
            Run(store, prepared, on_progress=stop).execute(inputs, [str(export)], "x", {})
        names = {row[0] for row in store.conn.execute("SELECT name FROM plugin_costs")}
    assert "tickets" in names


def test_an_older_store_gets_the_table(tmp_path: Path) -> None:
    path = tmp_path / "v.db"
    with Store(path) as store:
        store.conn.executescript(
            "DROP TABLE plugin_costs; DELETE FROM _sqlite_migrations WHERE name LIKE 'm006%';"
        )
        assert [m.name for m in migrations.pending(store.db)] == ["m006_plugin_costs"]
    with Store(path) as store:
        run = runs.start_run(store, "x", {})
        costs = Costs({Who("source", "a", "b 1"): Cost(2, 0.12345, 10)})
        runs.record_costs(store, run, costs)
        assert store.conn.execute("SELECT * FROM plugin_costs").fetchall() == [
            (run, "source", "a", "b 1", 2, 0.123, 10)
        ]
