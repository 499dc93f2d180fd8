"""Sentences and clauses: one point per segment, at exact offsets, whatever customers type."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.language import has_words
from vocmine.segmentation import Segments, segment

LANGS = st.sampled_from(["es", "pt", "en", "other"])
# Arbitrary text seldom holds what the rules look at.
PIECES = st.sampled_from(
    ["hola, buenas tardes", "no sirve", "pero", "y", ", ", ". ", "... ", "!!! ", "¿", "¡", "(", ")",
     '"', "'", "1) ", "2. ", "- ", "•", "\n", "\r\n", "\t", "\x00", "\ud800", "\u200b", "e\u0301",
     "😀", "👍🏽", "@banco", "#tag", "https://t.co/x", "a@b.co", "$1.250.000", "10:30 a.m.", "Sr. ",
     "No. 5", "mal.Muy", "sin embargo", "além disso", "however", "la app", "me cobraron", "El",
     "ÉL", "n't", "S.A.", "EE. UU.", "—", ";", ":"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=25).map("".join),
                  st.lists(PIECES, max_size=25).map(" ".join))  # fmt: skip


def clauses(text: str, lang: str = "es") -> list[str]:
    found = segment([text], [lang])
    return [text[start:end] for start, end in zip(found.start, found.end, strict=True)]


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("No sirve. Nadie responde.", ["No sirve", "Nadie responde"]),
            ("No sirve! Nadie responde?", ["No sirve!", "Nadie responde?"]),
            ("No sirve… nadie responde", ["No sirve", "nadie responde"]),
            ("No sirve...nunca contestan", ["No sirve", "nunca contestan"]),
            ("No sirve; nadie responde", ["No sirve", "nadie responde"]),
            ("No sirve\nNadie responde", ["No sirve", "Nadie responde"]),
            ("No sirve\r\n\r\nNadie responde", ["No sirve", "Nadie responde"]),
            ("No sirve!!!!!!!!!! Nunca más", ["No sirve!!!", "Nunca más"]),
        ],
    )
    def test_end_at_marks_and_line_ends(self, text: str, expected: list[str]) -> None:
        assert clauses(text) == expected

    def test_end_at_marks_that_are_glued_to_the_next_word(self) -> None:
        assert clauses("la comida mala.Muy sucio,no vuelvo!Pésimo") == [
            "la comida mala", "Muy sucio", "no vuelvo!", "Pésimo",
        ]  # fmt: skip
        assert clauses("Comprei no site .O preço estava bom", "pt") == [
            "Comprei no site", "O preço estava bom",
        ]  # fmt: skip

    def test_begin_at_an_opening_mark(self) -> None:
        assert clauses("No abre ¿qué hago? ¡Ayuda!") == ["No abre", "¿qué hago?", "¡Ayuda!"]

    def test_are_the_items_of_a_list(self) -> None:
        expected = ["Llegó tarde", "Llegó roto"]
        assert clauses("- Llegó tarde\n- Llegó roto") == expected
        assert clauses("• Llegó tarde • Llegó roto") == expected
        assert clauses("1) Llegó tarde 2) Llegó roto") == expected
        assert clauses("1. Llegó tarde\n2. Llegó roto") == expected

    def test_do_not_end_where_an_email_wraps_its_lines(self) -> None:
        text = "les escribo por tercera vez para reclamar el valor de la\nfactura de marzo"
        assert clauses(text) == [text]

    @pytest.mark.parametrize(
        "text",
        [
            "el Sr. Pérez no atiende",
            "la Dra. Gómez no atiende",
            "dijo el Dr. J. M. Pérez",
            "Ud. no responde",
            "Uds. no responden",
            "reclamo No. 45 sin respuesta",
            "según el art. 26 del estatuto",
            "según el Art. 26 del estatuto",
            "cobros, multas, etc. sin aviso",
            "p. ej. la factura",
            "viajé a EE. UU. en marzo",
            "Comercial Andina S.A. no responde",
            "Comercial Andina Ltda. no responde",
            "la tienda de la Cra. 7 no abre",
            "la tienda de la Av. Santa Fe no abre",
            "abren a las 10:30 a.m. todos los días",
            "cerraron a las 5 p.m. sin avisar",
            "la pág. 3 del contrato",
            "esperé aprox. dos horas",
            "mi tel. 3001234567 no suena",
        ],
    )
    def test_do_not_end_at_an_abbreviation(self, text: str) -> None:
        assert clauses(text) == [text]

    def test_end_after_an_abbreviation_that_a_capital_follows(self) -> None:
        assert clauses("Me citaron a las 5 p.m. Nadie llegó") == [
            "Me citaron a las 5 p.m.",
            "Nadie llegó",
        ]

    def test_end_after_a_plain_no(self) -> None:
        assert clauses("Me dijeron que no. Nadie responde") == [
            "Me dijeron que no",
            "Nadie responde",
        ]

    def test_end_before_the_verb_es_that_is_glued_to_them(self) -> None:
        assert clauses("pésimo servicio.es una vergüenza") == [
            "pésimo servicio",
            "es una vergüenza",
        ]

    def test_do_not_end_at_english_abbreviations(self) -> None:
        assert clauses("Mr. Smith charged fees, e.g. for coffee", "en") == [
            "Mr. Smith charged fees, e.g. for coffee"
        ]

    @pytest.mark.parametrize(
        "piece",
        ["$1.250.000", "1.250,50", "3.5", "12.03.2025", "10:30", "www.banco.com.co",
         "https://banco.co/a.b?c=d.e", "juan.perez@banco.com.co", "amazon.es", "@banco",
         "#MalServicio"],
    )  # fmt: skip
    def test_do_not_end_inside_amounts_dates_times_links_and_tags(self, piece: str) -> None:
        text = f"reclamo por {piece} de la sede"
        assert clauses(text) == [text]

    def test_keep_the_emoji_that_follow_them(self) -> None:
        assert clauses("La comida buena 😡😡 no me atendieron 👏🏽") == [
            "La comida buena 😡😡",
            "no me atendieron 👏🏽",
        ]


class TestClauses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Bonito pero llegó roto", ["Bonito", "pero llegó roto"]),
            ("La sala es linda, sin embargo hace frío",
             ["La sala es linda", "sin embargo hace frío"]),
            ("Buena atención aunque demoran mucho", ["Buena atención", "aunque demoran mucho"]),
            ("Pagué a tiempo, no obstante me cortaron",
             ["Pagué a tiempo", "no obstante me cortaron"]),
            ("Ellos cumplen, en cambio ustedes fallan",
             ["Ellos cumplen", "en cambio ustedes fallan"]),
            ("Pagaba 50 mientras que ahora pago 80", ["Pagaba 50", "mientras que ahora pago 80"]),
            ("El wifi es lento, mas no lo cambian", ["El wifi es lento", "mas no lo cambian"]),
        ],
    )  # fmt: skip
    def test_begin_at_a_contrast(self, text: str, expected: list[str]) -> None:
        assert clauses(text) == expected

    def test_do_not_begin_at_mas_written_for_more(self) -> None:
        text = "cobran mucho mas caro que antes"
        assert clauses(text) == [text]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("O app é bom mas trava muito", ["O app é bom", "mas trava muito"]),
            ("Paguei tudo, porém continua bloqueado", ["Paguei tudo", "porém continua bloqueado"]),
            ("É caro, no entanto funciona bem", ["É caro", "no entanto funciona bem"]),
            ("O quarto era limpo e o café estava frio", ["O quarto era limpo",
                                                         "o café estava frio"]),
        ],
    )  # fmt: skip
    def test_of_portuguese(self, text: str, expected: list[str]) -> None:
        assert clauses(text, "pt") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Nice room but the app crashed", ["Nice room", "but the app crashed"]),
            ("It works; however it is slow", ["It works", "however it is slow"]),
            ("Great hotel although the room was tiny",
             ["Great hotel", "although the room was tiny"]),
            ("The room was tiny and the staff was rude",
             ["The room was tiny", "the staff was rude"]),
            ("They have not yet replied", ["They have not yet replied"]),
        ],
    )  # fmt: skip
    def test_of_english(self, text: str, expected: list[str]) -> None:
        assert clauses(text, "en") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [  # Colombia, Mexico, Argentina, Chile, Peru, Spain
            ("me cobraron el doble, y además no me devuelven la plata",
             ["me cobraron el doble", "además no me devuelven la plata"]),
            ("el cajero no sirve, nadie contesta el teléfono",
             ["el cajero no sirve", "nadie contesta el teléfono"]),
            ("el mozo fue amable y la comida estaba riquísima",
             ["el mozo fue amable", "la comida estaba riquísima"]),
            ("la wea se cae a cada rato, ya reinstalé tres veces",
             ["la wea se cae a cada rato", "ya reinstalé tres veces"]),
            ("el delivery llegó frío, los cubiertos no vinieron",
             ["el delivery llegó frío", "los cubiertos no vinieron"]),
            ("el piso olía a humedad (nos cambiaron a las dos horas)",
             ["el piso olía a humedad", "nos cambiaron a las dos horas"]),
        ],
    )  # fmt: skip
    def test_begin_at_a_new_point(self, text: str, expected: list[str]) -> None:
        assert clauses(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "la comida y la atención",
            "quiero saldo, fecha y cupo",
            "la señora que atiende en caja",
            "rojo, verde y azul",
            "muy lento y caro",
        ],
    )
    def test_keep_enumerations_together(self, text: str) -> None:
        assert clauses(text) == [text]

    def test_begin_at_a_capital_small_word_in_run_on_text(self) -> None:
        assert clauses("es lo mejor de este hotel El desayuno es limitado") == [
            "es lo mejor de este hotel",
            "El desayuno es limitado",
        ]

    def test_do_not_begin_at_a_proper_name(self) -> None:
        text = "fuimos a pasear por La Habana"
        assert clauses(text) == [text]

    def test_begin_at_a_new_subject_without_any_mark(self) -> None:
        assert clauses("la pileta da mucha depresión el comedor es horrible") == [
            "la pileta da mucha depresión",
            "el comedor es horrible",
        ]

    def test_of_text_without_marks_or_capitals_stay_short(self) -> None:
        text = (
            "hola me llego el recibo con un cobro de un seguro que yo nunca pedi y ya llame tres "
            "veces y siempre me dicen que espere porque el sistema esta caido entonces fui a la "
            "oficina y tampoco me dieron solucion ahora me dicen que tengo que mandar una carta"
        )
        found = clauses(text)
        assert len(found) >= 4
        assert all(len(clause.split()) <= 25 for clause in found)

    def test_of_capitals_are_those_of_small_letters(self) -> None:
        text = "me cobraron doble y no me devuelven el dinero, llevo tres meses esperando"
        assert clauses(text.upper()) == [clause.upper() for clause in clauses(text)]


class TestEdges:
    @pytest.mark.parametrize(
        ("text", "greeting", "point"),
        [
            ("Hola, no me llega la factura", "Hola", "no me llega la factura"),
            ("Buenas tardes señores de Claro, el internet no sirve",
             "Buenas tardes señores de Claro", "el internet no sirve"),
            ("hola buenas me cobraron doble", "hola buenas", "me cobraron doble"),
        ],
    )  # fmt: skip
    def test_a_greeting_stands_alone(self, text: str, greeting: str, point: str) -> None:
        assert clauses(text) == [greeting, point]

    def test_leading_mentions_and_links_at_the_end_are_left_out(self) -> None:
        assert clauses("@usuario @banco no abre la app https://t.co/x @otro") == ["no abre la app"]

    def test_a_mention_inside_a_clause_stays(self) -> None:
        assert clauses("la app de @banco no abre") == ["la app de @banco no abre"]

    def test_a_bracket_that_was_opened_elsewhere_is_left_out(self) -> None:
        assert clauses("Compré una lavadora (llegó muy rayada) y nadie responde por ella") == [
            "Compré una lavadora",
            "llegó muy rayada",
            "nadie responde por ella",
        ]

    def test_combining_accents_keep_their_offsets(self) -> None:
        assert clauses("el modem no sirvio\u0301, nunca me devolvieron nada") == [
            "el modem no sirvio\u0301", "nunca me devolvieron nada",
        ]  # fmt: skip


class TestRobustness:
    @pytest.mark.parametrize(
        "text",
        ["", " ", "\n\t", "😀😡", "👍🏽👨‍👩‍👧", "12345", "$$$ ...", "@banco", "https://t.co/x",
         "\x00", "\ud800"],
    )  # fmt: skip
    def test_a_text_without_words_has_no_segments(self, text: str) -> None:
        assert clauses(text) == []

    @pytest.mark.parametrize(
        "text",
        ["a", "ok", "mal\x00o", "\ud800mal", "mal\u200b", "\ufeffmal", "\tmal\t", "banco.com",
         "(mal)", "#mal", "mal" * 1000, "m.a.l", "ﬁn", "İ", "服务很差", "pero", "y"],
    )  # fmt: skip
    def test_a_text_with_a_word_has_a_segment(self, text: str) -> None:
        assert clauses(text)

    @pytest.mark.parametrize(
        "text",
        ["!" * 100_000 + "no", "a," * 50_000, "a.b" * 33_000, "y " * 50_000, "😀" * 50_000 + "no",
         "a" * 100_000, "(" * 100_000 + "no", "@a" * 50_000 + " no", "hola " * 20_000,
         "no me funciona y " * 6_000, "e\u0301" * 50_000],
    )  # fmt: skip
    def test_a_very_long_text_takes_seconds_at_most(self, text: str) -> None:
        begun = time.process_time()
        assert clauses(text)
        assert time.process_time() - begun < 5

    def test_an_unknown_language_is_split_at_its_sentences(self) -> None:
        assert clauses("C'est nul. Personne ne répond", "other") == [
            "C'est nul",
            "Personne ne répond",
        ]

    def test_texts_and_languages_of_different_length_are_refused(self) -> None:
        with pytest.raises(ValueError, match="zip"):
            segment(["hola"], [])


def assert_sound(texts: list[str], found: Segments) -> None:
    assert found.message.dtype == found.start.dtype == found.end.dtype == np.int32
    assert len(found.message) == len(found.start) == len(found.end)
    previous = (0, 0)
    for message, start, end in zip(*(column.tolist() for column in found), strict=True):
        text = texts[message]
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert (message, start) >= previous
        previous = (message, end)
    assert set(found.message.tolist()) == {
        index for index, text in enumerate(texts) if has_words(text)
    }


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGS), max_size=6))
def test_segments_are_in_order_in_bounds_apart_trimmed_and_never_empty(
    messages: list[tuple[str, str]],
) -> None:
    texts, langs = [text for text, _ in messages], [lang for _, lang in messages]
    assert_sound(texts, segment(texts, langs))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXTS, LANGS), max_size=6))
def test_a_batch_is_segmented_as_its_messages_one_by_one(messages: list[tuple[str, str]]) -> None:
    texts, langs = [text for text, _ in messages], [lang for _, lang in messages]
    together = segment(texts, langs)
    for index, (text, lang) in enumerate(messages):
        alone = segment([text], [lang])
        mine = together.message == index
        assert together.start[mine].tolist() == alone.start.tolist()
        assert together.end[mine].tolist() == alone.end.tolist()


def test_no_messages_have_no_segments() -> None:
    found = segment([], [])
    assert [len(column) for column in found] == [0, 0, 0]


def test_threads_get_the_same_segments() -> None:
    texts = [
        f"Pedido {number} llegó roto, nadie responde y quiero mi dinero" for number in range(300)
    ]
    expected = segment(texts, ["es"] * len(texts))
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: segment(texts, ["es"] * len(texts)), range(8)):
            assert all(map(np.array_equal, found, expected))


def test_vocabularies_that_grew_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    from vocmine.segmentation import tokens

    monkeypatch.setattr(tokens, "_WORDS_PER_VOCABULARY", 2_000)
    for batch in range(4):
        segment([f"código w{batch}x{number} no sirve" for number in range(1_500)], ["es"] * 1_500)
        assert all(len(idle.language.vocab.strings) < 2_000 for idle in tokens._idle["es"])


def test_marked_insights_find_a_segment_of_their_own() -> None:
    folder = os.environ.get("VOCMINE_DATA", "")
    path = Path(folder) / "dev" / "gold.jsonl"
    if not folder or not path.is_file():
        pytest.skip("VOCMINE_DATA does not hold dev/gold.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    found = segment(texts, [row["lang"] for row in rows])
    assert_sound(texts, found)
    good = total = 0
    for index, row in enumerate(rows):
        mine = found.message == index
        for insight in row["insights"]:
            shared = np.minimum(found.end[mine], insight["end"]) - np.maximum(
                found.start[mine], insight["start"]
            )
            size = found.end[mine] - found.start[mine] + insight["end"] - insight["start"]
            good += bool((shared / (size - shared)).max() >= 0.5)
            total += 1
    assert good / total >= 0.8
