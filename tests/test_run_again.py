"""The same store again: fewer analyzers take nothing away, a better reading replaces a wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

COMPLAINTS = (
    "Me cobraron dos veces la cuota de manejo y nadie me da razón.",
    "La app se cae cada vez que intento pagar la factura.",
    "Excelente atención de la asesora, muy amable y rápida.",
    "Llevo tres semanas esperando la devolución del dinero.",
)
INSIGHTS = "SELECT message_id, quote, polarity, friction, stage FROM insights ORDER BY id"


def write_csv(path: Path, header: str = "Radicado;Fecha;Descripción;Nota") -> Path:
    lines = [f"R-{n};0{n + 1}/03/2026;{text};nota {n}" for n, text in enumerate(COMPLAINTS)]
    path.write_text("\n".join([header, *lines]), "utf-8")
    return path


def rows(store: Path, sql: str) -> list[tuple[Any, ...]]:
    conn = sqlite3.connect(store)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "quejas.csv")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "v.db"


class TestFewerAnalyzers:
    @pytest.mark.parametrize("left", ["sentiment", "friction", "topic", "pqrs"])
    def test_take_no_label_from_insights_that_are_there(
        self, vocmine: Callable[..., Any], export: Path, db: Path, left: str
    ) -> None:
        vocmine("analyze", export, "--db", db, "--quiet")
        before = rows(db, INSIGHTS)
        assert all(row[2] is not None and row[3] is not None for row in before)
        assert vocmine("analyze", export, "--db", db, "--analyzer", left, "--quiet").code == 0
        assert rows(db, INSIGHTS) == before

    def test_leave_a_label_empty_that_nobody_gave(
        self, vocmine: Callable[..., Any], export: Path, db: Path
    ) -> None:
        vocmine("analyze", export, "--db", db, "--analyzer", "sentiment", "--quiet")
        found = rows(db, INSIGHTS)
        assert found
        assert {row[3] for row in found} == {None}
        vocmine("analyze", export, "--db", db, "--quiet")
        assert all(row[3] is not None for row in rows(db, INSIGHTS))

    def test_read_changed_words_anew(
        self, vocmine: Callable[..., Any], export: Path, db: Path
    ) -> None:
        vocmine("analyze", export, "--db", db, "--quiet")
        changed = "La aplicación no abre desde ayer"
        export.write_text(export.read_text("utf-8").replace(COMPLAINTS[0], changed), "utf-8")
        vocmine("analyze", export, "--db", db, "--analyzer", "sentiment", "--quiet")
        quotes = {row[1] for row in rows(db, INSIGHTS) if row[0] == 1}
        assert quotes
        assert all(quote in changed for quote in quotes)


class TestAnotherReadingOfTheSameFile:
    WRONG = ("--map", "text=Nota", "--map", "external_id=Fecha")

    def test_replaces_the_messages_of_the_first_and_says_so(
        self, vocmine: Callable[..., Any], export: Path, db: Path
    ) -> None:
        vocmine("analyze", export, "--db", db, *self.WRONG, "--quiet")
        done = vocmine("analyze", export, "--db", db)
        assert [row[0] for row in rows(db, "SELECT text FROM messages ORDER BY id")] == [
            *COMPLAINTS
        ]
        assert "4 messages of that reading were replaced" in done.err
        assert rows(db, "SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'nota'") == [
            (0,)
        ]

    @pytest.mark.parametrize("part", [("--limit", "2"), ("--since", "2026-03-03")])
    def test_keeps_them_while_it_is_not_whole(
        self, vocmine: Callable[..., Any], export: Path, db: Path, part: tuple[str, str]
    ) -> None:
        vocmine("analyze", export, "--db", db, *self.WRONG, "--quiet")
        vocmine("analyze", export, "--db", db, *part, "--quiet")
        assert rows(db, "SELECT count(*) FROM messages WHERE text LIKE 'nota%'") == [(4,)]
        vocmine("analyze", export, "--db", db, "--quiet")
        assert rows(db, "SELECT count(*) FROM messages WHERE text LIKE 'nota%'") == [(0,)]

    def test_next_months_export_under_the_same_name_takes_nothing_away(
        self, vocmine: Callable[..., Any], export: Path, db: Path
    ) -> None:
        vocmine("analyze", export, "--db", db, "--quiet")
        export.write_text("Número;Fecha;Comentario\nS-1;01/04/2026;No sirve la página\n", "utf-8")
        vocmine("analyze", export, "--db", db, "--quiet")
        assert rows(db, "SELECT count(*) FROM messages") == [(5,)]
        # Nor does correcting how this month's is read.
        vocmine("analyze", export, "--db", db, "--map", "channel=Fecha", "--quiet")
        assert rows(db, "SELECT count(*) FROM messages") == [(5,)]
        vocmine("analyze", export, "--db", db, "--map", "external_id=Fecha", "--quiet")
        assert rows(db, "SELECT external_id FROM messages ORDER BY id") == [
            *((f"R-{n}",) for n in range(4)),
            ("01/04/2026",),
        ]

    def test_what_a_part_of_it_left_goes_when_the_good_one_is_whole_again(
        self, vocmine: Callable[..., Any], export: Path, db: Path
    ) -> None:
        vocmine("analyze", export, "--db", db, "--quiet")
        vocmine("analyze", export, "--db", db, *self.WRONG, "--limit", "2", "--quiet")
        assert rows(db, "SELECT count(*) FROM messages") == [(6,)]
        vocmine("analyze", export, "--db", db, "--quiet")
        assert rows(db, "SELECT count(*) FROM messages") == [(4,)]

    def test_with_records_that_it_cannot_read_takes_nothing_away(
        self, vocmine: Callable[..., Any], tmp_path: Path, db: Path
    ) -> None:
        export = tmp_path / "q.csv"
        export.write_text(
            "Radicado;Nota;Fecha;Descripción\nR-1;nota uno;01/03/2026;No me llega\n"
            "R-2;nota; dos;02/03/2026;Me cobraron mal\n",
            "utf-8",
        )
        vocmine("analyze", export, "--db", db, "--quiet")
        done = vocmine("analyze", export, "--db", db, "--map", "text=Nota", "--quiet")
        assert done.code == 1
        assert rows(db, "SELECT external_id, text FROM messages ORDER BY id") == [
            ("R-1", "nota uno"),
            ("R-2", "02/03/2026;Me cobraron mal"),
        ]

    def test_leaves_another_export_what_it_brought_as_well(
        self, vocmine: Callable[..., Any], export: Path, tmp_path: Path, db: Path
    ) -> None:
        second = tmp_path / "febrero.csv"
        lines = export.read_text("utf-8").splitlines()
        second.write_text("\n".join([lines[0], *lines[3:]]), "utf-8")
        vocmine("analyze", export, second, "--db", db, "--quiet")
        assert rows(db, "SELECT count(*) FROM messages") == [(4,)]
        vocmine("analyze", export, "--db", db, *self.WRONG, "--quiet")
        sql = "SELECT s.name, count(*) FROM messages AS m JOIN sources AS s ON s.id = m.source_id"
        assert rows(db, f"{sql} GROUP BY 1") == [("febrero.csv", 2), ("quejas.csv", 4)]


class TestFailFast:
    def test_stops_at_a_record_that_cannot_be_read(
        self, vocmine: Callable[..., Any], tmp_path: Path, db: Path
    ) -> None:
        broken = tmp_path / "roto.jsonl"
        broken.write_text('{"id": 1, "texto": "No me llega"}\n{"id": 2, "texto": \n', "utf-8")
        done = vocmine("analyze", broken, "--db", db, "--fail-fast")
        assert done.code == 1
        assert done.err.startswith("Error: roto.jsonl, ")
        assert rows(db, "SELECT status FROM runs") == [("interrupted",)]

    def test_stops_at_a_file_that_cannot_be_read(
        self, vocmine: Callable[..., Any], export: Path, tmp_path: Path, db: Path
    ) -> None:
        empty = tmp_path / "vacio.csv"
        empty.write_bytes(b"")
        done = vocmine("analyze", empty, export, "--db", db, "--fail-fast")
        assert done.code == 1
        assert "vacio.csv" in done.err
        assert rows(db, "SELECT count(*) FROM messages") == [(0,)]


def test_a_reader_that_has_seen_enough_still_learns_what_failed(
    export: Path, tmp_path: Path, db: Path
) -> None:
    empty = tmp_path / "vacio.csv"
    empty.write_bytes(b"")
    command = [sys.executable, "-m", "vocmine", "analyze", str(empty), str(export)]
    command += ["--db", str(db), "--format", "jsonl"]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(command, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "Error: " in done.stderr
    assert "vacio.csv" in done.stderr
    assert "Traceback" not in done.stderr
