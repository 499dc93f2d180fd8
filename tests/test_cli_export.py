"""Exports: round trips through CSV, JSON lines and XLSX, no formulas, whole or not at all."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from vocmine import workbook
from vocmine.errors import UsageError, VocmineError
from vocmine.export import CONTENTS, export, spreadsheet_safe
from vocmine.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from vocmine.store.reading import Filter

Run = Callable[..., Any]


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def read_sheet(path: Path, name: str) -> list[dict[str, Any]]:
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


class TestJsonLines:
    def test_messages_are_the_objects_of_analyze(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.jsonl"
        assert vocmine("export", out, "--db", filled_store).code == 0
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert [row["external_id"] for row in rows] == [f"R-{n}" for n in range(1, 14)]
        first = rows[0]
        assert first["schema"] == 1
        assert first["emotions"] == ["anger", "frustration"]
        assert (first["pqrs"], first["effort"], first["urgent"]) == ("claim", 3, 1)
        assert first["insights"][0]["quote"] == "cobraron dos veces la cuota de manejo"
        assert rows[-1]["skipped"] == "no_words"

    @pytest.mark.parametrize("what", CONTENTS)
    def test_holds_anything_as_the_command_of_that_name_prints_it(
        self, vocmine: Run, filled_store: Path, tmp_path: Path, what: str
    ) -> None:
        out = tmp_path / "x.jsonl"
        corrected = vocmine("correct", "--message", "R-1", "pqrs=petition", "--db", filled_store)
        assert corrected.code == 0
        assert vocmine("export", out, "--what", what, "--db", filled_store).code == 0
        rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
        assert rows
        if what in ("insights", "journey", "pyramid"):
            printed = vocmine(what, "--db", filled_store, "--format", "jsonl").objects
            assert rows == printed


class TestCsv:
    def test_keeps_codes_dates_and_the_exports_own_columns(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        assert vocmine("export", out, "--db", filled_store, "--lang", "en").code == 0
        rows = read_csv(out)
        assert len(rows) == 13
        assert rows[0]["external_id"] == "R-1"
        assert rows[0]["pqrs"] == "claim"
        assert rows[0]["emotions"] == "anger; frustration"
        assert rows[0]["insight_count"] == "2"
        assert rows[0]["extra.Ciudad"] == "Bogotá"
        assert (rows[-1]["pqrs"], rows[-1]["skipped"]) == ("", "no_words")

    def test_opens_with_accents_in_excel(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        vocmine("export", out, "--db", filled_store)
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")

    def test_can_use_another_delimiter(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "i.csv"
        vocmine("export", out, "--what", "insights", "--delimiter", ";", "--db", filled_store)
        assert read_csv(out, ";")[0]["friction"] == "billing"

    def test_no_cell_is_a_formula(self, vocmine: Run, filled_store: Path, tmp_path: Path) -> None:
        out = tmp_path / "m.csv"
        vocmine("export", out, "--db", filled_store)
        (row,) = (row for row in read_csv(out) if row["external_id"] == "R-6")
        assert row["text"].startswith("'=HYPERLINK(")
        assert row["title"].startswith("'=HYPERLINK(")

    def test_a_column_of_the_export_cannot_smuggle_a_formula_in(
        self, filled_store: Path, tmp_path: Path
    ) -> None:
        with Store(filled_store) as store:
            with store.transaction() as conn:
                conn.execute(
                    "UPDATE messages SET extra = ? WHERE external_id = 'R-1'",
                    [json.dumps({"=1+1": "@SUM(A1)", "text": "otra columna"})],
                )
            out = tmp_path / "m.csv"
            export(store, out, what=["messages"], format_="csv")
        row = read_csv(out)[0]
        assert row["extra.=1+1"] == "'@SUM(A1)"
        assert row["text"].startswith("Me cobraron")
        assert row["extra.text"] == "otra columna"


class TestSpreadsheetSafe:
    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+57 1", "-2", "@SUM(A1)", "\tx", "\rx", "\n=1", " =1", "  -1", "＝1+1", "＠x"],
    )
    def test_a_text_that_may_be_a_formula_gets_a_quote(self, text: str) -> None:
        assert spreadsheet_safe(text) == f"'{text}"

    @pytest.mark.parametrize("value", ["", " ", "hola", "a=b", "¿=?", -2, 0.5, None, True])
    def test_everything_else_stays(self, value: Any) -> None:
        assert spreadsheet_safe(value) == value

    def test_lists_are_joined_and_then_checked(self) -> None:
        assert spreadsheet_safe(["a", "b"]) == "a; b"
        assert spreadsheet_safe(["=a", "b"]) == "'=a; b"

    @given(st.text())
    def test_no_result_starts_as_a_formula(self, text: str) -> None:
        safe = spreadsheet_safe(text)
        assert safe.lstrip(" ")[:1] not in tuple("=+-@\t\r")
        assert safe.removeprefix("'") in (text, text.removeprefix("'"))


class TestWorkbook:
    def test_holds_four_sheets_with_headings_and_names_in_spanish(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        ran = vocmine("export", out, "--db", filled_store)
        assert (ran.code, ran.out.strip()) == (0, str(out))
        assert ran.err.strip() == "13 messages, 15 insights, 9 friction points, 2 topics"
        names = CalamineWorkbook.from_path(str(out)).sheet_names
        assert names == ["Mensajes", "Insights", "Puntos de fricción", "Temas"]
        first = read_sheet(out, "Mensajes")[0]
        assert first["PQRS"] == "reclamo"
        assert first["Emociones"] == "rabia; frustración"
        assert first["Urgente"] == "sí"
        assert first["Ciudad (del archivo)"] == "Bogotá"

    def test_columns_of_the_export_are_told_apart_and_no_two_headings_are_alike(
        self, filled_store: Path, tmp_path: Path
    ) -> None:
        extra = {"País": "Colombia", "País (del archivo)": "CO", "to": "a@b.co", "Para": "mí"}
        out = tmp_path / "r.xlsx"
        with Store(filled_store) as store:
            with store.transaction() as conn:
                conn.execute("UPDATE messages SET extra = ? WHERE id = 1", [json.dumps(extra)])
            export(store, out, what=["messages"], format_="xlsx")
        head = CalamineWorkbook.from_path(str(out)).get_sheet_by_name("Mensajes").to_python()[0]
        assert len(set(head)) == len(head)
        first = read_sheet(out, "Mensajes")[0]
        assert (first["País"], first["País (del archivo)"]) == ("CO", "Colombia")
        assert first["Para (del archivo)"] == "a@b.co"

    def test_says_in_words_why_a_message_was_not_analysed(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        vocmine("export", out, "--db", filled_store)
        assert read_sheet(out, "Mensajes")[-1]["Sin analizar"] == "solo emojis, cifras o signos"

    def test_speaks_english(self, vocmine: Run, filled_store: Path, tmp_path: Path) -> None:
        out = tmp_path / "r.xlsx"
        vocmine("export", out, "--db", filled_store, "--lang", "en", "--what", "friction")
        row = read_sheet(out, "Friction points")[0]
        assert row["Friction"].lower() == "billing"

    def test_dates_and_numbers_are_typed(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        vocmine("export", out, "--db", filled_store)
        message = read_sheet(out, "Mensajes")[0]
        assert message["Fecha"] == datetime(2026, 1, 5, 8, 30)
        assert message["Calificación"] == 2.0
        point = read_sheet(out, "Puntos de fricción")[0]
        assert (point["Mensajes"], point["% de los mensajes"]) == (3, 0.25)

    def test_a_customers_formula_is_text(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        vocmine("export", out, "--db", filled_store)
        (row,) = (row for row in read_sheet(out, "Mensajes") if row["Mensaje"] == "R-6")
        assert row["Texto"].startswith("=HYPERLINK(")
        with zipfile.ZipFile(out) as parts:
            sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
        assert len(sheets) == 4
        assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)

    def test_the_head_is_frozen_and_filterable(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        vocmine("export", out, "--db", filled_store)
        with zipfile.ZipFile(out) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert 'state="frozen"' in sheet
        assert re.search(r'<autoFilter ref="A1:[A-Z]+14"', sheet)

    def test_a_text_longer_than_a_cell_is_cut_with_a_mark_and_not_dropped(
        self, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        with Store(filled_store) as store:
            with store.transaction() as conn:
                conn.execute("UPDATE messages SET text = ? WHERE id = 1", ["ñ" * 40_000])
            export(store, out, what=["messages"], format_="xlsx")
        text = read_sheet(out, "Mensajes")[0]["Texto"]
        assert text == "ñ" * 32_766 + "…"

    def test_more_rows_than_a_sheet_holds_go_on_in_the_next(
        self, filled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "SHEET_ROWS", 5)
        out = tmp_path / "r.xlsx"
        with Store(filled_store) as store:
            counts = export(store, out, what=["messages"], format_="xlsx")
        names = ["Mensajes", "Mensajes (2)", "Mensajes (3)"]
        assert CalamineWorkbook.from_path(str(out)).sheet_names == names
        found = [row["Mensaje"] for name in names for row in read_sheet(out, name)]
        assert found == [f"R-{n}" for n in range(1, 14)]
        assert counts == {"messages": 13}

    @pytest.mark.parametrize("date", ["0001-01-01", "1850-05-05", "2026-01-05T08:30:00-05:00"])
    def test_dates_that_a_spreadsheet_cannot_hold_are_kept_as_well_as_can_be(
        self, filled_store: Path, tmp_path: Path, date: str
    ) -> None:
        out = tmp_path / "r.xlsx"
        with Store(filled_store) as store:
            with store.transaction() as conn:
                conn.execute("UPDATE messages SET created_at = ? WHERE id = 1", [date])
            export(store, out, what=["messages"], format_="xlsx")
        shown = read_sheet(out, "Mensajes")[0]["Fecha"]
        assert shown == (datetime(2026, 1, 5, 8, 30) if date.startswith("2026") else date)

    def test_an_empty_store_gives_headings_only(
        self, vocmine: Run, empty_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "r.xlsx"
        ran = vocmine("export", out, "--db", empty_store)
        assert ran.code == 0
        assert "Nothing to export" in ran.err
        assert read_sheet(out, "Mensajes") == []


class TestFilters:
    def test_messages_are_those_with_such_an_insight(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        vocmine("export", out, "--friction", "billing", "--db", filled_store)
        assert [row["external_id"] for row in read_csv(out)] == ["R-1", "R-3", "R-9"]

    def test_a_period_keeps_messages_without_insights(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        asked = ("--since", "2026-02-10", "--until", "2026-03-01", "--db", filled_store)
        vocmine("export", out, *asked)
        assert [row["external_id"] for row in read_csv(out)] == ["R-6", "R-7"]

    def test_an_unknown_code_is_refused_before_anything_is_written(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        assert vocmine("export", out, "--stage", "x", "--db", filled_store).code == 2
        assert not out.exists()


class TestTheFile:
    def test_is_not_replaced_without_force(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        out = tmp_path / "m.csv"
        out.write_text("mío")
        ran = vocmine("export", out, "--db", filled_store)
        assert ran.code == 2
        assert "exists already" in ran.err
        assert "--force" in ran.err
        assert out.read_text() == "mío"
        assert vocmine("export", out, "--force", "--db", filled_store).code == 0
        assert len(read_csv(out)) == 13

    def test_is_never_the_store_itself(self, vocmine: Run, filled_store: Path) -> None:
        before = filled_store.read_bytes()
        asked = ("export", filled_store, "--format", "csv", "--force", "--db", filled_store)
        ran = vocmine(*asked)
        assert ran.code == 2
        assert "is the store itself" in ran.err
        assert filled_store.read_bytes() == before

    @pytest.mark.parametrize("format_", ["csv", "jsonl", "xlsx"])
    def test_is_whole_or_not_there(
        self, filled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
    ) -> None:
        def broken(store: Store, chosen: Filter) -> Any:
            yield {"friction": "billing"}
            raise RuntimeError("the plug was pulled")

        content = CONTENTS["friction"]
        monkeypatch.setitem(
            CONTENTS, "friction", type(content)(content.titles, broken, content.columns)
        )
        folder = tmp_path / "salida"
        folder.mkdir()
        out = folder / f"x.{format_}"
        out.write_text("anterior")
        with Store(filled_store) as store, pytest.raises(RuntimeError):
            export(store, out, what=["friction"], format_=format_, overwrite=True)
        assert [path.name for path in folder.iterdir()] == [out.name]
        assert out.read_text() == "anterior"

    def test_a_folder_that_is_missing_is_named(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        ran = vocmine("export", tmp_path / "no" / "m.csv", "--db", filled_store)
        assert ran.code == 2
        assert "does not exist" in ran.err

    def test_a_folder_is_no_file(self, filled_store: Path, tmp_path: Path) -> None:
        with Store(filled_store) as store, pytest.raises(UsageError, match="is a folder"):
            export(store, tmp_path, what=["messages"], format_="csv")

    def test_a_disk_that_refuses_gets_one_sentence(
        self, filled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*arguments: object, **options: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("vocmine.export.tempfile.mkstemp", full)
        with Store(filled_store) as store, pytest.raises(VocmineError, match="No space left"):
            export(store, tmp_path / "m.csv", what=["messages"], format_="csv")

    def test_has_the_rights_of_any_new_file(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        other = tmp_path / "otro"
        other.touch()
        vocmine("export", tmp_path / "m.csv", "--db", filled_store)
        assert (tmp_path / "m.csv").stat().st_mode == other.stat().st_mode

    def test_its_extension_tells_the_format(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        ran = vocmine("export", tmp_path / "m.pdf", "--db", filled_store)
        assert ran.code == 2
        assert ".csv, .jsonl or .xlsx" in ran.err
        asked = ("--format", "jsonl", "--db", filled_store)
        assert vocmine("export", tmp_path / "m.txt", *asked).code == 0

    def test_of_text_holds_one_thing(
        self, vocmine: Run, filled_store: Path, tmp_path: Path
    ) -> None:
        asked = ("--what", "messages", "--what", "topics", "--db", filled_store)
        ran = vocmine("export", tmp_path / "m.csv", *asked)
        assert ran.code == 2
        assert "holds one thing" in ran.err
        assert vocmine("export", tmp_path / "m.xlsx", *asked).code == 0

    @pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
    def test_needs_a_delimiter_of_one_character(
        self, vocmine: Run, filled_store: Path, tmp_path: Path, delimiter: str
    ) -> None:
        asked = ("--delimiter", delimiter, "--db", filled_store)
        ran = vocmine("export", tmp_path / "m.csv", *asked)
        assert ran.code == 2
        assert "one character" in ran.err


def test_xlsxwriter_still_drops_what_is_too_long_so_the_cut_is_needed(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "x.xlsx")) as book:
        assert book.add_worksheet().write_string(0, 0, "a" * 32_768) < 0
