"""What the team brings to a report: promises, country, day, areas, events; on the command line."""

from __future__ import annotations

from datetime import date

import pytest

from vocmine.cli.deciding import decision_options_of
from vocmine.errors import UsageError
from vocmine.journey.promise_list import Promise
from vocmine.report import Filters
from vocmine.report.decisions import decide


class TestPromises:
    def test_they_are_read_as_the_command_of_promises_reads_them(self, tmp_path):
        path = tmp_path / "promesas.csv"
        path.write_text("# Del contrato\npromesa;palabras\nEntrega en 24 horas;entrega\n", "utf-8")
        found = decision_options_of(promises=path).promises
        assert found == (Promise("Entrega en 24 horas", ("entrega",)),)

    def test_lines_of_a_text_are_promises_without_empty_lines_and_remarks(self, tmp_path):
        path = tmp_path / "promesas.txt"
        text = "# Del contrato\nRespuesta en 24 horas\n\n  Sin cuota de manejo \n"
        path.write_text(text, "utf-8-sig")
        found = decision_options_of(promises=path).promises
        assert found == (Promise("Respuesta en 24 horas"), Promise("Sin cuota de manejo"))

    def test_a_file_that_cannot_be_read_is_told(self, tmp_path):
        with pytest.raises(UsageError, match=r"promesas\.txt' cannot be read: No such file"):
            decision_options_of(promises=tmp_path / "promesas.txt")


class TestCountry:
    def test_one_without_known_terms_still_has_a_report(self):
        assert decision_options_of(country="DE").country == "CO"
        # Who names a regime wants that one, and is told that there is none.
        assert decision_options_of(country="DE", regime="x").country == "DE"

    def test_one_that_is_asked_for_wins(self, build_store, record):
        with build_store([record(country="PE")]) as store:
            assert decide(store, None, decision_options_of(country="CO")).options.country == "CO"

    def test_without_one_it_is_that_of_the_messages_of_the_report(self, build_store, record):
        records = [record(n, country=code) for n, code in enumerate(("CO", "CO", "PE"), 1)]
        with build_store(records) as store:
            store.conn.execute("UPDATE messages SET channel = 'app' WHERE country = 'PE'")
            for filters, country in ((None, "CO"), (Filters(channel="app"), "PE")):
                found = decide(store, filters, decision_options_of())
                assert found.options.country == country


class TestDay:
    def test_the_clock_stands_at_the_day_it_is_unless_told(self):
        assert decision_options_of().today == date.today()

    def test_no_column_is_compared_unless_told(self):
        assert decision_options_of().by == ()
        assert decision_options_of(by="Ciudad").by == ("Ciudad",)


class TestCommand:
    def test_the_same_day_gives_the_same_clock(self, vocmine, filled_store, tmp_path):
        pages = []
        for name in ("a.html", "b.html"):
            path = tmp_path / name
            command = ("report", "--db", filled_store, "-o", path, "--today", "2026-11-22")
            assert vocmine(*command, "--no-why").code == 0
            pages.append(path.read_text("utf-8"))
        assert pages[0] == pages[1]
        assert "22 nov 2026" in pages[0]

    def test_promises_of_the_team_are_in_the_page(self, vocmine, filled_store, tmp_path):
        promises = tmp_path / "promesas.txt"
        promises.write_text("Respuesta en 24 horas\n", "utf-8")
        path = tmp_path / "a.html"
        command = ("report", "--db", filled_store, "-o", path, "--promises", promises)
        assert vocmine(*command, "--no-why").code == 0
        assert "Respuesta en 24 horas" in path.read_text("utf-8")

    @pytest.mark.parametrize(
        ("option", "value", "words"),
        [
            ("--regime", "lunar", "no regime 'lunar'"),
            ("--owners", "areas.toml", "areas.toml"),
            ("--events", "paros.csv", "paros.csv"),
            ("--promises", "promesas.txt", "promesas.txt"),
            ("--today", "mañana", "mañana"),
        ],
    )
    def test_what_is_wrong_is_told_and_no_file_is_written(
        self, vocmine, filled_store, tmp_path, monkeypatch, option, value, words
    ):
        monkeypatch.chdir(tmp_path)
        ran = vocmine("report", "--db", filled_store, "-o", "a.html", "--no-why", option, value)
        assert ran.code in {1, 2}
        assert words in ran.err
        assert not (tmp_path / "a.html").exists()
