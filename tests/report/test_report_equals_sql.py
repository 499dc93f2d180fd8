"""Figures of the page equal the same figures counted by plain SQL on the store.

The page is the one that `vocmine report` writes of the synthetic year; it is read as a reader
reads it, by headings and words. The SQL is written here, on the tables of the store: it shares
nothing with the queries of the report.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from vocmine.catalogue import label_set
from vocmine.report.wording import Wording

sys.path[:0] = [str(Path(__file__).parents[1])]
from synthetic_year import TODAY, business_day  # noqa: E402
from tallies import labels_of, written  # noqa: E402

WORDS = Wording("es")
TERMS = {"petition": 15, "claim": 15, "grievance": 15, "suggestion": 15, "inquiry": 30}
"""Business days that the general regime of Colombia gives."""
MONTHS = "ene feb mar abr may jun jul ago sep oct nov dic".split()
NEGATIVE = "('negative', 'very_negative')"
POSITIVE = "('positive', 'very_positive')"


def number(text):
    """`1.213`, `−1,5`, `12,5 %`, `+12` as a number; None for a dash."""
    if text.strip() in ("–", ""):
        return None
    bare = re.sub(r"[^0-9,+−-]", "", text).replace("−", "-").replace(",", ".")
    return float(bare)


def percent(part, whole, decimals=0):
    """The number a reader should see: `<1 %` and `>99 %` where rounding would say none or all."""
    share, least = 100 * part / whole, 10**-decimals
    if 0 < share < least / 2:
        return least
    return 100 - least if 100 - least / 2 <= share < 100 else round(share, decimals)


@dataclass(frozen=True)
class Table:
    heads: list[str]
    rows: list[list[str]]

    def column(self, key):
        place = self.heads.index(WORDS.text(key))
        return [row[place] for row in self.rows]

    def by_name(self, *keys, words_in=1):
        """Words that begin a row to the numbers of some columns."""
        found = [[number(cell) for cell in self.column(key)] for key in keys]
        names = [tuple(row[:words_in]) if words_in > 1 else row[0] for row in self.rows]
        return dict(zip(names, zip(*found, strict=True), strict=True))


class Page:
    def __init__(self, html):
        self.tree = LexborHTMLParser(html)

    def table(self, section, *keys):
        """The table of a section that has all of these headings."""
        wanted = {WORDS.text(key) for key in keys}
        for node in self.tree.css(f"#{section} table"):
            heads = [said(cell) for cell in node.css("thead th")]
            if wanted <= set(heads):
                rows = [[said(cell) for cell in row.css("th, td")] for row in node.css("tbody tr")]
                return Table(heads, rows)
        raise AssertionError(f"no table with {sorted(wanted)} in #{section}")

    def tiles(self):
        return {
            said(tile.css_first("dt")): (
                said(tile.css_first("strong")),
                said(tile.css_first("span")),
            )
            for tile in self.tree.css("#summary .tiles .tile")
        }


def said(node):
    return re.sub(r"\s+", " ", node.text()).strip()


@pytest.fixture(scope="module")
def sql(year_store):
    def rows(query, *values):
        return year_store.conn.execute(query, values).fetchall()

    return rows


@pytest.fixture(scope="module")
def page(year_store, tmp_path_factory):
    from vocmine.cli import main

    folder = tmp_path_factory.mktemp("year")
    year_store.conn.execute("VACUUM INTO ?", [str(folder / "year.db")])
    target = folder / "informe.html"
    how = ["--today", TODAY.isoformat(), "--regime", "general"]
    with pytest.raises(SystemExit) as stopped:
        main(["report", "--db", str(folder / "year.db"), "-o", str(target), *how])
    assert not stopped.value.code
    return Page(target.read_text("utf-8"))


@pytest.fixture(scope="module")
def cases(sql):
    """File number, due day and whether it is answered, of every message with a term."""
    return [
        (key, business_day(date.fromisoformat(day), TERMS[kind]), answered)
        for key, day, kind, answered in sql(
            "SELECT m.external_id, substr(m.created_at, 1, 10), p.pqrs, "
            "m.extra ->> 'closed_at' IS NOT NULL "
            "FROM messages AS m JOIN pqrs AS p ON p.message_id = m.id"
        )
        if kind in TERMS
    ]


class TestTiles:
    def test_messages_and_insights_are_counted(self, page, sql):
        value, note = page.tiles()[WORDS.text("tile_messages")]
        assert number(value) == sql("SELECT count(*) FROM messages")[0][0]
        assert number(note.split(" ")[0]) == sql("SELECT count(*) FROM insights")[0][0]

    @pytest.mark.parametrize(
        ("tile", "query"),
        [
            ("tile_negative", f"SELECT count(*) FROM sentiment WHERE sentiment IN {NEGATIVE}"),
            ("tile_positive", f"SELECT count(*) FROM sentiment WHERE sentiment IN {POSITIVE}"),
            ("tile_complaints", "SELECT count(*) FROM pqrs WHERE pqrs IN ('claim', 'grievance')"),
            ("tile_effort", "SELECT count(*) FROM effort WHERE effort = 3"),
            ("tile_churn", "SELECT sum(churn) FROM effort"),
            ("tile_urgent", "SELECT sum(urgent) FROM pqrs"),
        ],
    )
    def test_a_share_is_that_of_the_messages(self, page, sql, tile, query):
        value, note = page.tiles()[WORDS.text(tile)]
        (total,), (part,) = sql("SELECT count(*) FROM messages")[0], sql(query)[0]
        assert part > 0
        assert number(value) == percent(part, total)
        assert [number(word) for word in note.split() if word[0].isdigit()] == [part, total]

    def test_the_base_of_the_pyramid_is_its_met_share(self, page, sql):
        value, note = page.tiles()[WORDS.text("tile_base")]
        ((met, judged),) = sql(
            "SELECT sum(polarity > 0), count(*) FROM insights "
            "WHERE pyramid = 'utility' AND polarity <> 0"
        )
        assert number(value) == percent(met, judged)
        assert number(note.split()[1]) == judged


class TestFriction:
    def test_every_point_shown_has_its_messages_and_share(self, page, sql):
        expected = {
            WORDS.point(friction, stage, touchpoint).lower(): messages
            for friction, stage, touchpoint, messages in sql(
                "SELECT friction, stage, touchpoint, count(DISTINCT message_id) FROM insights "
                "WHERE polarity < 0 GROUP BY 1, 2, 3"
            )
        }
        ((total,),) = sql("SELECT count(*) FROM messages")
        shown = page.tree.css("#friction ol.points > li.point")
        assert len(shown) >= 10
        for point in shown:
            place = said(point.css_first("h3 small"))
            name = said(point.css_first("h3")).removesuffix(place).strip()
            (figures,) = [
                group.css_first("dd")
                for group in point.css("dl.point-figures > div")
                if said(group.css_first("dt")) == WORDS.text("col_messages")
            ]
            messages = expected[f"{name} ({place})".lower()]
            assert number(said(figures.css_first("strong"))) == messages
            assert number(said(figures.css_first("span"))) == percent(messages, total, 1)

    def test_quotes_are_words_of_the_message_they_name(self, page, sql):
        texts = dict(sql("SELECT external_id, text FROM messages"))
        quotes = page.tree.css("#friction blockquote")
        assert len(quotes) >= 10
        for quote in quotes:
            key = said(quote.css_first("cite"))
            words = said(quote).removesuffix(key).strip(" «»“”…")
            assert words in texts[key]

    def test_kinds_of_obstacle_are_counted_by_phase(self, page, sql):
        expected = {
            WORDS.label("friction", friction): tuple(counts)
            for friction, *counts in sql(
                "SELECT friction, count(*), sum(phase = 'before'), sum(phase = 'during'), "
                "sum(phase = 'after') FROM insights "
                "WHERE polarity < 0 AND friction <> 'none' GROUP BY friction"
            )
        }
        table = page.table("friction", "col_friction", "before", "during", "after")
        assert table.by_name("col_mentions", "before", "during", "after") == expected


class TestJourneyAndPyramid:
    def test_stages_have_their_insights_by_tone_and_the_balance(self, page, sql):
        expected = {
            WORDS.label("stage", stage): (n, minus, zero, plus, round(100 * (plus - minus) / n))
            for stage, n, minus, zero, plus in sql(
                "SELECT stage, count(*), sum(polarity < 0), sum(polarity = 0), sum(polarity > 0) "
                "FROM insights WHERE stage <> 'unknown' GROUP BY stage"
            )
        }
        keys = ("col_mentions", "col_negative", "col_neutral", "col_positive", "col_net")
        found = page.table("journey", "col_phase", "col_stage", *keys).by_name(*keys, words_in=2)
        assert {stage for _, stage in found} >= set(expected)
        for (_, stage), figures in found.items():
            assert figures == expected.get(stage, (0, 0, 0, 0, None)), stage

    def test_every_stage_stands_in_its_phase(self, page):
        phase_of = {
            WORDS.label("stage", label.code): WORDS.text(label.parent)
            for label in label_set("stage").labels
            if label.code != "unknown"
        }
        table = page.table("journey", "col_phase", "col_stage", "col_mentions")
        shown = {stage: phase for phase, stage, *_ in table.rows}
        assert {stage: shown[stage] for stage in phase_of} == phase_of

    def test_levels_are_met_and_missed_as_often_as_the_insights_say(self, page, sql):
        expected = {
            WORDS.label("pyramid", level): (minus, plus, percent(plus, plus + minus))
            for level, minus, plus in sql(
                "SELECT pyramid, sum(polarity < 0), sum(polarity > 0) FROM insights "
                "WHERE pyramid <> 'none' GROUP BY pyramid"
            )
        }
        section = "pyramid" if page.tree.css_first("#pyramid") else "journey"
        table = page.table(section, "col_level", "missed", "met", "col_share")
        assert table.by_name("missed", "met", "col_share") == expected


class TestOtherSections:
    def test_kinds_of_pqrs_have_their_messages_tone_effort_and_urgency(self, page, sql):
        ((total,),) = sql("SELECT count(*) FROM messages")
        expected = {
            WORDS.label("pqrs", kind): (
                n, percent(n, total), percent(negative, n), percent(effort, n), percent(urgent, n)
            )
            for kind, n, negative, effort, urgent in sql(
                f"SELECT p.pqrs, count(*), sum(s.sentiment IN {NEGATIVE}), sum(e.effort = 3), "
                "sum(p.urgent) FROM pqrs AS p JOIN sentiment AS s USING (message_id) "
                "JOIN effort AS e USING (message_id) GROUP BY p.pqrs"
            )
        }  # fmt: skip
        keys = ("col_messages", "col_share", "col_negative_m", "col_effort", "col_urgent")
        found = page.table("pqrs", "col_kind", *keys).by_name(*keys)
        assert found == expected

    def test_emotions_are_counted_by_message_and_stage(self, page, sql):
        counts = dict(sql("SELECT emotion, count(DISTINCT message_id) FROM emotions GROUP BY 1"))
        of_stage = dict(
            sql("SELECT stage, count(DISTINCT message_id) FROM insights GROUP BY stage")
        )
        cells = {
            (emotion, stage): n
            for emotion, stage, n in sql(
                "SELECT e.emotion, i.stage, count(DISTINCT e.message_id) FROM emotions AS e "
                "JOIN insights AS i USING (message_id) GROUP BY 1, 2"
            )
        }
        table = page.table("emotions", "col_emotion", "col_messages")
        found = table.by_name("col_messages")
        assert found == {WORDS.label("emotion", code): (n,) for code, n in counts.items()}
        for stage in ("support", "purchase", "use"):
            place = table.heads.index(WORDS.label("stage", stage))
            for row in table.rows:
                (emotion,) = [c for c in counts if WORDS.label("emotion", c) == row[0]]
                share = percent(cells.get((emotion, stage), 0), of_stage[stage])
                assert number(row[place]) == share

    def test_months_have_their_messages_by_tone(self, page, sql):
        expected = {
            f"{MONTHS[int(month[5:]) - 1]} {month[:4]}": tuple(counts)
            for month, *counts in sql(
                "SELECT substr(m.created_at, 1, 7), count(*), "
                f"sum(s.sentiment IN {NEGATIVE}), sum(s.sentiment IN {POSITIVE}) "
                "FROM messages AS m JOIN sentiment AS s ON s.message_id = m.id GROUP BY 1"
            )
        }
        keys = ("col_messages", "col_negative_m", "col_positive_m")
        found = page.table("time", "col_period", *keys).by_name(*keys)
        assert len(found) >= 12
        assert found == {month: expected[month] for month in found}


class TestEveryFigure:
    def test_what_the_page_counts_again_is_what_labels_give(self, page, year_store):
        """In the sections of what was decided; days and cases are compared above and below."""
        labels = labels_of(year_store)
        figures = [
            {name.removeprefix("data-"): value for name, value in node.attributes.items()}
            | {"text": said(node.css_first(".seg-n") or node)}
            for node in page.tree.css(".decided [data-unit]")
        ]
        known = [one for one in figures if not re.search(r"(period|due|case|area)=", str(one))]
        assert len(known) > 150
        for section in ("areas", "journey", "pyramid"):
            assert page.tree.css(f"#{section} .decided [data-unit]"), section
        wrong = [
            (figure, expected)
            for figure in known
            if figure["text"] != (expected := written(figure, labels, {}).replace("\u00a0", " "))
        ]
        assert wrong == []


class TestMessages:
    def test_every_quote_of_a_point_is_among_the_messages_to_read(self, page):
        embedded = json.loads(page.tree.css_first("#payload").text())["messages"]
        ids = {message["external_id"] for message in embedded}
        quoted = {said(cite) for cite in page.tree.css("#friction .points cite")}
        assert len(quoted) >= 10
        assert quoted <= ids


class TestClock:
    """Business days are those of the calendar that `synthetic_year` writes by hand."""

    def test_lights_count_what_is_overdue_near_in_time_and_answered(self, page, cases):
        soon = business_day(TODAY, 3)
        due = [day for _, day, answered in cases if not answered]
        expected = {
            "light_red": sum(day < TODAY for day in due),
            "light_amber": sum(TODAY <= day <= soon for day in due),
            "light_green": sum(day > soon for day in due),
            "light_answered": len(cases) - len(due),
        }
        assert all(expected.values())
        tiles = {
            said(tile.css_first("dt")): number(said(tile.css_first("strong")))
            for tile in page.tree.css("#pqrs .lights .tile")
        }
        assert tiles == {WORDS.text(light): count for light, count in expected.items()}

    def test_every_overdue_case_is_listed(self, page, cases):
        expected = {key for key, day, answered in cases if day < TODAY and not answered}
        listed = {row[0] for row in page.table("pqrs", "col_due").rows}
        assert listed == expected
