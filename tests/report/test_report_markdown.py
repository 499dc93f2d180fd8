"""The report as Markdown: short, whole, and safe to paste."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import made_decisions
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from vocmine.priorities.rows import Quote
from vocmine.report.decisions import Decisions, Options, Totals
from vocmine.report.markdown import escaped, markdown_report
from vocmine.report.wording import Wording

READER = MarkdownIt("commonmark").enable("table")
NOTHING = Totals(0, 0, "", "", 0, None, None, None, None, None, None, None, None, None, 0)


def written(lang: str = "es", title: str = "", selection: str = "", **given: Any) -> str:
    decisions = made_decisions.decisions(**given)
    return markdown_report(decisions, Wording(lang), title, selection).replace("\u00a0", " ")


def headings(text: str) -> list[str]:
    tokens = READER.parse(text)
    return [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "heading_open"]


def shown(text: str) -> str:
    """What a reader of Markdown sees of one paragraph."""
    (inline,) = (token for token in READER.parse(text) if token.type == "inline")
    assert {child.type for child in inline.children or ()} <= {"text", "softbreak", "text_special"}
    return "".join(child.content for child in inline.children or ())


class TestText:
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1))
    def test_of_customers_is_shown_letter_for_letter(self, words: str) -> None:
        text = f"{words} fin"
        assert shown(escaped(text)).replace("\N{WORD JOINER}", "") == " ".join(
            text.split()
        ).replace("\N{WORD JOINER}", "")

    @pytest.mark.parametrize(
        "text",
        [
            "# no es título",
            "1. no es lista",
            "12) tampoco",
            "- ni esta",
            "+ ni esta",
            "> ni cita",
            "**ni negrita** ni _cursiva_ ni `código`",
            "[clic](http://malo.example)",
            "![foto](http://malo.example/x.png)",
            "<script>alert(1)</script>",
            "<http://malo.example>",
            "&lt;b&gt; y &#65;",
            "a | b | c",
            "~~tachado~~",
            "\\*",
            "===",
            "--- ---",
            "http://malo.example y www.malo.example",
        ],
    )
    def test_has_no_markup(self, text: str) -> None:
        assert shown(f"{escaped(text)} fin").replace("\N{WORD JOINER}", "") == f"{text} fin"

    def test_of_several_lines_is_one(self) -> None:
        assert escaped("uno\n\n# dos\r\ntres") == "uno \\# dos tres"

    def test_no_address_becomes_a_link(self) -> None:
        linking = MarkdownIt("gfm-like") if _links_by_itself() else READER
        html = linking.render(escaped("vea http://malo.example o www.malo.example ya"))
        assert "<a " not in html


def _links_by_itself() -> bool:
    try:
        import linkify_it  # noqa: F401
    except ImportError:
        return False
    return True


class TestReport:
    def test_has_its_sections_in_order(self) -> None:
        assert headings(written()) == [
            "Qué duele, dónde y en palabras de quien lo vive",
            *("Resumen", "Qué arreglar primero", "Responsables", "PQRS y vencimientos"),
            *("Recorrido", "Pirámide", "Promesas", "Qué cambió", "Comparación", "Método"),
        ]

    @pytest.mark.parametrize(
        ("lang", "named"), [("pt", "O que corrigir primeiro"), ("en", "What to mend first")]
    )
    def test_speaks_the_language(self, lang: str, named: str) -> None:
        assert named in headings(written(lang))

    def test_points_are_a_numbered_list_with_figures_owner_and_quotes(self) -> None:
        text = written()
        assert (
            "1. **Cobro (uso · factura)**: 210 mensajes (10,5 %); NPS −24,3 (−31,0; −17,6); en "
            "aumento. Responsable: Facturación." in text
        )
        tokens = READER.parse(text)
        assert sum(token.type == "ordered_list_open" for token in tokens) == 1
        level = [token for token in tokens if token.type == "blockquote_open"]
        assert len(level) == 3
        assert "puede ser azar" in text
        assert "muy pocos mensajes" in text

    def test_tables_are_read_as_tables(self) -> None:
        html = READER.render(written())
        assert html.count("<table>") == 5
        assert "<td>Disfrute</td>" in html
        assert "<td>81,8 % (74,0 % – 88,0 %)</td>" in html

    def test_overdue_cases_are_named_the_oldest_first_and_the_rest_counted(self) -> None:
        text = written()
        assert "RAD-0095 (reclamo): días hábiles de atraso: 80; tutela, adulto mayor" in text
        assert "… y 14 más en el libro de Excel" in text

    def test_changes_and_events_are_sentences(self) -> None:
        text = written()
        assert "- Nuevo (oct 2026). Cobro (uso · factura): 15,0 %; se esperaba 0,2 %." in text
        assert "Paro de transporte: 41,0 % negativos antes, 63,0 % después" in text
        assert "Alza de tarifas" not in text

    def test_only_sure_differences_are_told(self) -> None:
        text = written()
        assert "- Ciudad Cali: 70 % negativos, 20 puntos más que el resto (12 a 28)." in text
        assert "Bogotá" not in text
        unsure = tuple(replace(row, sure=False) for row in made_decisions.differences())
        assert "Ninguna diferencia entre grupos es segura." in written(differences=unsure)

    def test_promises_tell_both_sides_and_leave_out_those_nobody_speaks_of(self) -> None:
        text = written()
        assert "«Respuesta en 24 horas»: 36 dicen que no se cumplió y 4 que sí." in text
        assert "Sin cuota de manejo" not in text

    def test_customers_and_teams_write_no_markup(self) -> None:
        hostile = "**gratis** [ya](http://malo.example) | <img src=x onerror=1>\n# título"
        point = made_decisions.point(
            topic=hostile, owner=hostile, quotes=(Quote(1, 1, hostile, hostile),)
        )
        text = written(
            title=hostile,
            selection=hostile,
            points=(point,),
            due=(made_decisions.due(external_id=hostile, area=hostile),),
            promises=(replace(made_decisions.promises()[0], promise=hostile),),
            differences=(replace(made_decisions.differences()[0], value=hostile),),
            events=(replace(made_decisions.events()[0], name=hostile),),
        )
        html = READER.render(text)
        assert "<img" not in html
        assert "<a " not in html
        assert "<strong>gratis" not in html
        assert html.count("<h1>") == 1
        assert html.count("<table>") == 5

    def test_of_no_message_says_so_and_how_it_was_made(self) -> None:
        text = markdown_report(Decisions(Options(date(2026, 11, 22)), NOTHING), Wording("es"))
        assert "No hay mensajes analizados" in text
        assert headings(text)[1:] == ["Resumen", "Método"]

    def test_says_what_is_missing(self) -> None:
        bare = replace(made_decisions.decisions().totals, dated=0, scored=0)
        text = written(totals=bare, periods=(), series=(), changes=(), events=(), points=())
        assert "Los mensajes no traen fecha" in text
        assert "No hay calificaciones" in text
        assert "Ningún mensaje de esta selección menciona una fricción." in text
        assert "Qué cambió" not in headings(text)

    def test_ends_in_one_line_end_and_has_no_blank_runs(self) -> None:
        text = written()
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n" not in text
