"""The reading commands: what they print, for people and for programs, and how they refuse."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.cli import COMMANDS
from vocmine.store import Store

if TYPE_CHECKING:
    from pathlib import Path

READING = ("insights", "friction", "journey", "pyramid", "topics", "runs")
Run = Callable[..., Any]


def shell(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "vocmine", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        **options,
    )


class TestEveryCommand:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_explains_itself_with_examples(self, vocmine: Run, name: str) -> None:
        ran = vocmine(name, "--help")
        assert ran.code == 0
        assert f"vocmine {name}" in ran.out.replace("Usage: ", "")
        assert "Example" in ran.out

    @pytest.mark.parametrize("name", READING)
    def test_says_what_to_do_when_there_is_no_store(
        self, vocmine: Run, tmp_path: Path, name: str
    ) -> None:
        ran = vocmine(name, "--db", tmp_path / "nada.db")
        assert (ran.code, ran.out) == (1, "")
        assert "There is no store at" in ran.err
        assert "vocmine analyze FILE" in ran.err
        assert not (tmp_path / "nada.db").exists()

    @pytest.mark.parametrize("name", READING)
    def test_leaves_the_database_of_another_program_alone(
        self, vocmine: Run, tmp_path: Path, name: str
    ) -> None:
        other = tmp_path / "otro.db"
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE clientes (id INTEGER)")
        before = other.read_bytes()
        ran = vocmine(name, "--db", other)
        assert ran.code == 1
        assert "database of another program" in ran.err
        assert other.read_bytes() == before

    @pytest.mark.parametrize("name", READING)
    def test_refuses_a_file_that_is_no_database(
        self, vocmine: Run, tmp_path: Path, name: str
    ) -> None:
        file = tmp_path / "quejas.xlsx"
        file.write_bytes(b"PK\x03\x04" + bytes(4096))
        ran = vocmine(name, "--db", file)
        assert ran.code == 1
        assert ran.err.startswith("Error: ")
        assert "Traceback" not in ran.err

    @pytest.mark.parametrize("name", READING)
    def test_says_in_one_sentence_that_an_empty_store_has_nothing(
        self, vocmine: Run, empty_store: Path, name: str
    ) -> None:
        ran = vocmine(name, "--db", empty_store)
        assert ran.code == 0
        assert "vocmine analyze FILE" in ran.err
        assert len(ran.err.strip().splitlines()) == 1

    @pytest.mark.parametrize("name", [*READING, "search cuota"])
    @pytest.mark.parametrize("format_", ["json", "jsonl", "csv"])
    def test_prints_valid_data_also_when_there_is_none(
        self, vocmine: Run, empty_store: Path, filled_store: Path, name: str, format_: str
    ) -> None:
        for store, some in ((filled_store, True), (empty_store, False)):
            out = vocmine(*name.split(), "--db", store, "--format", format_).out
            if format_ == "json":
                rows = json.loads(out)
            elif format_ == "jsonl":
                rows = [json.loads(line) for line in out.splitlines()]
            else:
                rows = list(csv.DictReader(io.StringIO(out)))
            # The stages and levels are always there, at zero.
            assert bool(rows) == (some or name in ("journey", "pyramid"))

    def test_takes_the_store_from_the_environment(
        self, vocmine: Run, filled_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VOCMINE_DB", str(filled_store))
        assert "cobro" in vocmine("friction").out

    def test_wrong_usage_exits_with_2(self, vocmine: Run, filled_store: Path) -> None:
        assert vocmine("insights", "--no-such-option").code == 2
        assert vocmine("insights", "--friction", "nada", "--db", filled_store).code == 2


class TestInsights:
    def test_prints_one_object_for_each_insight_with_its_exact_quote(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        rows = vocmine("insights", "--db", filled_store, "--format", "jsonl").objects
        with Store(filled_store) as store:
            texts = dict(store.conn.execute("SELECT external_id, text FROM messages"))
        assert len(rows) == 15
        for row in rows:
            assert texts[row["external_id"]][row["start"] : row["end"]] == row["quote"]
        assert rows[0] == {
            "schema": 1,
            "external_id": "R-1",
            "source": "banco.csv",
            "created_at": "2026-01-05T08:30:00",
            "lang": "es",
            "quote": "cobraron dos veces la cuota de manejo",
            "start": 3,
            "end": 40,
            "polarity": -2,
            "friction": "billing",
            "stage": "use",
            "pyramid": "utility",
            "touchpoint": "billing",
            "category": None,
            "category_name": None,
            "corrected": 0,
            "confidence": 0.8,
            "phase": "after",
        }

    def test_shows_names_in_spanish_and_codes_in_data(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        table = vocmine("insights", "--db", filled_store).out
        assert "entrega errada" in table
        assert "wrong_delivery" not in table
        data = vocmine("insights", "--db", filled_store, "--format", "csv").out
        assert "wrong_delivery" in data
        assert "entrega errada" not in data

    @pytest.mark.parametrize(
        ("lang", "heading", "name"),
        [("es", "Cita", "cobro"), ("pt", "Citação", "cobrança"), ("en", "Quote", "billing")],
    )
    def test_speaks_three_languages(
        self, vocmine: Run, filled_store: Path, lang: str, heading: str, name: str
    ) -> None:
        out = vocmine("insights", "--db", filled_store, "--lang", lang).out
        assert heading in out
        assert name in out.lower()

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (["--friction", "billing"], {"R-1", "R-3", "R-9"}),
            (["--stage", "delivery"], {"R-5"}),
            (["--phase", "before"], {"R-12"}),
            (["--pyramid", "enjoyable"], {"R-4", "R-11"}),
            (["--touchpoint", "staff", "--polarity", "negative"], {"R-10"}),
            (["--polarity", "positive"], {"R-4", "R-8", "R-11"}),
            (["--since", "2026-03-05"], {"R-10", "R-11", "R-12"}),
            (["--until", "2026-01-07"], {"R-1"}),
            (["--source", "banco.csv", "--friction", "outage"], {"R-2"}),
        ],
    )
    def test_filters(
        self, vocmine: Run, filled_store: Path, options: list[str], expected: set[str]
    ) -> None:
        rows = vocmine("insights", "--db", filled_store, "--format", "jsonl", *options).objects
        assert {row["external_id"] for row in rows} == expected

    def test_an_unknown_code_lists_those_there_are(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("insights", "--db", filled_store, "--friction", "cobro")
        assert ran.code == 2
        assert "--friction 'cobro' is not in the catalogue." in ran.err
        assert "billing" in ran.err

    def test_an_unknown_export_lists_those_there_are(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        ran = vocmine("insights", "--db", filled_store, "--source", "bancos.csv")
        assert ran.code == 2
        assert "'banco.csv'" in ran.err

    @pytest.mark.parametrize("given", ["ayer", "2026/01/05", "05-01-2026", "2026-13-01"])
    def test_a_date_that_is_none_is_refused_with_an_example(
        self, vocmine: Run, filled_store: Path, given: str
    ) -> None:
        ran = vocmine("insights", "--db", filled_store, "--since", given)
        assert ran.code == 2
        assert f"--since '{given}' is not a date" in ran.err
        assert "2026-03-31" in ran.err

    def test_no_match_says_so_and_is_no_failure(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("insights", "--db", filled_store, "--friction", "refund")
        assert (ran.code, ran.out) == (0, "")
        assert ran.err.startswith("No insight matches.")

    def test_a_cut_table_says_that_it_is_cut_and_data_is_whole(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        ran = vocmine("insights", "--db", filled_store, "--limit", 3)
        assert "Only the first 3 rows" in ran.err
        assert "R-4" not in ran.out
        whole = vocmine("insights", "--db", filled_store, "--limit", 0)
        assert "Only the first" not in whole.err
        assert "R-12" in whole.out
        cut = vocmine("insights", "--db", filled_store, "--limit", 2, "--format", "jsonl")
        assert len(cut.objects) == 2

    def test_a_customers_brackets_are_text_and_no_style(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        assert "[b]y tarde[/b]" in vocmine("insights", "--db", filled_store).out

    def test_a_customers_formula_is_no_formula_in_csv(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        out = vocmine("insights", "--db", filled_store, "--format", "csv").out
        (row,) = (r for r in csv.DictReader(io.StringIO(out)) if r["external_id"] == "R-6")
        assert row["quote"].startswith("'=HYPERLINK")
        assert row["polarity"] == "-1"

    def test_a_closed_pipe_is_no_error(self, filled_store: Path, tmp_path: Path) -> None:
        for command in ("insights --format jsonl", "insights --format csv", "friction"):
            ran = subprocess.run(
                f"set -o pipefail; {sys.executable} -m vocmine {command} --db {filled_store} "
                "2> error | { sleep 0; true; }",
                shell=True,
                executable="/bin/bash",
                cwd=tmp_path,
                check=False,
            )
            assert (tmp_path / "error").read_text() == "", command
            assert ran.returncode == 0, command


class TestFriction:
    def test_ranks_points_by_messages_with_their_share_and_a_quote(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        rows = vocmine("friction", "--db", filled_store, "--format", "jsonl").objects
        first = rows[0]
        assert (first["rank"], first["friction"], first["stage"]) == (1, "billing", "use")
        assert (first["messages"], first["insights"], first["share"]) == (3, 3, 0.25)
        assert first["quote"].startswith("cobraron")
        assert [row["messages"] for row in rows] == sorted(
            (row["messages"] for row in rows), reverse=True
        )

    def test_leaves_praise_out(self, vocmine: Run, filled_store: Path) -> None:
        rows = vocmine("friction", "--db", filled_store, "--format", "jsonl").objects
        assert all(row["friction"] != "none" and row["mean_polarity"] < 0 for row in rows)

    def test_shows_names_and_percentages(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("friction", "--db", filled_store, "--limit", 1).out
        assert "cobro" in out
        assert "25 %" in out


class TestJourney:
    def test_has_every_stage_in_order_also_those_nobody_speaks_of(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        rows = vocmine("journey", "--db", filled_store, "--format", "jsonl").objects
        stages = [row["stage"] for row in rows]
        assert stages[:4] == ["discovery", "consideration", "purchase", "delivery"]
        use = rows[stages.index("use")]
        assert (use["phase"], use["insights"], use["messages"]) == ("after", 8, 7)
        assert (use["negative"], use["neutral"], use["positive"]) == (5, 0, 3)
        assert use["mean_polarity"] == -0.25
        assert rows[stages.index("loyalty")]["mean_polarity"] is None

    def test_groups_stages_under_phases_with_bars(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("journey", "--db", filled_store).out
        before, during, after = (out.index(name) for name in ("ANTES", "DURANTE", "DESPUÉS"))
        assert before < out.index("descubrimiento") < during < out.index("entrega") < after
        assert "█" * 20 in out
        assert "sin etapa" not in out.lower()

    def test_a_message_counts_once_in_its_phase(self, vocmine: Run, filled_store: Path) -> None:
        line = next(
            line
            for line in vocmine("journey", "--db", filled_store).out.splitlines()
            if "DESPUÉS" in line
        )
        assert line.split()[-1] == "9"

    def test_can_look_at_a_period(self, vocmine: Run, filled_store: Path) -> None:
        rows = vocmine(
            *("journey", "--db", filled_store, "--format", "jsonl", "--until", "2026-02-01")
        ).objects
        assert sum(row["insights"] for row in rows) == 4


class TestPyramid:
    def test_counts_what_is_met_and_missed_from_the_base_up(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        rows = vocmine("pyramid", "--db", filled_store, "--format", "jsonl").objects
        assert [(row["level"], row["met"], row["missed"]) for row in rows] == [
            ("utility", 1, 8),
            ("usability", 1, 3),
            ("enjoyable", 2, 0),
        ]
        assert rows[0]["share_met"] == 0.1111

    @pytest.mark.parametrize(
        ("lang", "start"),
        [
            ("es", "Lo primero, utilidad: 8 de 9 opiniones (89 %)"),
            ("pt", "Primeiro, utilidade: 8 de 9 opiniões (89%)"),
            ("en", "First, utility: 8 of 9 opinions (89%)"),
        ],
    )
    def test_ends_with_a_verdict(
        self, vocmine: Run, filled_store: Path, lang: str, start: str
    ) -> None:
        out = vocmine("pyramid", "--db", filled_store, "--lang", lang).out
        assert out.splitlines()[-1].startswith(start)

    def test_stands_on_its_base_in_the_table(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("pyramid", "--db", filled_store).out
        assert out.index("disfrute") < out.index("facilidad") < out.index("utilidad")


class TestTopics:
    def test_gives_terms_counts_and_typical_quotes(self, vocmine: Run, filled_store: Path) -> None:
        rows = vocmine("topics", "--db", filled_store, "--format", "jsonl").objects
        assert rows[0] == {
            "topic": 1,
            "parent": None,
            "label": "cuota de manejo",
            "terms": ["cuota de manejo", "cobraron", "tarjeta"],
            "messages": 3,
            "segments": 3,
            "quotes": [
                "cobraron dos veces la cuota de manejo",
                "cobraron un seguro que no pedí",
                "cobraron la cuota de manejo",
            ],
        }

    def test_terms_may_be_stored_with_weights(self, vocmine: Run, filled_store: Path) -> None:
        rows = vocmine("topics", "--db", filled_store, "--format", "jsonl").objects
        assert rows[1]["terms"] == ["fila", "oficina"]

    def test_gives_as_many_quotes_as_asked_for(self, vocmine: Run, filled_store: Path) -> None:
        def quotes(count: int) -> list[str]:
            asked = ("topics", "--db", filled_store, "--format", "jsonl", "--quotes", count)
            found: list[str] = vocmine(*asked).objects[0]["quotes"]
            return found

        assert len(quotes(3)) == 3
        assert quotes(0) == []

    def test_a_store_without_the_topic_analyzer_says_so(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        with Store(filled_store) as store:
            store.conn.execute("DROP TABLE segment_topics")
            store.conn.execute("DROP TABLE topics")
        ran = vocmine("topics", "--db", filled_store)
        assert ran.code == 0
        assert "has no topics" in ran.err


def test_works_as_a_program_with_data_on_stdout_and_notes_on_stderr(filled_store: Path) -> None:
    ran = shell("friction", "--db", filled_store, "--limit", 1)
    assert ran.returncode == 0
    assert "cobro" in ran.stdout
    assert ran.stderr.strip() == "Only the first row; --limit 0 shows them all."
