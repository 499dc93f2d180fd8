"""Being passed on: which words tell of it, which only seem to, and who is named."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.journey.areas import area_at, area_key
from vocmine.journey.handoffs import handoffs, told_passages
from vocmine.journey.passing import may_tell, passings
from vocmine.journey.words import fold, stems
from vocmine.store.filters import Filter
from vocmine.store.frame import read_frame

if TYPE_CHECKING:
    from collections.abc import Callable


def areas(text: str, *hints: str) -> list[tuple[str, str]]:
    """From and to of every passing on; a hint is a quote about procedures."""
    spans = [(text.index(hint), text.index(hint) + len(hint)) for hint in hints]
    return [(found.from_area, found.to_area) for found in passings(text, spans)]


class TestPassings:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Llamé y me transfirieron a cartera.", [("", "cartera")]),
            ("En la tienda me remitieron a la central.", [("tienda", "central")]),
            ("El call center me deriva al formulario; nada.", [("call center", "formulario")]),
            ("Me pasaron con otro asesor y se cortó", [("", "")]),
            (
                "me remiten a la oficina de cobranza jurídica",
                [("", "oficina de cobranza jurídica")],
            ),
            ("Siempre me pasan con “retención”. Colgaron.", [("", "retención")]),
            ("El titular es remitido a fidelización, donde cuelgan", [("", "fidelización")]),
            ("te transfieren, te cortan y vuelta a empezar", [("", "")]),
            ("me tienen de un lado para otro", [("", "")]),
            ("nos mandan de oficina en oficina", [("", "")]),
            ("se tiran la pelota entre ustedes", [("", "")]),
            ("a moça disse que foi transferida quatro vezes", [("", "")]),
            ("os atendentes me transferem de um para outro", [("", "")]),
            ("fica nesse jogo de empurra", [("", "")]),
            ("I was transferred to billing and then cut off", [("", "billing")]),
            ("They bounced me between departments", [("", "departments")]),
        ],
    )
    def test_words_of_passing_on_are_told(self, text: str, expected: list[tuple[str, str]]) -> None:
        assert areas(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "Me mandaron un cargador usado",
            "me mandaron a esperar al salón",
            "me transfirió todo ahí mismo",
            "Les agradecería que me remitieran el contrato",
            "¿Me pueden enviar la factura al correo?",
            "me mandan al correo el extracto",
            "Nos trasladaron a otro hotel",
            "nos pasaron a triage y de ahí a la sala",
            "me remitieron a ortopedia",
            "La médica me remitió al especialista",
            "nos mandaron a la casa",
            "pasó lo mismo a mi vecino",
            "una señora paseaba de un lado a otro del mostrador",
            "llevo un mes llamando a atención al cliente",
            "Me rebotó el pago",
            "lo devolvieron con la línea rayada",
            "I sent me a reminder",
            "",
        ],
    )
    def test_what_only_seems_to_pass_on_is_not(self, text: str) -> None:
        assert areas(text) == []

    def test_a_verb_of_many_uses_counts_where_the_customer_complains_of_procedures(self) -> None:
        text = "El profesor me manda a soporte técnico nuevo y allá nada"
        assert areas("Ayer me mandaron a ventas nuevas") == []
        assert areas("Ayer me mandaron a ventas nuevas", "me mandaron a ventas") == [
            ("", "ventas nuevas")
        ]
        assert areas(text, "me manda a soporte")[0][0] == "profesor"

    def test_a_chain_gives_each_link(self) -> None:
        text = "la página me manda a la sucursal, la sucursal al 0800 y el 0800 a la página."
        assert areas(text) == [
            ("página", "sucursal"), ("sucursal", "0800"), ("0800", "página"),
        ]  # fmt: skip

    def test_an_area_that_was_just_named_is_who_passes_on_next(self) -> None:
        text = "me pasan con logística, logística me pasa con marketplace, marketplace con ventas."
        assert areas(text) == [
            ("", "logística"), ("logística", "marketplace"), ("marketplace", "ventas"),
        ]  # fmt: skip

    def test_a_day_or_a_turn_is_no_area(self) -> None:
        assert areas("La primera vez me remitieron a jurídica") == [("", "jurídica")]
        assert areas("El martes me remitieron a jurídica")[0][1] == "jurídica"

    def test_capitals_and_lost_accents_do_not_matter(self) -> None:
        assert areas("EN LA TIENDA ME REMITIERON A LA CENTRAL") == [("TIENDA", "CENTRAL")]

    @given(st.text(max_size=200))
    def test_any_text_is_read_and_spans_lie_in_it_in_order(self, text: str) -> None:
        last = 0
        for found in passings(text, [(0, len(text))]):
            assert last <= found.start < found.end <= len(text)
            assert found.to_area in text
            last = found.end

    @given(
        st.lists(
            st.sampled_from(
                "me nos remiten a la pasan con al otra oficina cartera , . y en el transfieren "
                "mandan de un lado para otro".split()
            ),
            max_size=30,
        )
    )
    def test_what_is_found_passes_the_quick_look(self, words: list[str]) -> None:
        text = " ".join(words)
        found = passings(text, [(0, len(text))])
        assert may_tell(fold(text)) or not found
        assert all(a.end <= b.start for a, b in pairwise(found))


class TestAreas:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("la oficina de servicio al cliente, y", "oficina de servicio al cliente"),
            ("soporte técnico que no contesta", "soporte técnico"),
            ("«cartera» y", "cartera"),
            ("su sucursal.", "sucursal"),
            ("otra persona", ""),
        ],
    )
    def test_a_name_ends_where_a_verb_pronoun_or_mark_begins(self, text: str, name: str) -> None:
        found = area_at(text, 0)
        assert found is not None
        assert found.name == name

    @pytest.mark.parametrize("text", ["", ", ventas", "pagar en caja", "mi correo", "que no"])
    def test_what_cannot_be_an_area_is_none(self, text: str) -> None:
        assert area_at(text, 0) is None

    @pytest.mark.parametrize(
        "spellings",
        [
            "Servicio al Cliente/servicio al cliente/atención al cliente/ATENCION A CLIENTES/"
            "área de atención al usuario",
            "cartera/área de cartera/Dpto. de Cartera",
            "call center/Callcenter/call-center",
            "sucursal/sucursales",
            "devoluciones/la devolución",
            "área/areas",
        ],
    )
    def test_spellings_of_one_area_have_one_key(self, spellings: str) -> None:
        assert len({area_key(name) for name in spellings.split("/")}) == 1

    def test_different_areas_have_different_keys(self) -> None:
        names = (
            "área interna/área internacional/soporte técnico/servicio técnico/oficina de cartera/"
            "línea 195/línea/cartera/cartera jurídica/servicio al cliente/área/departamento/"
        ).split("/")
        assert len({area_key(name) for name in names}) == len(names)
        assert area_key("") == ""


class TestWords:
    def test_folding_keeps_every_offset(self) -> None:
        text = "Ñandú ÉXITO ção İstanbul ß"
        assert len(fold(text)) == len(text)
        assert fold(text).startswith("nandu exito cao")

    def test_endings_and_plurals_do_not_tell_words_apart(self) -> None:
        assert stems("Instalaron las fotos") == stems("instalación foto") == ["instal", "foto"]


def store_with(build_store: Callable[..., Any], record: Callable[..., Any], *rows: Any) -> Any:
    return build_store(
        [record(n, text=text, quotes=quotes) for n, (text, quotes) in enumerate(rows)]
    )


PROCESS = ("process", "support", "usability", "phone")


class TestHandoffs:
    def test_are_counted_by_messages_and_proved_by_exact_words(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        rows = [
            ("En la línea me remiten a Cartera. En la línea me remiten a cartera otra vez.", ()),
            ("Pues en la línea me remiten a cartera.", ()),
            ("Me transfieren a ventas.", ()),
            ("Todo excelente, gracias.", ()),
        ]
        with store_with(build_store, record, *rows) as store:
            found = handoffs(store, read_frame(store, Filter()))
        assert [(row.from_area, row.to_area, row.messages) for row in found] == [
            ("línea", "cartera", 2),
            ("", "ventas", 1),
        ]
        assert len(found[0].quotes) <= 3
        for row in found:
            for quote in row.quotes:
                text = rows[quote.message - 1][0]
                assert text[quote.start : quote.end] == quote.text

    def test_an_area_is_shown_once_by_its_commonest_spelling(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        written = ("Servicio al Cliente", "servicio al cliente", "atención al cliente", "PQRS")
        texts = [f"me transfieren a {name}." for name in (*written, "la linea 195", "la línea 195")]
        with store_with(build_store, record, *((text, ()) for text in texts)) as store:
            found = handoffs(store, read_frame(store, Filter()))
        assert [(row.to_area, row.messages) for row in found] == [
            ("servicio al cliente", 3), ("línea 195", 2), ("PQRS", 1),
        ]  # fmt: skip

    def test_stand_at_the_stage_of_the_point_about_procedures(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        text = "El pedido llegó tarde y en la tienda me remitieron a la central."
        quotes = [
            ("El pedido llegó tarde", -1, "delay", "delivery", "utility", "delivery"),
            ("me remitieron a la central", -1, *PROCESS),
        ]
        with store_with(build_store, record, (text, quotes), ("me remiten a cartera", ())) as store:
            told = list(told_passages(store, read_frame(store, Filter())))
        assert [row.stage for row in told] == ["support", "unknown"]

    def test_an_empty_store_has_none(self, build_store: Callable[..., Any]) -> None:
        with build_store() as store:
            assert handoffs(store, read_frame(store, Filter())) == []

    def test_a_closing_mark_belongs_to_the_quote(
        self, build_store: Callable[..., Any], record: Callable[..., Any]
    ) -> None:
        with store_with(build_store, record, ('me pasan con "retención" y cuelgan', ())) as store:
            (row,) = handoffs(store, read_frame(store, Filter()))
        assert row.quotes[0].text == 'me pasan con "retención"'


CORPUS = (
    ("ventas nos remitió a administración y administración nos pidió de nuevo el contrato", True),
    ("En la taquilla me mandan al portal, en el portal a la app", True),
    ("La 195 me pasa a \"gestión documental\", gestión documental me pasa a la alcaldía", True),
    ("el señor de la puerta me derivó a \"afiliaciones\", afiliaciones a \"auditoría\"", True),
    ("lo trasladaron a cuatro extensiones, repitiendo cada vez su cédula", True),
    ("En el punto de la 33 me mandaron al call center y el call center me mandó otra vez al punto",
     True),
    ("me comunicaron a área de escalados y levantaron el folio", True),
    ("la moça manda voltar pro totem, foi transferida duas vezes", True),
    ("me mandaron talla S y pedí XL", False),
    ("nos mandaron otra vez a la sala y el médico lo vio a las 3", False),
    ("El doctor muy bueno, me mandó los exámenes que eran", False),
    ("el portal me manda a la página de inicio y se cierra", False),
    ("Me mandó de noche por una población donde asaltan", False),
    ("me mandan la boleta del pasaje al correo porfa", False),
    ("el cardiólogo me mandó a hacer ejercicio", False),
    ("los entrenadores se la pasan en el celular", False),
)  # fmt: skip


@pytest.mark.parametrize(("text", "tells"), CORPUS)
def test_sentences_of_real_kinds_are_read_as_a_person_does(text: str, tells: bool) -> None:
    assert bool(passings(text)) == tells
