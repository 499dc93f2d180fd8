"""A run end to end: truthful counts, nothing lost, incremental, resumable, failures isolated."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vocmine.cli import cli

COMPLAINTS = (
    "Me cobraron dos veces la cuota de manejo y nadie me da razón.",
    "La app se cae cada vez que intento pagar la factura.",
    "Excelente atención de la asesora, muy amable y rápida.",
    "Llevo tres semanas esperando la devolución del dinero.",
    "¿Cuál es el horario de la oficina del centro?",
    "Solicito copia del extracto de marzo para un trámite.",
    "El pedido llegó roto pero me lo cambiaron el mismo día.",
    "No vuelvo a comprar allá, pésimo servicio y muy caro.",
)
LABEL_TABLES = "sentiment emotions effort pqrs segment_polarity segment_friction".split()


def write_csv(path: Path, texts: list[str], *, ids: bool = True) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Radicado", "Fecha", "Descripción"] if ids else ["Fecha", "Descripción"])
        for number, text in enumerate(texts):
            row = [f"{number % 28 + 1:02}/03/2026", text]
            writer.writerow([f"R-{number}", *row] if ids else row)
    return path


def many(count: int) -> list[str]:
    draw = random.Random(7)
    return [f"{draw.choice(COMPLAINTS)} {draw.choice(COMPLAINTS)} Caso {n}." for n in range(count)]


def analyze(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["analyze", *map(str, arguments)], catch_exceptions=False)


def objects(done: Result) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(store: Path, sql: str) -> list[tuple]:
    conn = sqlite3.connect(store)
    try:
        return conn.execute(sql).fetchall()
    finally:
        conn.close()


def contents(store: Path) -> dict[str, list[tuple]]:
    """Every result of a store, without what tells one run from another."""
    wanted = {
        "messages": "external_id, text, lang, created_at, content_hash",
        "segments": "id, message_id, start, end, title",
        "insights": "message_id, segment_id, start, end, quote, polarity, friction, stage, "
        "pyramid, touchpoint, round(confidence, 4)",
    }
    found = {name: rows(store, f"SELECT {columns} FROM {name}") for name, columns in wanted.items()}
    for table in LABEL_TABLES:
        key = "segment_id" if table.startswith("segment") else "message_id"
        label = {"emotions": "emotion", "segment_polarity": "polarity"}.get(
            table, table.removeprefix("segment_")
        )
        found[table] = rows(store, f"SELECT {key}, {label} FROM {table}")
    found["topics"] = rows(store, "SELECT name, messages FROM topics")
    return {name: sorted(values) for name, values in found.items()}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run over eight messages."""
    folder = tmp_path_factory.mktemp("done")
    export = write_csv(folder / "quejas.csv", list(COMPLAINTS))
    result = analyze(export, "--db", folder / "v.db")
    assert result.exit_code == 0, result.output
    return folder / "v.db"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """The objects that `--format jsonl` prints for eight messages."""
    folder = tmp_path_factory.mktemp("contract")
    export = write_csv(folder / "quejas.csv", list(COMPLAINTS))
    return objects(analyze(export, "--db", folder / "v.db", "--format", "jsonl"))


class TestOutputContract:
    def test_one_object_per_message_in_input_order(self, found) -> None:
        assert [item["external_id"] for item in found] == [f"R-{n}" for n in range(8)]
        assert [item["text"] for item in found] == list(COMPLAINTS)

    def test_the_keys_of_the_labelled_files_are_there(self, found) -> None:
        keys = (
            "external_id text lang pqrs sentiment emotions effort churn recommend urgent insights"
        )
        for item in found:
            assert set(keys.split()) <= set(item)
            assert item["effort"] in (0, 1, 2, 3)
            assert item["churn"] in (0, 1)
            assert item["recommend"] in (-1, 0, 1)
            assert item["urgent"] in (0, 1)

    def test_every_quote_is_cut_from_its_text(self, found) -> None:
        insights = [(item["text"], insight) for item in found for insight in item["insights"]]
        assert insights
        for text, insight in insights:
            assert text[insight["start"] : insight["end"]] == insight["quote"]
            assert set(insight) == set(
                "quote start end polarity friction category stage pyramid touchpoint confidence "
                "corrected".split()
            )

    def test_plain_cases_are_read_right(self, found) -> None:
        assert found[2]["pqrs"] == "compliment"
        assert found[4]["pqrs"] == "inquiry"
        assert found[0]["pqrs"] in ("claim", "grievance")
        assert found[2]["sentiment"] in ("positive", "very_positive")
        assert "negative" in found[3]["sentiment"]

    def test_standard_input_gives_the_same_as_a_file(self, tmp_path: Path, found) -> None:
        lines = "".join(
            json.dumps({"id": f"R-{n}", "text": text}, ensure_ascii=False) + "\n"
            for n, text in enumerate(COMPLAINTS)
        )
        command = [sys.executable, "-m", "vocmine", "analyze", "-", "--format", "jsonl"]
        command += ["--db", str(tmp_path / "v.db")]
        ran = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
        given = [json.loads(line) for line in ran.stdout.splitlines()]
        assert [item["insights"] for item in given] == [item["insights"] for item in found]

    def test_csv_holds_one_row_per_message(self, tmp_path: Path) -> None:
        export = write_csv(tmp_path / "q.csv", list(COMPLAINTS))
        done = analyze(export, "--db", tmp_path / "v.db", "--format", "csv")
        table = list(csv.DictReader(done.stdout.splitlines()))
        assert [row["external_id"] for row in table] == [f"R-{n}" for n in range(8)]
        assert json.loads(table[0]["insights"])


class TestIncremental:
    def test_a_second_run_finds_nothing_new(self, tmp_path: Path) -> None:
        export, db = write_csv(tmp_path / "q.csv", list(COMPLAINTS)), tmp_path / "v.db"
        analyze(export, "--db", db)
        before = contents(db)
        again = analyze(export, "--db", db)
        assert "No hay nada nuevo" in again.output
        assert contents(db) == before
        assert rows(db, "SELECT read, analysed, unchanged FROM runs WHERE id = 2") == [(8, 0, 8)]

    def test_only_new_and_changed_messages_are_analysed(self, tmp_path: Path) -> None:
        db, export = tmp_path / "v.db", tmp_path / "q.csv"
        analyze(write_csv(export, list(COMPLAINTS)), "--db", db)
        texts = [*COMPLAINTS, "La fila de la oficina es eterna."]
        texts[1] = "La app ya funciona muy bien, gracias."
        analyze(write_csv(export, texts), "--db", db)
        assert rows(db, "SELECT new, changed, unchanged, analysed FROM runs WHERE id = 2") == [
            (1, 1, 7, 2)
        ]
        sentiment = rows(
            db,
            "SELECT s.sentiment FROM sentiment s JOIN messages m ON m.id = s.message_id "
            "WHERE m.external_id = 'R-1'",
        )
        assert sentiment[0][0] in ("positive", "very_positive")

    def test_a_changed_message_leaves_no_label_of_its_old_words(self, tmp_path: Path) -> None:
        db, export = tmp_path / "v.db", tmp_path / "q.csv"
        analyze(write_csv(export, [COMPLAINTS[6]]), "--db", db)
        analyze(write_csv(export, ["Gracias."]), "--db", db)
        assert rows(db, "SELECT count(*) FROM segments") == [(1,)]
        for _, quote in rows(db, "SELECT id, quote FROM insights"):
            assert quote in "Gracias."

    def test_new_metadata_is_kept_without_analysing_again(self, tmp_path: Path) -> None:
        db, export = tmp_path / "v.db", tmp_path / "q.jsonl"
        for state in ("abierto", "cerrado"):
            export.write_text(json.dumps({"id": "1", "text": COMPLAINTS[0], "estado": state}))
            analyze(export, "--db", db)
        assert rows(db, "SELECT analysed, unchanged FROM runs WHERE id = 2") == [(0, 1)]
        assert "cerrado" in rows(db, "SELECT extra FROM messages")[0][0]

    def test_another_analyzer_later_analyses_what_it_has_not_seen(self, tmp_path: Path) -> None:
        export, db = write_csv(tmp_path / "q.csv", list(COMPLAINTS)), tmp_path / "v.db"
        analyze(export, "--db", db, "--analyzer", "sentiment")
        segments = rows(db, "SELECT * FROM segments")
        analyze(export, "--db", db, "--analyzer", "sentiment", "--analyzer", "pqrs")
        assert rows(db, "SELECT analysed FROM runs WHERE id = 2") == [(8,)]
        assert rows(db, "SELECT count(*) FROM pqrs") == [(8,)]
        assert rows(db, "SELECT * FROM segments") == segments

    def test_next_months_export_does_not_count_a_complaint_twice(self, tmp_path: Path) -> None:
        db = tmp_path / "v.db"
        analyze(write_csv(tmp_path / "octubre.csv", list(COMPLAINTS)), "--db", db)
        longer = [*COMPLAINTS, "Otra queja más, por la demora del domicilio."]
        analyze(write_csv(tmp_path / "noviembre.csv", longer), "--db", db)
        assert rows(db, "SELECT count(*) FROM messages") == [(9,)]
        assert rows(db, "SELECT new, unchanged FROM runs WHERE id = 2") == [(1, 8)]


class TestKilled:
    COUNT = 900

    def start(self, export: Path, db: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "vocmine", "analyze", str(export), "--db", str(db)]
        return subprocess.Popen([*command, "--quiet"], stdout=subprocess.DEVNULL)

    def analysed(self, db: Path) -> int:
        try:
            return int(rows(db, "SELECT count(DISTINCT message_id) FROM analysed")[0][0])
        except sqlite3.Error:
            return 0

    def test_a_killed_run_goes_on_and_ends_with_the_same_rows(self, tmp_path: Path) -> None:
        export = write_csv(tmp_path / "q.csv", many(self.COUNT))
        whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
        assert self.start(export, whole).wait() == 0
        process = self.start(export, killed)
        deadline = time.monotonic() + 120
        while self.analysed(killed) == 0 and process.poll() is None:
            assert time.monotonic() < deadline
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        half = self.analysed(killed)
        assert 0 < half < self.COUNT
        assert rows(killed, "SELECT status FROM runs") == [("running",)]
        # Never half-true: a message that has any label has all of them.
        for table in ("sentiment", "effort", "pqrs"):
            assert rows(killed, f"SELECT count(*) FROM {table}") == [(half,)]

        assert self.start(export, killed).wait() == 0
        assert contents(killed) == contents(whole)
        assert rows(killed, "SELECT status FROM runs ORDER BY id") == [("interrupted",), ("ok",)]
        assert rows(killed, "SELECT analysed FROM runs WHERE id = 2") == [(self.COUNT - half,)]

    def test_two_processes_give_the_same_as_one(self, tmp_path: Path) -> None:
        export = write_csv(tmp_path / "q.csv", many(300))
        one, two = tmp_path / "one.db", tmp_path / "two.db"
        for db, jobs in ((one, "1"), (two, "2")):
            command = [sys.executable, "-m", "vocmine", "analyze", str(export), "--db", str(db)]
            subprocess.run([*command, "--quiet", "--jobs", jobs], check=True)
        assert contents(one) == contents(two)


class TestNothingIsLost:
    def test_every_row_is_analysed_skipped_with_a_reason_or_recorded(self, tmp_path: Path) -> None:
        texts = [COMPLAINTS[0], "", "😡😡😡", "12345", COMPLAINTS[1], "   "]
        db = tmp_path / "v.db"
        done = analyze(write_csv(tmp_path / "q.csv", texts), "--db", db)
        assert done.exit_code == 0
        assert rows(db, "SELECT read, new, skipped, analysed, failed FROM runs") == [
            (6, 2, 4, 2, 0)
        ]
        assert dict(rows(db, "SELECT reason, records FROM skips")) == {
            "empty_text": 2,
            "no_words": 2,
        }
        assert rows(db, "SELECT count(*) FROM messages WHERE skip_reason = 'no_words'") == [(2,)]
        assert "2 sin analizar: sin texto" in done.output
        assert "2 sin analizar: solo emojis" in done.output

    def test_equal_texts_without_an_id_are_opinions_of_several_customers(
        self, tmp_path: Path
    ) -> None:
        db = tmp_path / "v.db"
        export = write_csv(tmp_path / "q.csv", ["Pésimo servicio"] * 3, ids=False)
        analyze(export, "--db", db)
        assert rows(db, "SELECT count(*) FROM messages") == [(3,)]
        analyze(export, "--db", db)
        assert rows(db, "SELECT count(*) FROM messages") == [(3,)]

    def test_a_record_repeated_whole_is_counted_once_and_said(self, tmp_path: Path) -> None:
        export = tmp_path / "q.jsonl"
        line = json.dumps({"id": "7", "text": COMPLAINTS[0]})
        export.write_text(f"{line}\n{line}\n")
        done = analyze(export, "--db", tmp_path / "v.db")
        assert "1 sin analizar: repetidos con el mismo identificador" in done.output
        assert rows(tmp_path / "v.db", "SELECT count(*) FROM messages") == [(1,)]

    def test_one_id_with_two_texts_is_two_messages(self, tmp_path: Path) -> None:
        export = tmp_path / "q.jsonl"
        lines = [json.dumps({"id": "7", "text": text}) for text in COMPLAINTS[:2]]
        export.write_text("\n".join(lines))
        analyze(export, "--db", tmp_path / "v.db")
        assert rows(tmp_path / "v.db", "SELECT external_id FROM messages ORDER BY id") == [
            ("7",),
            ("7#2",),
        ]

    def test_all_the_same_text_raises_an_eyebrow(self, tmp_path: Path) -> None:
        export = write_csv(tmp_path / "q.csv", ["Buenos días"] * 30)
        done = analyze(export, "--db", tmp_path / "v.db")
        assert "30 of 30 messages have the same text" in done.stderr
        assert "--map text=COLUMN" in done.stderr

    def test_a_language_it_does_not_know_is_stored_but_not_labelled(self, tmp_path: Path) -> None:
        texts = [COMPLAINTS[0], "Το δέμα έφτασε σπασμένο και κανείς δεν απαντά στο τηλέφωνο."]
        db = tmp_path / "v.db"
        done = analyze(write_csv(tmp_path / "q.csv", texts), "--db", db)
        assert "1 sin analizar: en un idioma que vocmine no analiza" in done.output
        assert rows(db, "SELECT count(*) FROM messages") == [(2,)]
        assert rows(db, "SELECT count(*) FROM sentiment") == [(1,)]

    def test_a_file_in_a_cell_is_set_aside(self, tmp_path: Path) -> None:
        texts = [COMPLAINTS[0], "la factura llegó mal " * 250_000]
        done = analyze(write_csv(tmp_path / "q.csv", texts), "--db", tmp_path / "v.db")
        assert "1 sin analizar: más de 100.000 caracteres" in done.output
        assert rows(tmp_path / "v.db", "SELECT example FROM skips") == [("row 3",)]


class TestSeveralInputs:
    def test_a_bad_file_is_reported_and_the_others_are_analysed(self, tmp_path: Path) -> None:
        write_csv(tmp_path / "buena.csv", list(COMPLAINTS))
        (tmp_path / "vacia.csv").write_bytes(b"")
        (tmp_path / "foto.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
        paths = [tmp_path / name for name in ("vacia.csv", "foto.csv", "buena.csv")]
        done = analyze(*paths, "--db", tmp_path / "v.db")
        assert done.exit_code == 1
        assert "vacia.csv" in done.stderr
        assert "foto.csv" in done.stderr
        assert rows(tmp_path / "v.db", "SELECT count(*) FROM messages") == [(8,)]
        assert len(rows(tmp_path / "v.db", "SELECT * FROM failures")) == 2

    def test_a_folder_is_read_whole_and_what_is_no_export_is_named(self, tmp_path: Path) -> None:
        folder = tmp_path / "exports"
        (folder / "mayo").mkdir(parents=True)
        write_csv(folder / "a.csv", list(COMPLAINTS[:3]))
        write_csv(folder / "mayo" / "b.csv", ["Otra cosa muy distinta que pasó en mayo."])
        (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
        done = analyze(folder, "--db", tmp_path / "v.db")
        assert done.exit_code == 0, done.output
        assert "logo.png" in done.stderr
        assert rows(tmp_path / "v.db", "SELECT name FROM sources ORDER BY id") == [
            ("a.csv",),
            ("b.csv",),
        ]

    def test_a_folder_without_exports_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "nada").mkdir()
        done = analyze(tmp_path / "nada", "--db", tmp_path / "v.db")
        assert done.exit_code == 1
        assert "nada" in done.stderr

    def test_a_pattern_is_expanded(self, tmp_path: Path) -> None:
        for number in range(3):
            write_csv(tmp_path / f"q{number}.csv", [f"{COMPLAINTS[number]} ({number})"], ids=False)
        analyze(tmp_path / "q*.csv", "--db", tmp_path / "v.db")
        assert rows(tmp_path / "v.db", "SELECT count(*) FROM sources") == [(3,)]


class TestStoreOfARun:
    def test_analyses_say_which_plugin_version_and_model_made_the_rows(self, done: Path) -> None:
        found = rows(done, "SELECT name, plugin, version, model_sha256, status FROM analyses")
        assert {row[0] for row in found} >= {"sentiment", "friction", "pqrs", "insight", "topic"}
        assert all(row[1] and row[2] and row[3] and row[4] == "ok" for row in found)

    def test_every_insights_quote_is_its_messages_words(self, done: Path) -> None:
        found = rows(
            done,
            "SELECT m.text, i.start, i.end, i.quote FROM insights i "
            "JOIN messages m ON m.id = i.message_id",
        )
        assert found
        assert all(text[start:end] == quote for text, start, end, quote in found)

    def test_search_is_ready(self, done: Path) -> None:
        sql = "SELECT count(*) FROM messages_fts WHERE messages_fts MATCH 'devolucion'"
        assert rows(done, sql) == [(1,)]
