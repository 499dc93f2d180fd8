"""Stores that lack something: every section says what is missing, and the page is written."""

from __future__ import annotations

import re
from datetime import date

import pytest

from vocmine.report import render_report
from vocmine.report.decisions import Options, decide


def page(store, **options):
    chosen = Options(**{"today": date(2026, 11, 22)} | options)
    html = render_report(store.db, decisions=decide(store, None, chosen))
    return html.replace("\u00a0", " ")


def section(html, name):
    start = html.index(f'<section id="{name}"')
    return html[start : html.index("</section>", start)]


@pytest.fixture
def many(record):
    """Complaints by day, one a day, with what a test gives for each."""

    def made(count, **given):
        return [
            record(n, created_at=f"2026-{1 + n % 9:02d}-{1 + n % 27:02d}T09:00:00", **given)
            for n in range(1, count + 1)
        ]

    return made


class TestMissing:
    def test_without_dates_clock_and_time_say_how_to_add_them(self, build_store, record):
        with build_store([record(n, created_at=None) for n in range(1, 31)]) as store:
            html = page(store)
        for name in ("pqrs", "time"):
            assert "--map created_at=" in section(html, name)

    def test_without_scores_the_ranking_says_what_they_would_tell(self, build_store, many):
        with build_store(many(30)) as store:
            assert "No hay calificaciones" in section(page(store), "friction")

    def test_without_answers_the_clock_says_how_to_add_them(self, build_store, many):
        with build_store(many(30)) as store:
            assert "una columna «Fecha de respuesta»" in section(page(store), "pqrs")

    def test_without_promises_the_team_is_told_how_to_give_them(self, build_store, many):
        with build_store(many(30)) as store:
            assert "--promises ARCHIVO" in section(page(store), "promises")

    def test_without_analyzers_the_page_is_written(self, build_store, many):
        with build_store(many(30), analyzers=()) as store:
            assert "corra «vocmine analyze»" in section(page(store), "friction")


class TestFew:
    @pytest.mark.parametrize("count", [1, 2, 5])
    def test_a_figure_of_few_messages_says_so(self, build_store, many, count):
        with build_store(many(count)) as store:
            html = page(store)
        assert "Son pocos mensajes" in section(html, "friction")
        assert "pocas opiniones" in section(html, "pyramid") or count >= 5

    def test_twenty_messages_show_no_change(self, build_store, many):
        with build_store(many(20)) as store:
            assert "Ningún cambio se distingue del azar" in section(page(store), "time")

    def test_groups_that_are_too_small_are_not_compared(self, build_store, many):
        with build_store(many(20)) as store:
            found = section(page(store, by=("channel",)), "comparison")
        assert "Ningún grupo tiene suficientes mensajes" in found


class TestOneSided:
    def test_messages_that_are_all_neutral_have_no_point_and_no_verdict(self, build_store, record):
        text = "Quisiera saber el horario de la oficina."
        quote = ("saber el horario", 0, "none", "consideration", "none", "store")
        records = [
            record(n, text=text, quotes=[quote], sentiment="neutral", pqrs="inquiry")
            for n in range(1, 31)
        ]
        with build_store(records) as store:
            html = page(store)
        assert "Ningún mensaje de esta selección menciona una fricción" in section(html, "friction")
        assert "no encontró nada que mostrar" in section(html, "pyramid")

    def test_dates_in_the_future_and_answers_before_receipt_break_nothing(
        self, build_store, record
    ):
        records = [
            record(1, created_at="2062-01-01T09:00:00"),
            record(2, created_at="2026-03-02T09:00:00", extra={"closed_at": "2026-02-01"}),
            record(3, created_at="2026-03-02T09:00:00"),
        ]
        with build_store(records) as store:
            text = re.sub(r"<[^>]+>", "", section(page(store), "pqrs"))
            assert "vencidos, 1;" in text

    def test_every_message_hostile(self, build_store, record):
        text = "<script>alert('x')</script> me cobraron dos veces"
        quote = (text, -2, "billing", "use", "utility", "billing")
        records = [
            record(n, text=text, quotes=[quote], external_id=f"<b>{n}</b>", extra={"area": "<i>x"})
            for n in range(1, 31)
        ]
        with build_store(records) as store:
            html = page(store, promises=("<u>nada",))
        for name in ("friction", "areas", "pqrs", "promises"):
            found = section(html, name)
            assert "<script>" not in found
            assert "<b>" not in found
            assert "<i>x" not in found
            assert "<u>nada" not in found
