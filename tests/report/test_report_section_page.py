"""The sections of the decisions in the page: their places, titles, links, and size."""

from __future__ import annotations

import re

import made_decisions
import pytest

from vocmine.report import render_report
from vocmine.report.section_list import SECTIONS


@pytest.fixture(scope="module")
def html(bank):
    return render_report(bank.db, decisions=made_decisions.decisions())


def headings(html):
    found = dict(re.findall(r'<section id="(\w+)" class="sheet">\s*<h2>([^<]+)</h2>', html))
    return {name: found[name] for name in found if name not in ("messages", "quality", "method")}


class TestPlaces:
    def test_every_section_has_its_chapter_and_title(self, html):
        found = headings(html)
        assert (
            found
            | {
                "friction": "Qué arreglar primero",
                "journey": "El recorrido del cliente",
                "pyramid": "¿Se sostiene la base?",
                "pqrs": "Reloj de las PQRS",
                "time": "Evolución en el tiempo",
                "comparison": "Quién se diferencia de los demás",
                "areas": "Quién tiene que actuar",
                "promises": "Lo prometido y lo cumplido",
            }
            == found
        )

    @pytest.mark.parametrize("name", SECTIONS)
    def test_each_is_written_whole(self, html, written, sheet, name):
        text = html.replace("\u00a0", " ")
        assert written(name, sheet()).strip().splitlines()[-1] in text

    def test_the_navigation_leads_to_each(self, html):
        for name in headings(html):
            assert f'<a href="#{name}">' in html

    def test_points_that_are_decided_on_take_the_place_of_those_counted(self, html, bank_html):
        assert html.count('<li class="point">') == 3
        assert 'data-chart="trend-1"' not in html
        assert 'data-chart="trend-1"' in bank_html
        assert "Fricciones según el momento" in html

    def test_without_a_column_there_is_no_comparison(self, bank):
        options = made_decisions.Options(today=made_decisions.date(2026, 11, 22))
        html = render_report(bank.db, decisions=made_decisions.decisions(options=options))
        assert "comparison" not in headings(html)

    def test_without_decisions_the_page_is_what_is_counted(self, bank_html):
        assert not {"areas", "promises", "comparison"} & headings(bank_html).keys()

    def test_an_empty_store_has_no_sections(self, build_store):
        with build_store([]) as store:
            assert headings(render_report(store.db, decisions=made_decisions.decisions())) == {}


class TestContent:
    def test_words_of_customers_and_of_the_team_stay_text(self, html):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html

    def test_every_chart_that_is_drawn_has_its_place_and_description(self, html):
        places = re.findall(r'data-chart="([^"]+)" role="img" aria-label="([^"]+)"', html)
        assert {
            "points",
            "journey-curve",
            "levels",
            "series",
            "by-ciudad",
        } <= {name for name, _ in places}
        assert len({name for name, _ in places}) == len(places)

    def test_every_area_that_is_linked_is_there(self, html):
        linked = set(re.findall(r'href="#(area-[^"]+)"', html))
        assert linked
        assert linked <= set(re.findall(r'id="(area-[^"]+)"', html))

    @pytest.mark.parametrize("lang", ["pt", "en"])
    def test_no_spanish_is_left_in_another_language(self, bank, lang):
        html = render_report(bank.db, lang=lang, decisions=made_decisions.decisions())
        body = html[html.index("<main>") : html.index('<section id="messages"')]
        for word in ("Vencidos" if lang == "en" else "Qué", "mensajes", "puntos de fricción"):
            assert word not in body

    def test_marked_words_of_a_quote_are_shown_in_it(self, bank):
        point = made_decisions.point()
        quote = bank.conn.execute("SELECT id, start, quote FROM insights LIMIT 1").fetchone()
        chosen = made_decisions.Quote(quote[0], 1, "PQR-1", quote[2])
        made = made_decisions.decisions(points=(made_decisions.replace(point, quotes=(chosen,)),))
        first = len(quote[2].split()[0])

        def why(ids):
            word = {"start": quote[1], "end": quote[1] + first, "weight": 0.9}
            return {key: [word] for key in ids}

        html = render_report(bank.db, decisions=made, why=why)
        assert re.search(rf'<mark class="why" title="[^"]+">{quote[2][:first]}</mark>', html)
        assert "Las palabras subrayadas" in html
