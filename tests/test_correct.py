"""Corrections: recorded, applied, undone, listed, exported; by hand and from files."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from vocmine.store import Store
from vocmine.training.corrections import corrected_messages

Run = Callable[..., Any]


@pytest.fixture
def correct(vocmine: Run, filled_store: Path) -> Run:
    """`vocmine correct` on the filled store."""
    return lambda *arguments: vocmine("correct", *arguments, "--db", filled_store)


@pytest.fixture
def message(vocmine: Run, filled_store: Path, tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """A message of the filled store as it is exported."""

    def read(external_id: str) -> dict[str, Any]:
        out = tmp_path / "now.jsonl"
        assert vocmine("export", out, "--db", filled_store, "--force").code == 0
        rows = map(json.loads, out.read_text("utf-8").splitlines())
        return next(row for row in rows if row["external_id"] == external_id)

    return read


def quotes(found: dict[str, Any]) -> list[str]:
    return [insight["quote"] for insight in found["insights"]]


class TestLabelsOfAMessage:
    def test_are_said_by_code_or_by_name_in_any_language(self, correct: Run, message: Run) -> None:
        ran = correct("--message", "R-1", "pqrs=Queja", "esfuerzo=bajo", "urgente=no", "churn=1")
        assert ran.code == 0
        now = message("R-1")
        assert (now["pqrs"], now["effort"], now["urgent"], now["churn"]) == ("grievance", 1, 0, 1)
        assert now["corrected"] == ["pqrs", "urgent", "effort", "churn"]

    def test_that_agree_make_no_correction_unless_they_are_confirmed(self, correct: Run) -> None:
        ran = correct("--message", "R-1", "pqrs=claim")
        assert "Corrections made: 0; labels that agreed already: 1." in ran.err
        ran = correct("--message", "R-1", "pqrs=claim", "--confirm")
        assert "Corrections made: 1" in ran.err

    def test_no_emotion_is_exported_in_a_word_and_read_back(
        self, correct: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        correct("--message", "R-1", "emotions=ninguna")
        out = tmp_path / "c.csv"
        assert correct("--export", out).code == 0
        (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
        assert row["emotions"] == "none"
        with Store(filled_store) as store:
            (message,) = corrected_messages(store)
        assert message.sets == {"emotions": frozenset()}

    def test_emotions_are_replaced_as_a_whole(self, correct: Run, message: Run) -> None:
        correct("--message", "R-1", "emociones=miedo, Rabia")
        assert sorted(message("R-1")["emotions"]) == ["anger", "fear"]
        correct("--message", "R-1", "emotions=")
        assert message("R-1")["emotions"] == []

    def test_keep_who_corrected_why_and_what_was_there(self, correct: Run) -> None:
        correct("--message", "R-1", "pqrs=grievance", "--author", "Ana Ruiz", "--note", "trato")
        (row,) = correct("--list", "--format", "jsonl").objects
        assert row["author"] == "Ana Ruiz"
        assert row["note"] == "trato"
        assert (row["field"], row["before"], row["value"]) == ("pqrs", "claim", "grievance")
        assert row["state"] == "applied"
        assert row["made_at"].endswith("+00:00")

    def test_are_listed_in_the_readers_language(self, correct: Run) -> None:
        correct("--message", "R-1", "pqrs=grievance")
        assert "reclamo" in correct("--list").out
        assert "queixa" in correct("--list", "--lang", "pt").out


class TestInsights:
    def test_are_corrected_by_their_quote_or_a_part_of_it(self, correct: Run, message: Run) -> None:
        ran = correct("--message", "R-1", "--insight", "dos veces la cuota", "friccion=precio",
                      "etapa=compra")  # fmt: skip
        assert ran.code == 0
        first, second = message("R-1")["insights"]
        assert (first["friction"], first["stage"], first["corrected"]) == ("price", "purchase", 1)
        assert second["corrected"] == 0

    def test_keep_phase_and_friction_in_agreement(
        self, correct: Run, vocmine: Run, filled_store: Path
    ) -> None:
        correct("--message", "R-8", "--insight", "La fila duró dos horas", "stage=purchase",
                "polarity=1")  # fmt: skip
        rows = vocmine("insights", "--db", filled_store, "--format", "jsonl").objects
        (row,) = [row for row in rows if row["quote"] == "La fila duró dos horas"]
        assert (row["phase"], row["polarity"], row["friction"]) == ("during", 1, "none")

    def test_that_are_none_are_removed(self, correct: Run, message: Run) -> None:
        correct("--message", "R-1", "--insight", "nadie me responde", "--remove")
        assert quotes(message("R-1")) == ["cobraron dos veces la cuota de manejo"]

    def test_that_are_missing_are_added_at_their_place(self, correct: Run, message: Run) -> None:
        ran = correct("--message", "R-2", "--insight", "La aplicación", "polarity=0")
        assert ran.code == 0
        added, _ = message("R-2")["insights"]
        assert (added["quote"], added["start"], added["end"]) == ("La aplicación", 0, 13)
        assert (added["friction"], added["stage"], added["confidence"]) == ("none", "unknown", 1.0)

    def test_need_a_polarity_to_be_added(self, correct: Run) -> None:
        ran = correct("--message", "R-2", "--insight", "La aplicación", "friction=outage")
        assert ran.code == 2
        assert "its polarity is needed" in ran.err

    def test_need_a_quote_that_is_in_the_message(self, correct: Run) -> None:
        ran = correct("--message", "R-2", "--insight", "La aplicacion", "polarity=0")
        assert ran.code == 2
        assert "'La aplicacion' is not in the message, letter for letter" in ran.err

    def test_removed_by_mistake_come_back_when_they_are_corrected(
        self, correct: Run, message: Run
    ) -> None:
        correct("--message", "R-2", "--insight", "se cierra cuando pago la factura", "--remove")
        assert message("R-2")["insights"] == []
        correct("--message", "R-2", "--insight", "se cierra cuando pago", "polarity=-2")
        assert [i["polarity"] for i in message("R-2")["insights"]] == [-2]


class TestUndo:
    def test_brings_back_what_the_model_said(self, correct: Run, message: Run) -> None:
        before = message("R-1")
        correct("--message", "R-1", "pqrs=grievance", "emotions=fear")
        correct("--message", "R-1", "--insight", "nadie me responde", "--remove")
        correct("--message", "R-1", "--insight", "Me", "polarity=0")
        assert message("R-1") != before
        ids = [str(row["id"]) for row in correct("--list", "--format", "jsonl").objects]
        assert correct(*(part for key in ids for part in ("--undo", key))).code == 0
        assert message("R-1") == before
        assert correct("--list", "--format", "jsonl").objects == []

    def test_makes_the_correction_before_it_count_again(self, correct: Run, message: Run) -> None:
        correct("--message", "R-1", "pqrs=grievance")
        correct("--message", "R-1", "pqrs=report")
        states = {
            row["value"]: row["state"] for row in correct("--history", "--format", "jsonl").objects
        }
        assert states == {"grievance": "replaced", "report": "applied"}
        correct("--undo", "2")
        assert message("R-1")["pqrs"] == "grievance"
        states = {
            row["value"]: row["state"] for row in correct("--history", "--format", "jsonl").objects
        }
        assert states == {"grievance": "applied", "report": "undone"}

    @pytest.mark.parametrize(("asked", "says"), [(9, "does not exist"), (1, "was undone already")])
    def test_of_what_does_not_count_is_refused(self, correct: Run, asked: int, says: str) -> None:
        correct("--message", "R-1", "pqrs=grievance")
        correct("--undo", "1")
        ran = correct("--undo", asked)
        assert ran.code == 2
        assert f"Correction {asked} {says}" in ran.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to correct"),
        (["--list", "--undo", "1"], "--list and --undo at once"),
        (["pqrs=claim"], "Say which: --message ID"),
        (["--message", "R-99", "pqrs=claim"], "There is no message 'R-99'"),
        (["--message", "R-1", "--source", "otro.csv", "pqrs=claim"], "of 'otro.csv'"),
        (["--message", "R-1"], "No label is given"),
        (["--message", "R-1", "color=rojo"], "There is no field 'color'"),
        (["--message", "R-1", "pqrs=protesta"], "'protesta' is no label of pqrs"),
        (["--message", "R-1", "emotions=miedo;hambre"], "'hambre' is no label of emotions"),
        (["--message", "R-1", "friction=billing"], "friction is about an insight"),
        (["--message", "R-1", "--remove"], "--remove is about an insight"),
        (["--insight", "x", "--list"], "need --message"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(correct: Run, arguments: list[str], says: str) -> None:
    ran = correct(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_a_store_that_is_not_there_is_not_made(vocmine: Run, tmp_path: Path) -> None:
    ran = vocmine("correct", "--message", "1", "pqrs=claim", "--db", tmp_path / "no.db")
    assert ran.code == 1
    assert not (tmp_path / "no.db").exists()


class TestFiles:
    def write(self, path: Path, *rows: list[str]) -> Path:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    def test_hold_a_row_for_each_message_or_insight(
        self, correct: Run, message: Run, tmp_path: Path
    ) -> None:
        path = self.write(
            tmp_path / "correcciones.csv",
            ["id", "PQRS", "Cita", "Fricción", "Polaridad", "Acción", "Autor", "Nota"],
            ["R-1", "queja", "nadie me responde", "trámite o traslado", "", "", "Ana", "rota"],
            ["R-2", "", "se cierra cuando pago la factura", "", "", "quitar", "", ""],
            ["R-7", "petición", "", "", "", "", "", ""],
        )
        ran = correct(path, "--author", "Equipo")
        assert ran.code == 0, ran.err
        assert message("R-1")["pqrs"] == "grievance"
        assert message("R-1")["insights"][1]["friction"] == "process"
        assert message("R-2")["insights"] == []
        rows = correct("--list", "--format", "jsonl").objects
        assert {row["external_id"]: row["author"] for row in rows} == {
            "R-1": "Ana",
            "R-2": "Equipo",
            "R-7": "Equipo",
        }

    def test_may_be_what_vocmine_exported_with_some_cells_changed(
        self, correct: Run, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        for what, column, changed in (
            ("messages", "sentiment", "mixed"),
            ("insights", "stage", "support"),
        ):
            path = tmp_path / f"{what}.csv"
            vocmine("export", path, "--what", what, "--db", filled_store)
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            rows[0][column] = changed
            self.write(path, list(rows[0]), *(list(row.values()) for row in rows))
            ran = correct(path)
            assert ran.code == 0, ran.err
            assert "Corrections made: 1;" in ran.err, what

    def test_may_be_workbooks(self, correct: Run, message: Run, tmp_path: Path) -> None:
        rows = ["Mensaje", "Texto", "PQRS"], ["R-7", "da igual", "sugerencia"]
        with Workbook(tmp_path / "c.xlsx") as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        assert correct(tmp_path / "c.xlsx").code == 0
        assert message("R-7")["pqrs"] == "suggestion"

    def test_rows_that_cannot_be_used_are_named_and_the_others_are_done(
        self, correct: Run, message: Run, tmp_path: Path
    ) -> None:
        path = self.write(
            tmp_path / "c.csv",
            ["external_id", "pqrs", "quote", "friction", "action"],
            ["R-1", "protesta", "", "", ""],
            ["R-99", "claim", "", "", ""],
            ["R-2", "", "no está", "billing", ""],
            ["R-2", "", "", "billing", ""],
            ["R-2", "", "La", "", "romper"],
            ["R-7", "petition", "", "", ""],
        )
        ran = correct(path)
        assert ran.code == 1
        for row, says in (
            (2, "'protesta' is no label of pqrs"),
            (3, "no message 'R-99'"),
            (4, "'no está' is not in the message"),
            (5, "gives friction and no quote"),
            (6, "'romper' is no action"),
        ):
            assert any(f"c.csv, row {row}: " in t and says in t for t in ran.err.splitlines()), says
        assert message("R-7")["pqrs"] == "petition"

    @pytest.mark.parametrize(
        ("header", "says"),
        [
            (["texto", "pqrs"], "which message is corrected"),
            (["id", "texto"], "holds a correction"),
        ],
    )
    def test_without_ids_or_labels_are_refused(
        self, correct: Run, tmp_path: Path, header: list[str], says: str
    ) -> None:
        path = self.write(tmp_path / "c.csv", header, ["Me cobraron dos veces", "claim"])
        ran = correct(path)
        assert ran.code == 1
        assert says in ran.err

    def test_columns_can_be_named(self, correct: Run, message: Run, tmp_path: Path) -> None:
        path = self.write(tmp_path / "c.csv", ["caso x", "clase y"], ["R-7", "petición"])
        ran = correct(path, "--map", "external_id=caso x", "--map", "pqrs=Clase Y")
        assert ran.code == 0, ran.err
        assert message("R-7")["pqrs"] == "petition"
        ran = correct(path, "--map", "external_id=nada")
        assert "There is no column 'nada'" in ran.err

    def test_what_was_corrected_is_exported_for_training_and_can_be_given_back(
        self, correct: Run, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        quote = '=HYPERLINK("http://malo.example"'
        correct("--message", "R-6", "pqrs=claim", "--insight", quote, "polarity=-2")
        correct("--message", "R-1", "--insight", "nadie me responde", "--remove")
        out = tmp_path / "etiquetas.csv"
        ran = correct("--export", out)
        assert (ran.code, ran.out.strip()) == (0, str(out))
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["external_id"] for row in rows] == ["R-1", "R-6", "R-6"]
        assert [row["action"] for row in rows] == ["remove", "", ""]
        assert rows[2]["quote"] == f"'{quote}", "no spreadsheet may take it for a formula"
        ran = correct(out)
        assert ran.code == 0, ran.err
        assert "Corrections made: 0; labels that agreed already: 3." in ran.err
        assert correct("--export", out).code == 2


def test_a_correction_of_a_label_that_nobody_gave_waits_for_it(
    correct: Run, filled_store: Path
) -> None:
    with sqlite3.connect(filled_store) as db:
        db.execute("DROP TABLE pqrs")
    ran = correct("--message", "R-1", "pqrs=report")
    assert ran.code == 0
    assert "1 found nothing to correct; they are kept" in ran.err
    assert correct("--list", "--format", "jsonl").objects[0]["state"] == "waiting"
