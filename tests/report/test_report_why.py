"""Marked words in the quotes of friction points: exact, few, escaped, and explained."""

from __future__ import annotations

import re
from html import unescape

import pytest

from vocmine.report import render_report
from vocmine.report.why import mark_quotes
from vocmine.report.wording import Wording


def word(start, end, weight):
    return {"start": start, "end": end, "weight": weight}


def point(quote="Me cobraron dos veces", start=10):
    return {"friction": "billing", "quotes": [{"id": 7, "quote": quote, "start": start}]}


def marked(points, words, lang="es"):
    mark_quotes(points, lambda ids: {7: words}, Wording(lang))
    return [text for text, title in points[0]["quotes"][0]["pieces"] if title]


class TestMarks:
    def test_pieces_joined_are_the_quote(self):
        points = [point()]
        assert marked(points, [word(13, 21, 2.0), word(22, 25, 1.0)]) == ["cobraron", "dos"]
        pieces = points[0]["quotes"][0]["pieces"]
        assert "".join(text for text, _ in pieces) == "Me cobraron dos veces"

    def test_the_two_heaviest_are_marked_in_the_order_of_the_text(self):
        heavy = [word(26, 31, 3.0), word(13, 21, 2.0), word(22, 25, 1.0)]
        assert marked([point()], heavy) == ["cobraron", "veces"]

    def test_words_that_hardly_weigh_or_speak_against_are_not_marked(self):
        assert marked([point()], [word(13, 21, 0.2), word(22, 25, -2.0)]) == []

    def test_words_of_the_clause_outside_the_quote_are_not_marked(self):
        assert marked([point()], [word(2, 6, 2.0), word(40, 45, 2.0)]) == []

    def test_a_label_of_a_person_marks_nothing(self):
        assert marked([point()], [word(None, None, None)]) == []

    def test_without_an_explanation_the_quote_is_whole(self):
        points = [point()]
        assert mark_quotes(points, None, Wording("es")) is False
        assert points[0]["quotes"][0]["pieces"] == [("Me cobraron dos veces", "")]

    @pytest.mark.parametrize(
        ("lang", "title"),
        [
            ("es", "Peso a favor de «cobro»: 2,1"),
            ("pt", "Peso a favor de «cobrança»: 2,1"),
            ("en", "Weight in favour of “billing”: 2.1"),
        ],
    )
    def test_what_a_pointer_shows_is_in_the_language_of_the_report(self, lang, title):
        points = [point()]
        marked(points, [word(13, 21, 2.1)], lang)
        assert dict(points[0]["quotes"][0]["pieces"])["cobraron"] == title


class TestPage:
    HOSTILE = '<b>cobraron</b> & "dos" veces'

    def page(self, store, **options):
        spans = dict(store.conn.execute("SELECT id, start FROM insights"))

        def why(ids):
            return {key: [word(spans[key], spans[key] + 11, 2.0)] for key in ids}

        return render_report(store.db, why=why, **options)

    def test_what_is_marked_is_escaped_as_everything(self, build_store, record):
        quotes = ((self.HOSTILE, -2, "billing", "use", "utility", "billing"),)
        with build_store([record(text=self.HOSTILE, quotes=quotes)]) as store:
            html = self.page(store)
        assert "<b>cobraron" not in html
        (found,) = re.findall(r'<mark class="why" title="[^"<]+">([^<]+)</mark>', html)
        assert unescape(found) == self.HOSTILE[:11]

    @pytest.mark.parametrize("lang", ["es", "pt", "en"])
    def test_a_sentence_says_what_the_marks_are(self, bank, lang):
        legend = Wording(lang).text("why_legend")
        assert legend in self.page(bank, lang=lang)
        assert legend not in render_report(bank.db, lang=lang)

    def test_only_quotes_that_are_shown_are_explained(self, bank):
        asked = []

        def why(ids):
            asked.extend(ids)
            return {}

        html = render_report(bank.db, why=why)
        assert len(asked) == len(set(asked)) == html.count("<blockquote>")
