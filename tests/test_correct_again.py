"""Corrections survive: another run, another model, other cuts of the text, another export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vocmine import models
from vocmine.errors import StoreError
from vocmine.model_files import sha256_of
from vocmine.store import Store
from vocmine.store.correcting import apply_corrections, restore
from vocmine.store.corrections import Correction, correction_rows, record

Run = Callable[..., Any]
HEADER = "id;fecha;texto\n"
TEXT = (
    "Me cobraron dos veces la cuota de manejo pero la asesora fue muy amable. Escribo desde Tunja"
)
ROW = f"A-1;2026-02-01;{TEXT}\n"


@pytest.fixture
def other_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model of another fingerprint that says the same."""
    root = tmp_path / "models"
    monkeypatch.setenv("VOCMINE_MODELS", str(root))
    shipped = models.model_folder("voc_heads")
    shutil.copytree(shipped, root / "otro")
    meta = json.loads((shipped / "meta.json").read_text("utf-8"))
    meta |= {"name": "otro", "base": {"name": "voc", "version": shipped.name}}
    (root / "otro" / "meta.json").write_text(json.dumps(meta), "utf-8")
    assert sha256_of(root / "otro" / "heads.json") == meta["files"]["heads.json"]["sha256"]
    return "otro"


class Case:
    """A store with one analysed message, and commands on it."""

    def __init__(self, vocmine: Run, folder: Path) -> None:
        self.vocmine, self.db = vocmine, folder / "v.db"
        self.export = folder / "quejas.csv"
        self.export.write_text(HEADER + ROW, "utf-8")

    def analyze(self, *more: object) -> Any:
        ran = self.vocmine("analyze", self.export, "--db", self.db, *more)
        assert ran.code == 0, ran.err
        return ran

    def correct(self, *arguments: object) -> Any:
        ran = self.vocmine("correct", *arguments, "--db", self.db)
        assert ran.code == 0, ran.err
        return ran

    def message(self) -> dict[str, Any]:
        out = self.db.with_name("now.jsonl")
        self.vocmine("export", out, "--db", self.db, "--force")
        found: dict[str, Any] = json.loads(out.read_text("utf-8").splitlines()[0])
        return found

    def states(self) -> set[str]:
        with Store(self.db) as store:
            return {row["state"] for row in correction_rows(store)}


@pytest.fixture
def case(vocmine: Run, tmp_path: Path) -> Case:
    """The message, analysed and corrected in every way."""
    made = Case(vocmine, tmp_path)
    made.analyze("--quiet")
    made.correct("--message", "A-1", "pqrs=report", "emotions=fear", "effort=2")
    made.correct(
        "--message", "A-1", "--insight", "dos veces la cuota", "polarity=-1", "friction=price"
    )
    made.correct("--message", "A-1", "--insight", "la asesora fue muy amable", "--remove")
    made.correct("--message", "A-1", "--insight", "desde Tunja", "polarity=0")
    return made


def assert_corrected(found: dict[str, Any]) -> None:
    assert (found["pqrs"], found["emotions"], found["effort"]) == ("report", ["fear"], 2)
    assert found["corrected"] == ["pqrs", "effort", "emotions"]
    told = {insight["quote"]: insight for insight in found["insights"]}
    assert not any("asesora" in quote for quote in told)
    assert any("Tunja" in quote and said["polarity"] == 0 for quote, said in told.items())
    (charged,) = [insight for quote, insight in told.items() if "cobraron" in quote]
    assert (charged["polarity"], charged["friction"], charged["corrected"]) == (-1, "price", 1)


def test_a_run_that_finds_nothing_new_leaves_them(case: Case) -> None:
    assert_corrected(case.message())
    case.analyze("--quiet")
    assert_corrected(case.message())


def test_a_run_with_another_model_applies_them_to_what_it_says(
    case: Case, other_model: str
) -> None:
    case.analyze("--quiet", "--model", other_model)
    with Store(case.db) as store:
        runs = store.conn.execute("SELECT analysed FROM runs ORDER BY id").fetchall()
        prints = store.conn.execute("SELECT DISTINCT fingerprint FROM analyses WHERE name = 'pqrs'")
        assert runs[-1] == (1,), "it was analysed again"
        assert len(prints.fetchall()) == 2
    assert_corrected(case.message())
    assert case.states() == {"applied"}


def test_they_can_still_be_undone_to_what_the_new_model_says(case: Case, other_model: str) -> None:
    case.analyze("--quiet", "--model", other_model)
    with Store(case.db) as store:
        ids = [row["id"] for row in correction_rows(store)]
    case.correct(*(part for key in ids for part in ("--undo", key)))
    now = case.message()
    case.db.unlink()
    case.analyze("--quiet", "--model", other_model)
    assert now == case.message()


def test_a_run_of_some_analyzers_only_keeps_the_insights_corrected(
    case: Case, other_model: str
) -> None:
    case.analyze("--quiet", "--analyzer", "pqrs", "--model", other_model)
    assert_corrected(case.message())


def test_another_export_with_the_same_message_changes_nothing(case: Case, tmp_path: Path) -> None:
    case.export = tmp_path / "marzo.csv"
    case.export.write_text(f"{HEADER}{ROW}A-2;2026-03-01;Todo bien con la oficina\n", "utf-8")
    case.analyze("--quiet")
    assert_corrected(case.message())


def test_other_words_under_the_same_id_are_not_what_was_judged(case: Case) -> None:
    case.export.write_text(f"{HEADER}A-1;2026-02-01;Gracias, ya lo arreglaron todo\n", "utf-8")
    ran = case.analyze()
    assert "Corrections that found nothing to correct" in ran.err
    assert "vocmine correct --list" in ran.err
    found = case.message()
    assert found["corrected"] == []
    assert found["pqrs"] != "report"
    assert case.states() == {"waiting"}
    case.export.write_text(HEADER + ROW, "utf-8")
    case.analyze("--quiet")
    assert_corrected(case.message())


@pytest.mark.parametrize(
    ("start", "end", "applied"),
    [(3, 40, True), (20, 40, True), (0, 71, True), (31, 71, False), (41, 71, False)],
)
def test_an_insight_is_the_same_when_it_shares_half_of_the_shorter_span(
    case: Case, start: int, end: int, applied: bool
) -> None:
    with Store(case.db) as store:
        row = store.conn.execute("SELECT id, message_id FROM insights WHERE start = 0").fetchone()
        key = store.conn.execute("SELECT id FROM messages").fetchone()[0]
        ids = [row["id"] for row in correction_rows(store)]
        assert row
        with store.transaction() as conn:
            # As if another model had found one insight, cut in another way.
            restore(conn, [key])
            conn.execute("UPDATE corrections SET undone_at = 'x'")
            conn.execute("DELETE FROM insights WHERE id <> (SELECT min(id) FROM insights)")
            conn.execute(
                "UPDATE insights SET start = 3, end = 40, quote = substr(?, 4, 37), polarity = 0",
                [TEXT],
            )
        record(store, [Correction(key, "polarity", "2", (3, 40))])
        with store.transaction() as conn:
            restore(conn, [key])
            conn.execute("UPDATE insights SET start = ?, end = ?", [start, end])
            apply_corrections(conn, [key])
        found = store.conn.execute("SELECT polarity, corrected FROM insights").fetchall()
        assert found == [(2, 1) if applied else (0, 0)]
        newest = next(row for row in correction_rows(store) if row["id"] not in ids)
        assert newest["state"] == ("applied" if applied else "waiting")


def test_a_store_of_before_corrections_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Store(path) as store:
        as_it_was(store)
    with Store(path) as store:
        assert correction_rows(store) == []
        assert "category" in store.db.table("insights").columns_dict


def test_an_older_store_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    with Store(path) as store:
        as_it_was(store)
    monkeypatch.setattr("vocmine.store.database._writable", lambda path: False)
    with pytest.raises(StoreError, match="was made by an older vocmine and cannot be written"):
        Store(path, create=False)


def as_it_was(store: Store) -> None:
    """Take the second migration back."""
    store.conn.executescript(
        "DROP VIEW category_points; DROP TABLE corrections; DROP TABLE predictions; "
        "DROP INDEX insights_category; ALTER TABLE insights DROP COLUMN category; "
        "ALTER TABLE insights DROP COLUMN corrected; DROP TABLE categories; "
        "DELETE FROM _sqlite_migrations WHERE name LIKE 'm002%';"
        "PRAGMA wal_checkpoint(TRUNCATE)"
    )
