"""Bad input from end to end: one clear sentence, a truthful exit code, and a run that goes on."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

TEXTS = (
    "Me cobraron dos veces la cuota de manejo y nadie me da razón.",
    "La app se cae cada vez que intento pagar la factura.",
    "Excelente atención de la asesora, muy amable y rápida.",
    "Llevo tres semanas esperando la devolución del dinero.",
)
HEADER = "Radicado;Fecha;Descripción"
LINES = [HEADER, *(f"R-{n};0{n + 1}/03/2026;{text}" for n, text in enumerate(TEXTS))]
GOOD = "\n".join(LINES) + "\n"


class Desk:
    """A folder with exports and a store, and `vocmine analyze` over them."""

    def __init__(self, folder: Path, vocmine: Callable[..., Any]) -> None:
        self.folder = folder
        self.db = folder / "v.db"
        self._vocmine = vocmine

    def file(self, name: str, content: str | bytes = GOOD) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def analyze(self, *arguments: object) -> Any:
        """Run with one analyzer, which is quicker; nothing here is about labels."""
        ran = self._vocmine("analyze", *arguments, "--db", self.db, "--analyzer", "pqrs")
        assert "Traceback" not in ran.err
        assert "fault of vocmine" not in ran.err
        return ran

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        conn = sqlite3.connect(self.db)
        try:
            return conn.execute(sql).fetchall()
        finally:
            conn.close()

    def counts(self) -> dict[str, int]:
        """Counts of the last run, which always add up: no record is lost."""
        names = "read new changed unchanged skipped".split()
        (values,) = self.rows(f"SELECT {', '.join(names)} FROM runs ORDER BY id DESC LIMIT 1")
        (unreadable,) = self.rows(
            "SELECT count(*) FROM failures WHERE message_id IS NULL AND locator <> '' "
            "AND run_id = (SELECT max(id) FROM runs)"
        )
        counts = {**dict(zip(names, values, strict=True)), "unreadable": unreadable[0]}
        assert counts["read"] == sum(counts.values()) - counts["read"]
        return counts

    def texts(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT text FROM messages ORDER BY id")]


@pytest.fixture
def desk(tmp_path: Path, vocmine: Callable[..., Any]) -> Desk:
    return Desk(tmp_path, vocmine)


class TestAFileThatIsNoExport:
    def test_a_missing_file_is_wrong_usage_and_leaves_no_store_behind(self, desk: Desk) -> None:
        ran = desk.analyze(desk.folder / "no está.csv")
        assert ran.code == 2
        assert "There is no file or folder" in ran.err
        assert "no está.csv" in ran.err
        assert not desk.db.exists()

    def test_each_is_named_with_what_it_is_and_the_good_ones_are_analysed(self, desk: Desk) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("foto.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
        office = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 4000
        told: dict[str, tuple[str | bytes, str]] = {
            "vacío.csv": ("", "is empty"),
            "foto.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "PNG image"),
            "carta.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 8, "PDF"),
            "comprimido.csv": (archive.getvalue(), "holds no export"),
            "cortado.xlsx": (archive.getvalue()[:60], "damaged"),
            "protegido.xlsx": (office, "Office"),
            "página.xls": ("<html><table><tr><td>Hola</td></tr></table></html>", "web page"),
            "sin_texto.csv": ("id;valor\n1;20\n2;30\n", "--map text=COLUMN"),
            "sin_encabezado.csv": ("\n".join(LINES[1:]), "no header"),
        }
        bad = [desk.file(name, content) for name, (content, _) in told.items()]
        ran = desk.analyze(*bad, desk.folder / "falta.csv", desk.file("buena.csv"))
        assert ran.code == 1
        errors = [line for line in ran.err.splitlines() if line.startswith("Error: ")]
        for name, (_, words) in [*told.items(), ("falta.csv", ("", "no file"))]:
            about = [line for line in errors if name in line]
            assert len(about) == 1, (name, errors)
            assert words in about[0]
        assert desk.counts()["new"] == len(TEXTS)
        assert ran.out.startswith("buena.csv") or "buena.csv" in ran.out.splitlines()[0]

    def test_a_folder_without_exports_says_so_and_names_what_is_in_it(self, desk: Desk) -> None:
        folder = desk.folder / "carpeta"
        folder.mkdir()
        (folder / "datos.bin").write_bytes(bytes(range(256)) * 20)
        ran = desk.analyze(folder)
        assert ran.code == 1
        assert "carpeta' holds no export" in ran.err
        assert "datos.bin" in ran.err
        assert ran.out == ""

    def test_a_file_that_may_not_be_read_is_no_plugins_fault(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed = desk.file("cerrado.csv")
        opened = Path.open

        def refuse(path: Path, *arguments: Any, **named: Any) -> Any:
            if path == closed:
                raise PermissionError(13, "Permission denied", str(path))
            return opened(path, *arguments, **named)

        monkeypatch.setattr(Path, "open", refuse)
        ran = desk.analyze(closed)
        errors = [line for line in ran.err.splitlines() if "cerrado.csv" in line]
        assert len(errors) == 1
        assert "cannot be opened: Permission denied" in errors[0]


class TestABrokenTable:
    def test_a_quote_never_closed_costs_its_own_row_only(self, desk: Desk) -> None:
        lines = [*LINES]
        lines[2] = 'R-1;02/03/2026;"La app se cae'
        ran = desk.analyze(desk.file("comilla.csv", "\n".join(lines)))
        assert ran.code == 1
        assert "comilla.csv, row 3" in ran.err
        assert "A quote is o" in ran.err
        assert f"vocmine runs 1 --db {desk.db}" in ran.err
        assert desk.counts() | {"new": 3, "unreadable": 1} == desk.counts()

    def test_rows_of_uneven_width_keep_what_they_have(self, desk: Desk) -> None:
        lines = [*LINES]
        lines[1] += ";de más"
        lines[3] = "R-2"
        ran = desk.analyze(desk.file("desigual.csv", "\n".join(lines)))
        assert ran.code == 1
        assert "desigual.csv, row 4" in ran.err
        assert desk.counts() | {"new": 3, "unreadable": 1} == desk.counts()

    def test_nul_bytes_are_removed_and_said_once(self, desk: Desk) -> None:
        ran = desk.analyze(desk.file("nulo.csv", GOOD.replace("La app", "La a\0pp")))
        assert ran.code == 0
        assert ran.err.count("NUL") == 1
        assert desk.texts() == list(TEXTS)

    def test_a_cell_of_five_megabytes_is_skipped_with_its_row(self, desk: Desk) -> None:
        big = f'{GOOD}R-9;09/03/2026;"{"Muy mal servicio. " * 300_000}"\n'
        ran = desk.analyze(desk.file("grande.csv", big))
        assert ran.code == 0
        assert desk.counts() | {"new": 4, "skipped": 1} == desk.counts()
        assert desk.rows("SELECT reason, example FROM skips") == [("too_long", "row 6")]

    def test_mixed_encodings_in_one_file_are_read_line_by_line(self, desk: Desk) -> None:
        half = "\n".join(LINES[:3]).encode() + b"\n" + "\n".join(LINES[3:]).encode("latin-1")
        ran = desk.analyze(desk.file("mezcla.csv", half))
        assert ran.code == 0
        assert "mixes encodings" in ran.err
        assert desk.texts() == list(TEXTS)

    def test_dates_in_three_formats_are_understood_and_the_hopeless_one_is_counted(
        self, desk: Desk
    ) -> None:
        dates = ("2026-03-14", "15/03/2026", "16 de marzo de 2026", "ayer")
        lines = [HEADER, *(f"R-{n};{d};{TEXTS[n]}" for n, d in enumerate(dates))]
        ran = desk.analyze(desk.file("fechas.csv", "\n".join(lines)))
        assert ran.code == 0
        assert "'ayer'" in ran.err
        found = [
            row[0] and row[0][:10]
            for row in desk.rows("SELECT created_at FROM messages ORDER BY id")
        ]
        assert found == ["2026-03-14", "2026-03-15", "2026-03-16", None]

    def test_a_header_without_rows_is_said_and_is_no_failure(self, desk: Desk) -> None:
        ran = desk.analyze(desk.file("solo.csv", HEADER + "\n"))
        assert ran.code == 0
        assert "solo.csv" in ran.err
        assert "no rows" in ran.err

    def test_broken_json_keeps_what_stands_before_and_after(self, desk: Desk) -> None:
        objects = [f'{{"id": "J-{n}", "texto": "{text}"}}' for n, text in enumerate(TEXTS)]
        lines = desk.file("líneas.jsonl", "\n".join([objects[0], objects[1][:30], *objects[2:]]))
        cut = desk.file("cortado.json", f"[{', '.join(objects)}"[:-20])
        ran = desk.analyze(lines, cut)
        assert ran.code == 1
        assert "líneas.jsonl, line 2" in ran.err
        assert ("record 4",) in desk.rows("SELECT locator FROM failures")
        assert desk.counts()["unreadable"] == 2

    def test_an_encoding_that_it_is_not_in_is_one_error_and_no_plugins_fault(
        self, desk: Desk
    ) -> None:
        ran = desk.analyze(desk.file("cp.csv", GOOD.encode("cp1252")), "--encoding", "utf-16")
        assert ran.code != 0
        assert ran.err.count("cp.csv is not in utf-16. Leave --encoding out") == 1
        assert "plugin" not in ran.err


class TestMessagesThatSayLittle:
    def test_all_duplicates_count_once_and_the_rest_is_said(self, desk: Desk) -> None:
        ran = desk.analyze(desk.file("igual.csv", f"{HEADER}\n" + f"{LINES[1]}\n" * 30))
        assert ran.code == 0
        assert desk.counts() | {"read": 30, "new": 1, "skipped": 29} == desk.counts()
        assert "29 sin analizar: repetidos" in ran.out

    def test_emoji_and_unknown_languages_are_kept_without_labels_and_counted_by_reason(
        self, desk: Desk
    ) -> None:
        said = ("😡😡😡", "👍", "Η εξυπηρέτηση ήταν πολύ κακή και περίμενα τρεις ολόκληρες ώρες")
        lines = [HEADER, *(f"R-{n};01/03/2026;{text}" for n, text in enumerate(said))]
        ran = desk.analyze(desk.file("otros.csv", "\n".join(lines)))
        assert ran.code == 0
        assert desk.counts() | {"read": 3, "skipped": 3} == desk.counts()
        assert "2 sin analizar: solo emojis" in ran.out
        assert "1 sin analizar: en un idioma que vocmine no analiza" in ran.out
        assert "nada nuevo" not in ran.out

    def test_a_period_asked_of_undated_messages_says_why_there_are_none(self, desk: Desk) -> None:
        lines = ["Radicado;Descripción", *(f"R-{n};{text}" for n, text in enumerate(TEXTS))]
        ran = desk.analyze(desk.file("sin.csv", "\n".join(lines)), "--since", "2026-01-01")
        assert ran.code == 0
        assert "4 sin analizar: sin fecha" in ran.out

    def test_two_files_with_the_same_ids_and_other_words_are_other_messages(
        self, desk: Desk
    ) -> None:
        other = GOOD.replace(".\n", " y además otra cosa.\n")
        ran = desk.analyze(desk.file("a.csv"), desk.file("b.csv", other), desk.file("c.csv"))
        assert ran.code == 0
        assert desk.counts() | {"read": 12, "new": 8, "unchanged": 4} == desk.counts()


class TestStandardInput:
    def piped(self, content: bytes, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Any:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        return desk.analyze("-")

    def test_nothing_piped_says_what_to_pipe(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = self.piped(b"", monkeypatch, desk)
        assert ran.code == 1
        assert ran.err.strip() == (
            "Error: Nothing came on standard input. "
            "Pipe an export into it: cat quejas.csv | vocmine analyze -"
        )

    def test_what_is_wrong_with_it_is_said_of_stdin(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ran = self.piped(b"id;valor\n1;20\n2;30\n", monkeypatch, desk)
        assert ran.code == 1
        assert "No column of stdin" in ran.err


class TestTheStore:
    def test_a_missing_folder_is_named(self, desk: Desk) -> None:
        desk.db = desk.folder / "no está" / "v.db"
        ran = desk.analyze(desk.file("q.csv"))
        assert ran.code == 1
        assert "no está' does not exist. Make it" in ran.err

    def test_spaces_and_accents_in_paths_are_fine_and_quoted_in_what_to_type_next(
        self, desk: Desk
    ) -> None:
        desk.folder = desk.folder / "mis análisis"
        desk.folder.mkdir()
        desk.db = desk.folder / "voz ñandú.db"
        ran = desk.analyze(desk.file("quejas ñ.csv"))
        assert ran.code == 0
        assert f"vocmine report --db '{desk.db}'" in ran.out

    def test_a_file_that_is_no_store_is_left_as_it_is(self, desk: Desk) -> None:
        export = desk.file("q.csv")
        desk.db = desk.file("otro.db", GOOD)
        ran = desk.analyze(export)
        assert ran.code == 1
        assert "otro.db" in ran.err
        assert "--db" in ran.err
        assert desk.db.read_text("utf-8") == GOOD

    def test_one_that_another_program_locks_says_so(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        export = desk.file("q.csv")
        desk.analyze(export)
        monkeypatch.setattr("vocmine.store.database.LOCK_SECONDS", 0.1)
        other = sqlite3.connect(desk.db, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            ran = desk.analyze(export)
        finally:
            other.close()
        assert ran.code == 1
        assert "database is locked. Another program is writing to it" in ran.err

    def test_one_that_may_not_be_written_can_still_be_read(
        self, desk: Desk, vocmine: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.analyze(desk.file("q.csv"))
        before = desk.db.read_bytes()
        monkeypatch.setattr("vocmine.store.database._writable", lambda path: False)
        ran = vocmine("search", "cuota", "--db", desk.db, "--format", "jsonl")
        assert [row["external_id"] for row in ran.objects] == ["R-0"]
        assert desk.db.read_bytes() == before

    def test_a_damaged_one_is_no_fault_of_vocmine(
        self, desk: Desk, vocmine: Callable[..., Any]
    ) -> None:
        desk.analyze(desk.file("q.csv"))
        with desk.db.open("r+b") as file:
            file.seek(8192)
            file.write(b"\xff" * (desk.db.stat().st_size - 8192))
        ran = vocmine("insights", "--db", desk.db)
        assert ran.code == 1
        assert "v.db" in ran.err
        assert "fault of vocmine" not in ran.err


class TestTheReport:
    def test_never_replaces_an_export(self, desk: Desk) -> None:
        export = desk.file("q.csv")
        ran = desk.analyze(export, "--report", export)
        assert ran.code == 2
        assert "is not the name of a web page" in ran.err
        assert export.read_text("utf-8") == GOOD

    def test_that_cannot_be_written_is_said_before_the_work(self, desk: Desk) -> None:
        ran = desk.analyze(desk.file("q.csv"), "--report", desk.folder / "no" / "informe.html")
        assert ran.code == 2
        assert "does not exist" in ran.err
        assert not desk.db.exists()


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            (["--analyzer", "nope"], "There is no analyzer named 'nope'"),
            (["--source", "nope"], "There is no source named 'nope'"),
            (["--map", "text=Nada"], "There is no column 'Nada'"),
            (["--map", "txt=Descripción"], "There is no field 'txt'"),
            (["--encoding", "klingon"], "'klingon' is not an encoding"),
            (["--option", "nope.x=1"], "'nope', which is no analyzer of this run"),
            (["--since", "ayer"], "'ayer'"),
            (["--limit", "-1"], "--limit"),
            (["--jobs", "-1"], "--jobs"),
        ],
    )
    def test_that_mean_nothing_are_wrong_usage(
        self, desk: Desk, options: list[str], sentence: str
    ) -> None:
        ran = desk.analyze(desk.file("q.csv"), *options)
        assert ran.code == 2
        assert sentence in ran.err

    def test_limits_of_nothing_and_of_one(self, desk: Desk) -> None:
        export = desk.file("q.csv")
        desk.analyze(export, "--limit", "1")
        assert desk.counts() | {"read": 1, "new": 1} == desk.counts()
        desk.analyze(export, "--limit", "0")
        assert desk.counts() | {"read": 4, "new": 3, "unchanged": 1} == desk.counts()


class TestTheTerminal:
    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "vocmine", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, env={**os.environ, **environment}, check=False
        )

    def test_accents_survive_a_plain_locale(self, desk: Desk) -> None:
        desk.analyze(desk.file("q.csv"))
        plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        ran = self.run("search", "devolución", "--db", desk.db, **plain)
        assert ran.returncode == 0, ran.stderr
        assert "«devolución»" in ran.stdout.decode()
