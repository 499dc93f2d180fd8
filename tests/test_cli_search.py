"""`search` and `runs`: finding messages whatever is typed, and what became of each run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from vocmine.store import Store

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Any]


class TestSearch:
    def found(self, vocmine: Run, store: Path, *query: str) -> set[str]:
        ran = vocmine("search", *query, "--db", store, "--format", "jsonl")
        assert ran.code == 0, ran.err
        return {row["external_id"] for row in ran.objects}

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (["cuota"], {"R-1", "R-9"}),
            (["CUOTA", "responde"], {"R-1"}),
            (["aplicacion"], {"R-2"}),
            (["décepción"], {"R-5"}),
            (["cobranca"], {"R-10"}),
            (['"cuota de manejo"'], {"R-1", "R-9"}),
            (['"manejo de cuota"'], set()),
            (["cobr*"], {"R-1", "R-3", "R-9", "R-10"}),
            (["cobr"], set()),
        ],
    )
    def test_finds_all_the_words_whatever_the_accents(
        self, vocmine: Run, filled_store: Path, query: list[str], expected: set[str]
    ) -> None:
        assert self.found(vocmine, filled_store, *query) == expected

    @pytest.mark.parametrize(
        "query",
        [
            '"cuota',
            'cuota"',
            "cuota AND",
            "(cuota",
            "cuota)",
            "text:cuota",
            "cuota:",
            "^cuota",
            "cuota + manejo",
            "NEAR(cuota",
            "-cuota",
            "*cuota",
            "cuota's",
            "{cuota}",
            'cu"ota',
            "cuota \x00",
            "e-mail",
            "¿cuota?",
            "cuota; DROP TABLE messages",
            "'",
            "a" * 5000,
        ],
    )
    def test_signs_in_the_query_never_break_it(
        self, vocmine: Run, filled_store: Path, query: str
    ) -> None:
        ran = vocmine("search", "--db", filled_store, "--format", "jsonl", "--", query)
        assert ran.code in (0, 2)
        assert "fts5" not in ran.err
        assert "fault of vocmine" not in ran.err

    @pytest.mark.parametrize("query", ["(cuota", "cuota:", "¿cuota?", '"cuota', "*cuota"])
    def test_signs_do_not_hide_the_words_among_them(
        self, vocmine: Run, filled_store: Path, query: str
    ) -> None:
        assert self.found(vocmine, filled_store, query) == {"R-1", "R-9"}

    def test_marks_the_words_found(self, vocmine: Run, filled_store: Path) -> None:
        assert "«cuota»" in vocmine("search", "cuota", "--db", filled_store).out

    def test_a_query_without_words_is_wrong_usage(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("search", "¿?", "--db", filled_store)
        assert ran.code == 2
        assert "holds no word" in ran.err

    def test_raw_takes_the_syntax_of_fts5(self, vocmine: Run, filled_store: Path) -> None:
        query = ("--raw", "cuota NOT tarjeta")
        assert self.found(vocmine, filled_store, *query) == {"R-1"}

    def test_raw_says_what_is_wrong_with_the_query(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("search", "--raw", "cuota AND", "--db", filled_store)
        assert ran.code == 2
        assert "is not valid" in ran.err
        assert "--raw" in ran.err

    def test_no_match_suggests_another_query(self, vocmine: Run, filled_store: Path) -> None:
        ran = vocmine("search", "hipoteca", "--db", filled_store)
        assert (ran.code, ran.out) == (0, "")
        assert "No message holds 'hipoteca'" in ran.err

    def test_finds_a_message_changed_since(self, vocmine: Run, filled_store: Path) -> None:
        with Store(filled_store) as store, store.transaction() as conn:
            conn.execute(
                "UPDATE messages SET title = 'Hipoteca', text = 'Me negaron la hipoteca' "
                "WHERE external_id = 'R-1'"
            )
        assert self.found(vocmine, filled_store, "hipoteca") == {"R-1"}
        assert self.found(vocmine, filled_store, "cuota", "responde") == set()


class TestRuns:
    def test_lists_runs_with_their_counts(self, vocmine: Run, filled_store: Path) -> None:
        (row,) = vocmine("runs", "--db", filled_store, "--format", "jsonl").objects
        assert (row["id"], row["status"], row["read"], row["analysed"]) == (1, "failed", 14, 12)
        assert row["name"].endswith("banco.csv")

    @pytest.mark.parametrize("which", ["1", "last"])
    def test_shows_one_run_with_options_reasons_and_failures(
        self, vocmine: Run, filled_store: Path, which: str
    ) -> None:
        run = json.loads(vocmine("runs", which, "--db", filled_store, "--format", "json").out)
        assert run["options"] == {"paths": ["banco.csv"], "lang": "es"}
        assert {skip["reason"]: skip["records"] for skip in run["skips"]} == {
            "empty_text": 1,
            "no_words": 1,
        }
        assert sum(skip["records"] for skip in run["skips"]) == run["skipped"]
        assert run["failures"][0]["error"] == "The topic analyzer was tired."
        assert {a["name"]: a["status"] for a in run["analyses"]}["topic"] == "failed"

    def test_tells_one_run_in_words(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("runs", "last", "--db", filled_store).out
        assert "sin texto" in out
        assert "The topic analyzer was tired." in out
        assert "Archivos: banco.csv" in out
        assert "con errores" in out

    @pytest.mark.parametrize(
        ("lang", "words"), [("es", "con errores"), ("pt", "com erros"), ("en", "failed")]
    )
    def test_tells_the_state_in_words_and_in_data_by_its_code(
        self, vocmine: Run, filled_store: Path, lang: str, words: str
    ) -> None:
        assert words in vocmine("runs", "--db", filled_store, "--lang", lang).out
        (row,) = vocmine("runs", "--db", filled_store, "--lang", lang, "--format", "jsonl").objects
        assert row["status"] == "failed"

    def test_lists_what_was_asked_for_as_it_is_typed_without_the_defaults(
        self, vocmine: Run, filled_store: Path
    ) -> None:
        asked = {
            "paths": ["banco.csv", "enero.csv"],
            "analyzers": ["pqrs", "topic"],
            "encoder": "voc-encoder",
            "options": {"topic": {"size": "5"}},
            "since": "2026-01-01 00:00:00",
            "format_": "table",
            "fail_fast": True,
            "jobs": 1,
        }
        with Store(filled_store) as store, store.transaction() as conn:
            conn.execute("UPDATE runs SET options = ?", [json.dumps(asked)])
        lines = vocmine("runs", "last", "--db", filled_store).out.splitlines()
        assert "Archivos: banco.csv, enero.csv" in lines
        assert (
            "Opciones: --analyzer pqrs, topic · --option topic.size=5 · --since 2026-01-01 "
            "· --fail-fast" in lines
        )

    def test_one_run_is_one_row_in_csv(self, vocmine: Run, filled_store: Path) -> None:
        out = vocmine("runs", "1", "--db", filled_store, "--format", "csv").out
        (row,) = csv.DictReader(io.StringIO(out))
        assert json.loads(row["options"])["lang"] == "es"

    @pytest.mark.parametrize("which", ["7", "-1", "primera"])
    def test_an_unknown_run_is_wrong_usage(
        self, vocmine: Run, filled_store: Path, which: str
    ) -> None:
        ran = vocmine("runs", "--db", filled_store, "--", which)
        assert ran.code == 2
        assert "vocmine runs" in ran.err

    def test_the_last_run_of_an_empty_store_is_none(self, vocmine: Run, empty_store: Path) -> None:
        ran = vocmine("runs", "last", "--db", empty_store)
        assert ran.code == 2
        assert "has no run" in ran.err
