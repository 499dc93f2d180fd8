"""Decisions: figures of the very messages the report is about, and files that hold them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import made_decisions
import pytest
from python_calamine import CalamineWorkbook

from vocmine.priorities.quotes import quotes_of
from vocmine.report import Filters
from vocmine.report.citations import verbatims
from vocmine.report.decisions import Decisions, Options, decide, filter_of, totals
from vocmine.report.scope import report_scope
from vocmine.store import Store
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

Build = Callable[..., Store]
Record = Callable[..., dict[str, Any]]
TODAY = Options(date(2026, 7, 1))


def one(store: Store, sql: str) -> Any:
    return store.conn.execute(sql).fetchone()[0]


class TestTotals:
    def test_are_those_that_sql_counts(self, bank: Store) -> None:
        found = totals(read_frame(bank, Filter()))
        assert found.messages == one(bank, "SELECT count(*) FROM messages")
        assert found.insights == one(bank, "SELECT count(*) FROM insights")
        for figure, table, condition in (
            ("negative", "sentiment", "sentiment IN ('negative', 'very_negative')"),
            ("positive", "sentiment", "sentiment IN ('positive', 'very_positive')"),
            ("high_effort", "effort", "effort = 3"),
            ("churn", "effort", "churn"),
            ("urgent", "pqrs", "urgent"),
        ):
            share = one(bank, f"SELECT avg({condition}) FROM {table}")
            assert getattr(found, figure) == pytest.approx(share), figure
        assert found.first_day == one(bank, "SELECT min(substr(created_at, 1, 10)) FROM messages")
        assert found.dated == found.messages

    def test_scores_and_customers_are_counted_where_they_are(
        self, build_store: Build, record: Record
    ) -> None:
        records = [
            record(1, score=5.0, author="a", extra={"nps": "10", "csat": "4,5"}),
            record(2, score=2.0, author="a", extra={"nps": "3"}),
            record(3, author="b", extra={"nps": "8"}),
            record(4),
            *(record(number, author="Anónimo") for number in (5, 6)),
        ]
        with build_store(records) as store:
            found = totals(read_frame(store, Filter()))
        assert (found.score, found.nps, found.csat) == (3.5, 0.0, 4.5)
        # a, b, and one for each message that nobody signed, as in friction points
        assert (found.customers, found.scored) == (5, 3)

    def test_of_nothing_are_unknown(self, build_store: Build) -> None:
        with build_store() as store:
            found = totals(read_frame(store, Filter()))
        assert (found.messages, found.negative, found.score, found.customers) == (
            0,
            None,
            None,
            None,
        )
        assert (found.first_day, found.last_day) == ("", "")


class TestSelection:
    @pytest.mark.parametrize(
        "filters",
        [
            Filters(),
            Filters(since="2026-02-01", until="2026-03-31"),
            Filters(channel="correo"),
            Filters(country="CO", until="2026-04-01"),
            Filters(source="quejas.csv", channel="oficina", since="2026-03-01"),
        ],
    )
    def test_is_that_of_the_web_page(self, bank: Store, filters: Filters) -> None:
        with report_scope(bank.db, filters):
            page = [
                row[0] for row in bank.conn.execute("SELECT id FROM report_messages ORDER BY 1")
            ]
        frame = read_frame(bank, filter_of(bank, filters))
        assert frame.messages.id.tolist() == page
        assert page

    def test_without_filters_is_everything(self, bank: Store) -> None:
        assert filter_of(bank, None) == Filter()


class TestGrain:
    @pytest.mark.parametrize(
        ("periods", "grain"),
        [
            (("2026-03-02", "2026-03-09"), "week"),
            (("2026-03-02", "2026-03-03"), "day"),
            (("2026-03", "2026-04"), "month"),
            (("2025", "2026"), "year"),
            ((), "month"),
        ],
    )
    def test_is_read_from_the_periods(self, periods: tuple[str, ...], grain: str) -> None:
        assert made_decisions.decisions(periods=periods).grain == grain


class TestQuotes:
    def test_are_found_by_their_keys(self, bank: Store) -> None:
        found = quotes_of(bank, [2, 1, 2])
        assert set(found) == {1, 2}
        assert found[1].text == one(bank, "SELECT quote FROM insights WHERE id = 1")

    def test_of_each_place_are_so_many_and_of_different_messages(self, bank: Store) -> None:
        found = verbatims(bank, read_frame(bank, Filter()), 3)
        places: dict[Any, list[str]] = {}
        for quote in found:
            place = (quote.polarity > 0, quote.friction, quote.stage, quote.touchpoint)
            places.setdefault(place, []).append(quote.external_id)
        assert places
        for ids in places.values():
            assert 1 <= len(ids) == len(set(ids)) <= 3
        # Each place stands together, complaints first.
        assert len(places) == sum(
            a != b for a, b in zip([None, *map(_place, found)], map(_place, found), strict=False)
        )
        signs = [quote.polarity > 0 for quote in found]
        assert signs == sorted(signs)

    def test_the_surest_readable_one_comes_first(self, build_store: Build, record: Record) -> None:
        def said(number: int, text: str, confidence: float) -> dict[str, Any]:
            quotes = [(text, -2, "billing", "use", "utility", "billing")]
            return record(number, text=text, quotes=quotes, confidence=confidence)

        readable = "me cobraron dos veces la cuota de manejo y nadie me lo explica todavía"
        records = [said(1, "mal", 0.9), said(2, readable, 0.9), said(3, readable + " x", 0.4)]
        with build_store(records) as store:
            found = verbatims(store, read_frame(store, Filter()), 2)
        assert [quote.external_id for quote in found] == ["PQR-00002", "PQR-00001"]

    def test_none_are_read_unless_asked_for(self, bank: Store) -> None:
        assert verbatims(bank, read_frame(bank, Filter()), 0) == ()


def _place(quote: Any) -> tuple[Any, ...]:
    return quote.polarity > 0, quote.friction, quote.stage, quote.touchpoint


@pytest.fixture(scope="module")
def decided(bank: Store) -> Decisions:
    return decide(bank, None, replace(TODAY, by=("channel",), quotes=2))


class TestDecide:
    def test_collects_every_part(self, decided: Decisions) -> None:
        for name in ("points", "due", "kinds", "periods", "series", "stages", "levels"):
            assert getattr(decided, name), name
        assert {row.column for row in decided.differences} == {"channel"}
        assert decided.verbatims
        assert decided.owners

    def test_points_count_the_messages_that_sql_counts(
        self, bank: Store, decided: Decisions
    ) -> None:
        for point in decided.points:
            messages = bank.conn.execute(
                "SELECT count(DISTINCT message_id) FROM insights WHERE polarity < 0 "
                "AND friction = ? AND stage = ? AND touchpoint = ?",
                [point.friction, point.stage, point.touchpoint],
            ).fetchone()[0]
            assert point.messages == messages

    def test_a_copy_is_no_case_unless_every_copy_counts(
        self, build_store: Build, record: Record
    ) -> None:
        with build_store([record(n) for n in (1, 2, 3)]) as store:
            with store.transaction() as conn:
                conn.executemany(
                    "INSERT INTO duplicates (message_id, first_id, kind) VALUES (?, 1, ?)",
                    [(1, "first"), (2, "exact")],
                )
            found = decide(store, None, TODAY)
        assert found.totals.messages == 2
        assert [(row.message, row.copies) for row in found.due] == [(1, ("PQR-00002",)), (3, ())]

    def test_of_an_empty_store_has_nothing(self, build_store: Build) -> None:
        with build_store() as store:
            found = decide(store, None, TODAY)
        assert found.totals.messages == 0
        assert (found.points, found.due, found.periods, found.verbatims) == ((), (), (), ())


@pytest.fixture
def bank_file(bank: Store, tmp_path: Path) -> Path:
    path = tmp_path / "banco.db"
    with sqlite3.connect(path) as copy:
        bank.conn.backup(copy)
    copy.close()
    return path


class TestCommand:
    def test_the_name_of_the_file_tells_the_format(
        self, vocmine: Callable[..., Any], bank_file: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "informe.xlsx"
        ran = vocmine("report", "-o", target, "--by", "channel", "--db", bank_file)
        assert (ran.code, ran.out) == (0, f"{target}\n")
        names = CalamineWorkbook.from_path(str(target)).sheet_names
        assert {"Resumen", "Comparación", "Citas", "Método"} <= set(names)

    def test_markdown_goes_to_stdout_for_an_e_mail(
        self, vocmine: Callable[..., Any], bank_file: Path
    ) -> None:
        ran = vocmine(
            "report", "--format", "md", "-o", "-", "--channel", "correo", "--db", bank_file
        )
        assert ran.code == 0
        assert ran.out.startswith("# Qué duele")
        assert "canal correo" in ran.out

    def test_a_file_that_is_there_is_replaced_only_when_asked(
        self, vocmine: Callable[..., Any], bank_file: Path, tmp_path: Path
    ) -> None:
        target = tmp_path / "notas.md"
        target.write_text("mis notas")
        ran = vocmine("report", "-o", target, "--db", bank_file)
        assert (ran.code, target.read_text()) == (2, "mis notas")
        assert "--force" in ran.err
        assert vocmine("report", "-o", target, "--force", "--db", bank_file).code == 0
        assert target.read_text("utf-8").startswith("# ")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--format", "md", "-o", "informe.xlsx"], "End it in .md"),
            (["--format", "xlsx", "-o", "-"], "End it in .xlsx"),
            (["--format", "html", "-o", "informe.md"], "End it in .html"),
            (["-o", "informe.pdf"], "End it in .html"),
            (["--by", "nada", "-o", "informe.xlsx"], "no message has a column"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self,
        vocmine: Callable[..., Any],
        bank_file: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        arguments: list[str],
        said: str,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        ran = vocmine("report", *arguments, "--db", bank_file)
        assert (ran.code, ran.out) == (2, "")
        assert said.casefold() in ran.err.casefold()
        assert [path for path in tmp_path.iterdir() if path.suffix != ".db"] == []
