"""The section of the clock: the traffic light, the overdue, who insists, and what is not sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import made_decisions
import pytest

from vocmine.clock.rows import ClockKind
from vocmine.report.decisions import Options
from vocmine.report.section_clock import OVERDUE, clock_section, overdue


def spaced(lines):
    return [made_decisions.shown(line) for line in lines]


class TestSentences:
    def test_they_tell_open_cases_by_light_and_answers_in_time(self, sheet):
        lines = spaced(clock_section(sheet())["sentences"])
        assert lines[0] == "Hay 26 casos abiertos: vencidos, 24; por vencer, 1; a tiempo, 1."
        assert lines[1] == "Respondidos a tiempo: 100 % de 1 caso, que tomó 8 días hábiles."

    def test_more_answers_have_a_median(self, sheet):
        whole = ClockKind("", "", 100, 40, 30, 5, 5, 60, 45, 0.75, 11.5)
        lines = spaced(clock_section(sheet(kinds=(whole,)))["sentences"])
        assert lines[1] == (
            "De los 60 casos respondidos, el 75 % se respondió a tiempo; la mitad tomó 11,5 días "
            "hábiles o menos."
        )

    def test_without_answers_it_says_how_to_add_them(self, sheet):
        whole = ClockKind("", "", 24, 24, 0, 0, 24, 0, 0, None, None)
        lines = spaced(clock_section(sheet(kinds=(whole,)))["sentences"])
        assert "una columna «Fecha de respuesta»" in lines[1]

    def test_without_open_cases_it_says_so(self, sheet):
        whole = ClockKind("", "", 24, 0, 0, 0, 0, 24, 20, 20 / 24, 9.0)
        lines = spaced(clock_section(sheet(kinds=(whole,)))["sentences"])
        assert lines[0] == "No hay casos abiertos."

    def test_positive_silence_and_cues_are_told(self, sheet):
        *_, silence, cues = spaced(clock_section(sheet())["sentences"])
        assert silence.endswith("silencio administrativo positivo: RAD-0095.")
        assert cues.startswith("2 casos abiertos traen una señal de prioridad")

    def test_the_day_the_clock_stands_at_is_told(self, sheet):
        options = Options(today=date(2026, 11, 22))
        assert "al 22 nov 2026" in clock_section(sheet(options=options))["stand"]


class TestLights:
    def test_a_tile_for_each_light(self, sheet):
        lights = clock_section(sheet())["lights"]
        assert [(light["name"], light["value"].text) for light in lights] == [
            ("Vencidos", "24"),
            ("Por vencer", "1"),
            ("A tiempo", "1"),
            ("Respondidos", "1"),
        ]

    def test_kinds_with_open_cases_are_bars_of_the_lights_under_the_regimes_names(self, sheet):
        bars = [row["bar"] for row in clock_section(sheet())["bars"]["bars"]]
        assert [bar.name for bar in bars] == ["Reclamo", "Petición"]
        assert [[part.size for part in bar.parts] for bar in bars] == [[24, 1, 0], [0, 0, 1]]
        assert bars[0].parts[0].figure.find == {"case": "reclamo", "due": "red"}
        assert bars[0].total.text == "25"

    def test_without_open_cases_nothing_is_drawn(self, sheet, written):
        kinds = tuple(replace(kind, open=0) for kind in made_decisions.kinds())
        assert clock_section(sheet(kinds=kinds))["bars"] is None
        assert "<figure" not in written("clock", sheet(kinds=kinds))

    def test_other_languages_name_kinds_by_the_catalogue(self, sheet):
        bars = clock_section(sheet("en"))["bars"]["bars"]
        assert [row["bar"].name for row in bars] == ["Claim", "Petition"]

    def test_the_table_ends_with_all_kinds(self, sheet):
        rows = clock_section(sheet())["table"]["rows"]
        assert [row[0] for row in rows] == ["Reclamo", "Petición", "Todos"]
        assert [made_decisions.shown(cell) for cell in rows[1]] == [
            "Petición",
            "1",
            "0",
            "0",
            "1",
            "0",
            "–",
            "–",
        ]


class TestOverdue:
    def test_the_latest_come_first_and_of_as_late_those_with_more_cues(self):
        rows = [
            made_decisions.due(1, days_late=3),
            made_decisions.due(2, days_late=9),
            made_decisions.due(3, days_late=3, cues=("tutela",)),
            made_decisions.due(4, days_late=30, state="grey"),
        ]
        assert [row.message for row in overdue(rows)] == [2, 3, 1]

    def test_some_are_shown_and_the_rest_is_told_with_how_to_get_it(self, sheet):
        section = clock_section(sheet())
        assert len(section["overdue"]["rows"]) == OVERDUE
        assert section["overdue_more"] == (
            "Hay 4 casos vencidos más; con «vocmine pqrs -o vencimientos.xlsx» sale la lista "
            "completa."
        )

    def test_a_row_has_file_number_kind_area_cues_due_date_and_delay(self, sheet):
        first, second, *_ = clock_section(sheet())["overdue"]["rows"]
        assert first == ["RAD-0095", "Reclamo", "–", "tutela y adulto mayor", "23 oct 2026", "80"]
        assert second[2] == "Facturación"

    def test_without_any_a_sentence_says_so(self, sheet, written):
        due = (made_decisions.due(1, state="green", days_left=5),)
        assert clock_section(sheet(due=due))["overdue"] is None
        assert "No hay casos vencidos." in written("clock", sheet(due=due))


class TestInsisting:
    def test_open_cases_of_who_had_another_open_are_listed_the_most_repeated_first(self, sheet):
        due = (
            made_decisions.due(1, repeats=1),
            made_decisions.due(2, repeats=3),
            made_decisions.due(3),
            made_decisions.due(4, repeats=9, state="grey", days_left=None),
        )
        table = clock_section(sheet(due=due))["insisting"]
        assert [(row[0], row[2]) for row in table["rows"]] == [
            ("RAD-0002", "vencido"),
            ("RAD-0001", "vencido"),
        ]
        assert table["note"].startswith("2 casos abiertos son de clientes")
        assert clock_section(sheet(due=due[2:3]))["insisting"] is None


class TestDoubts:
    def test_rules_that_were_not_verified_are_named_and_marked(self, sheet):
        due = (made_decisions.due(1, verified=False, rule="co-finance"),)
        section = clock_section(sheet(due=due))
        assert "SFC, Circular Externa 023 de 2021" in section["notes"][0]
        assert section["overdue"]["rows"][0][1] == "Reclamo *"

    def test_verified_rules_raise_no_doubt(self, sheet):
        notes = clock_section(sheet(due=(made_decisions.due(),)))["notes"]
        assert not any(note.startswith("*") for note in notes)

    def test_it_never_claims_to_be_legal_advice(self, sheet):
        for lang, words in (("es", "no es asesoría legal"), ("en", "not legal advice")):
            assert words in clock_section(sheet(lang))["notes"][-1]

    def test_messages_without_a_term_are_counted(self, sheet):
        assert any(
            note.startswith("1 mensaje no tiene") for note in clock_section(sheet())["notes"]
        )

    def test_copies_that_are_no_cases_are_counted(self, sheet):
        due = (made_decisions.due(1, copies=("RAD-7", "RAD-8")), made_decisions.due(2))
        notes = clock_section(sheet(due=due))["notes"]
        assert any(note.startswith("2 copias no se cuentan") for note in notes)
        assert not any("copia" in note for note in clock_section(sheet())["notes"])

    def test_without_dates_it_says_how_to_add_them(self, sheet):
        made = sheet(due=(made_decisions.due(due="", state="none"),))
        assert "régimen" in clock_section(made)["absent"]
        totals = replace(made.decisions.totals, dated=0)
        assert "--map created_at=" in clock_section(sheet(due=(), totals=totals))["absent"]


@pytest.mark.parametrize("lang", ["es", "pt", "en"])
def test_it_is_written_in_every_language_and_escaped(sheet, written, lang):
    due = (made_decisions.due(1, external_id=made_decisions.HOSTILE, area="<i>"),)
    html = written("clock", sheet(lang, due=due))
    assert "<script>" not in html
    assert "<i>" not in html
    assert html.count('<div class="tile light') == 4
