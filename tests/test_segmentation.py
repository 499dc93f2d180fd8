"""Sentences and clauses: one point per segment, at exact offsets, whatever customers type."""

from __future__ import annotations

import pytest

from vocmine.segmentation import segment


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
