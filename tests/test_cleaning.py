"""What is mended in the messages of an export: asked for or clearly so, counted, and kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.cleaning import LEAST_MESSAGES, Cleaner, pseudonym
from vocmine.intake import Intake
from vocmine.message import Message, Record, Skipped
from vocmine.readers.aliases import plain
from vocmine.readers.markup import cell_words

COMPLAINTS = [
    "No me ha llegado el pedido", "Me cobraron dos veces", "La asesora fue muy amable",
    "El portal no carga", "Llevo un mes esperando respuesta", "Quiero cancelar el servicio",
    "La factura llegó con otro nombre", "El técnico rompió la pared",
]  # fmt: skip
HEAD, TAIL = "Formulario web PQRS - Campo: Mensaje:", "Enviado desde el formulario de contacto"


def export(pattern: str, number: int = 40) -> list[Message]:
    """Messages written into a pattern, each with other words."""
    return [
        Message(pattern.format(f"{COMPLAINTS[n % len(COMPLAINTS)]}, caso {n}"), f"R-{n}")
        for n in range(number)
    ]


def cleaned(messages: list[Message], **options: object) -> tuple[list[Message], list[str]]:
    """Messages as a run takes them in, and what it says of them."""
    cleaner = Cleaner(**options)  # type: ignore[arg-type]
    chunks = Intake(cleaner=cleaner).chunks(messages, 16)
    found = [item.message for chunk in chunks for item in chunk.incoming]
    return found, cleaner.mended.notes()


class TestForms:
    @pytest.mark.parametrize(
        "pattern",
        [
            f"{HEAD}\n{{}}",
            f"{{}}\n\n{TAIL}",
            f"{HEAD}\n\n{{}}\n{TAIL}",
            f"Nuevo mensaje\n{HEAD}\n{{}}\n--\n{TAIL}\nIP: 10.0.0.1",
        ],
    )
    def test_lines_that_most_messages_repeat_become_context(self, pattern: str) -> None:
        given = export(pattern)
        found, (note,) = cleaned(given)
        for before, after in zip(given, found, strict=True):
            assert plain(after.text).startswith(plain(COMPLAINTS[int(after.external_id[2:]) % 8]))
            assert {*after.text.splitlines(), *after.context.splitlines()} >= {
                line for line in before.text.splitlines() if line
            }
        assert "40 messages" in note
        assert "--as-exported" in note

    @pytest.mark.parametrize("gap", [" ", "\n"])
    def test_what_people_filled_in_above_their_message_becomes_context(self, gap: str) -> None:
        names = ["Ana", "Luis", "Eva", "Leo", "Teo"]
        given = [
            replace(m, text=f"Nombre: {names[n % 5]}\nTeléfono: 300 {n}\nMensaje:{gap}{m.text}")
            for n, m in enumerate(export("{}\nGracias"))
        ]
        found, (note,) = cleaned(given)
        assert [m.text for m in found] == [m.text for m in export("{}\nGracias")]
        assert found[7].context == "Nombre: Eva\nTeléfono: 300 7\nMensaje:"
        assert "40 messages" in note

    def test_a_word_and_a_colon_of_the_customers_own_is_no_form(self) -> None:
        texts = [f"Pregunta {n}: ¿cuándo abren?\nGracias" for n in range(10)]
        given = [Message(text, text) for text in texts] + export("{}", 30)
        assert cleaned(given)[1] == []

    def test_messages_without_the_form_stay_as_they_are(self) -> None:
        others = [Message("Otra cosa, escrita a mano", f"X-{n}") for n in range(10)]
        found, (note,) = cleaned([*export(f"{HEAD}\n{{}}"), *others])
        assert found[-10:] == others
        assert "40 messages" in note

    def test_what_half_or_fewer_repeat_is_the_customers(self) -> None:
        given = [*export(f"{HEAD}\n{{}}", 20), *export("{}\nde la sede norte", 20)]
        assert cleaned([replace(m, external_id=f"{n}") for n, m in enumerate(given)])[1] == []

    @pytest.mark.parametrize(
        "greeting", ["Buenos días", "Señores:", "Cordial saludo,", "Olá, bom dia"]
    )
    def test_a_greeting_is_not_a_form(self, greeting: str) -> None:
        given = export(f"{greeting}\n{{}}\nMuchas gracias")
        assert cleaned(given) == (given, [])

    def test_a_sentence_that_begins_alike_is_not_a_form(self) -> None:
        given = export("Por medio de la presente solicito: {}")
        assert cleaned(given) == (given, [])

    def test_equal_texts_are_no_form(self) -> None:
        given = [Message("Excelente servicio", f"R-{n}") for n in range(40)]
        assert cleaned(given) == (given, [])

    def test_a_message_of_the_form_alone_keeps_its_words(self) -> None:
        empty = Message(f"{HEAD}\n{TAIL}", "R-x")
        found, _ = cleaned([*export(f"{HEAD}\n{{}}\n{TAIL}"), empty])
        assert found[-1] == empty

    def test_a_few_messages_teach_nothing(self) -> None:
        given = export(f"{HEAD}\n{{}}", LEAST_MESSAGES - 1)
        assert cleaned(given) == (given, [])

    def test_context_that_is_there_stays(self) -> None:
        given = [replace(m, context="Respuesta del asesor") for m in export(f"{HEAD}\n{{}}")]
        assert cleaned(given)[0][0].context == f"Respuesta del asesor\n\n{HEAD}"

    def test_can_be_left_in(self) -> None:
        given = export(f"{HEAD}\n<p>{{}}</p>")
        assert cleaned(given, as_exported=True) == (given, [])


def filled_in(pattern: str, *answers: str) -> list[Message]:
    """Messages of a form with the answers of several customers in its fields."""
    return [
        Message(pattern.format(*(f"{answer} {n}" for answer in answers)), f"R-{n}")
        for n in range(40)
    ]


class TestWhatIsTypedBehindALabel:
    @pytest.mark.parametrize(
        "pattern",
        [
            "Lo bueno: {}\nLo malo: {}\nGracias",
            "Lo bueno:\n{}\nLo malo:\n{}\nGracias",
            "Lo que mais gostei: {}\nO que melhorar: {}\nObrigado",
            "Pros: {}\nCons: {}\nThanks",
            "Cliente: {}\nAsesor: ¿Me regala su cédula?\nCliente: {}\nAsesor: Con gusto",
            "@Claro: {}\nya van tres días\n{}",
            "Motivo: {}\nPretensión: {}\nGracias",
            "Producto: {}\nQué pasó: {}\nGracias",
            "¿Qué fue lo que más le molestó de su visita a nuestra oficina?: {}\n{}\nGracias",
            "Asunto: {}\nMensaje: {}\nGracias",
            "👎: {}\n{}\nGracias",
        ],
    )
    def test_stays_when_the_label_names_nobody(self, pattern: str) -> None:
        given = filled_in(pattern, "nada sirve", "todo está caído")
        assert cleaned(given) == (given, [])

    def test_stays_although_everybody_typed_the_same(self) -> None:
        given = export("Lo bueno: nada\n{}\nLo malo: todo")
        assert cleaned(given) == (given, [])

    @pytest.mark.parametrize(
        ("pattern", "kept"),
        [
            (
                "Nombre: {}\nMotivo de su reclamo: {}\nPretensión: que devuelvan",
                "Motivo de su reclamo: {}\nPretensión: que devuelvan",
            ),
            ("Nombre: {}\nAsunto: {}\nMensaje: Ver asunto", "Asunto: {}\nMensaje: Ver asunto"),
            ("Nome: {}\nReclamação: {}\nObrigado", "{}\nObrigado"),
            ("Name: {}\nWhat happened: {}\nThanks", "What happened: {}\nThanks"),
            # What comes behind the label of the text is the customer's
            ("Nombre: {}\nMensaje:\nNombre: {}\nGracias", "Nombre: {}\nGracias"),
            ("Nombre: {}\nQueja: {}\nSugerencia: ninguna", "{}\nSugerencia: ninguna"),
        ],
    )
    def test_stays_from_the_first_such_label_on(self, pattern: str, kept: str) -> None:
        given = filled_in(pattern, "Ana", "Me cobraron doble")
        found, (note,) = cleaned(given)
        assert [m.text for m in found] == [
            kept.format(f"Me cobraron doble {n}") for n in range(len(given))
        ]
        assert all(m.context.split("\n")[0].endswith(f"Ana {n}") for n, m in enumerate(found))
        assert "40 messages" in note

    @pytest.mark.parametrize(
        "label",
        ["Nombres", "Apellidos", "Cédula", "Tipo de documento", "Teléfono", "Celular", "Correo",
         "E-mail", "Dirección", "Ciudad", "Departamento", "País", "Fecha", "Tipo de solicitud",
         "Canal", "Radicado", "IP", "CPF", "Endereço", "Telefone", "Cidade", "Protocolo",
         "First name", "Phone number", "Address", "City", "Request type"],
    )  # fmt: skip
    def test_becomes_context_when_the_label_tells_who_or_which(self, label: str) -> None:
        found, _ = cleaned(filled_in(f"{label}: {{}}\n{{}}\nGracias", "valor", "No sirve"))
        assert (found[3].text, found[3].context) == ("No sirve 3\nGracias", f"{label}: valor 3")

    @pytest.mark.parametrize(
        "typed",
        [
            "Hace un mes llamo y llamo y nadie contesta en esa línea de atención " * 2,
            "Ana, no me devuelven la plata",
            "12/03 y não chegou",
            "yesterday, but nobody came",
        ],
    )
    def test_stays_when_somebody_wrote_a_message_there(self, typed: str) -> None:
        given = filled_in("Nombre: {}\n{}\nGracias", "Ana", "No sirve")
        given.append(Message(f"Nombre: {typed.strip()}\nGracias", "R-x"))
        assert cleaned(given)[0][-1] == given[-1]

    def test_may_be_a_long_line_of_blanks(self) -> None:
        head = "Nombre: {}\n{}\nGracias"
        long = Message(f"Nombre: Eva\nx{' ' * 200_000}x\nGracias", "R-x")
        found, _ = cleaned(
            [*filled_in(head, "Ana", "No sirve"), replace(long, text=long.text[:9000])]
        )
        assert len(found) == 41
        cleaner = Cleaner()
        cleaner.learn(filled_in(head, "Ana", "No sirve"))
        assert cleaner.clean(long).text == f"x{' ' * 200_000}x\nGracias"


class TestHtml:
    @pytest.mark.parametrize(
        ("html", "text"),
        [
            ("<p>No funciona</p><p>Ayuda</p>", "No funciona\n\nAyuda"),
            ("No funciona<br>Ayuda<br/>", "No funciona\nAyuda"),
            ("El <b>módem</b>&nbsp;no&nbsp;prende", "El módem no prende"),
            (
                "Atenci&oacute;n p&eacute;sima &#191;qu&eacute; pas&oacute;?",
                "Atención pésima ¿qué pasó?",
            ),
            ("<style>p {color: red}</style><div>Hola</div>", "Hola"),
            ("<ul><li>uno</li><li>dos</li></ul>", "- uno\n- dos"),
            ("5 &lt; 7 &amp; ya", "5 < 7 & ya"),
            ("Nombre: Ana\nNo sirve &amp; ya", "Nombre: Ana\nNo sirve & ya"),
            ("Escribí a <ana@banco.co> &nbsp; y nada", "Escribí a <ana@banco.co> y nada"),
            ("<p>Mi clave es <PIN> y no sirve</p>", "Mi clave es <PIN> y no sirve"),
            (
                "Las ventas <meta y me cobraron más &amp; nadie responde. Fin > ya",
                "Las ventas <meta y me cobraron más & nadie responde. Fin > ya",
            ),
            ("<p>Pagué <b>5</b> y eran <3, ¿5<6?</p>", "Pagué 5 y eran <3, ¿5<6?"),
            ("<p>uno</p><!-- dos <p>tres</p>", "uno\n\n<!-- dos\ntres"),
            ("<p>El <video> no carga</p><p>Ya</p>", "El <video> no carga\n\nYa"),
            ("<p>Dice <title> y <script> y ya</p>", "Dice <title> y <script> y ya"),
            ("Hola<a@b.co><br>Fin <p", "Hola<a@b.co>\nFin <p"),
            ("<P CLASS=x>Uno<o:p></o:p></P><IMG SRC='a'>", "Uno"),
            ("<td nowrap width=3>uno</td><span hidden>dos</span>", "uno"),
        ],
    )
    def test_becomes_text(self, html: str, text: str) -> None:
        assert cell_words(html) == text

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.text("abñ<>/!-=& \n", min_size=1), min_size=1))
    def test_loses_no_word_that_is_in_no_tag(self, pieces: list[str]) -> None:
        # Whatever stands behind a bracket is no name of a tag.
        text = " ".join(pieces).replace("<", "<ñ")
        words = re.findall(r"[abñ]{2,}", text)
        assert re.findall(r"[abñ]{2,}", cell_words(f"<p>{text}</p>")) == words

    def test_of_many_cells_is_made_text_and_counted(self) -> None:
        found, (note,) = cleaned([*export("<p>{}</p>"), Message("Sin etiquetas", "R-x")])
        assert found[0].text == "No me ha llegado el pedido, caso 0"
        assert found[-1].text == "Sin etiquetas"
        assert note.startswith("HTML was made text in 40 messages")

    def test_of_one_customer_who_types_it_stays(self) -> None:
        given = [*export("{}"), Message("La página muestra <br> en vez de acentos", "R-x")]
        assert cleaned(given) == (given, [])

    def test_hearts_and_comparisons_are_none(self) -> None:
        given = export("{} <3 y 5 < 7 & más <nada>")
        assert cleaned(given) == (given, [])

    def test_around_a_form_hides_neither(self) -> None:
        found, notes = cleaned(export(f"<p>{HEAD}</p><p>{{}}</p>"))
        assert found[0].text == "No me ha llegado el pedido, caso 0"
        assert len(notes) == 2


class TestGarbledAccents:
    def test_are_mended_when_asked_and_the_text_as_exported_is_kept(self) -> None:
        given = Message(
            "La atenciÃ³n fue pÃ©sima", "1", title="Queja por atenciÃ³n", author="JosÃ©"
        )
        (found,), (note,) = cleaned([given], repair_text=True)
        assert (found.text, found.title, found.author) == (
            "La atención fue pésima", "Queja por atención", "José"
        )  # fmt: skip
        assert found.extra == {
            "text (as exported)": given.text,
            "title (as exported)": given.title,
            "author (as exported)": given.author,
        }
        assert "garbled accents were mended in 1 message;" in note

    def test_stay_when_nobody_asks(self) -> None:
        given = Message("La atenciÃ³n fue pÃ©sima", "1")
        assert cleaned([given]) == ([given], [])

    @pytest.mark.parametrize(
        "text",
        ["La atención fue pésima", "SÃO PAULO não atende", "Niño, ¿qué pasó? ¡Años!", "👍🏽 ok",
         "«Sí»", "Ação e reação", "naïve café", "10 € de más"],
    )  # fmt: skip
    def test_right_texts_are_never_touched(self, text: str) -> None:
        given = Message(text, "1", title=text, author=text)
        assert cleaned([given], repair_text=True) == ([given], [])

    def test_of_a_name_are_not_kept_beside_its_pseudonym(self) -> None:
        (found,), _ = cleaned(
            [Message("Hola, ayuda", "1", author="JosÃ©")], repair_text=True, salt="s"
        )
        assert found.author == pseudonym("José", "s")
        assert "JosÃ©" not in str(found)


class TestAuthors:
    def test_become_pseudonyms_that_are_the_same_for_one_name(self) -> None:
        one, other = pseudonym("Ana  Ruiz", "sal"), pseudonym("ana ruíz", "sal")
        assert one == other != pseudonym("Luis Paz", "sal")
        assert "ana" not in one.lower()

    def test_differ_from_store_to_store(self) -> None:
        assert pseudonym("Ana Ruiz", "sal") != pseudonym("Ana Ruiz", "azúcar")

    @pytest.mark.parametrize("author", ["ana@correo.example", "+57 300 555 0101", "👍", "\ud800"])
    def test_can_be_an_address_a_telephone_or_anything(self, author: str) -> None:
        assert author not in pseudonym(author, "sal")

    def test_nobody_gets_none(self) -> None:
        assert cleaned([Message("Hola, ayuda", "1", author=" ")], salt="s")[0][0].author == " "

    def test_a_name_that_many_share_stays_so_that_they_are_not_one_customer(self) -> None:
        (found,), _ = cleaned([Message("Hola, ayuda", "1", author="Anónimo")], salt="s")
        assert found.author == "Anónimo"


def test_what_is_no_message_passes_by_and_keeps_its_place() -> None:
    records: list[Record] = [
        Skipped("bounce", "row 2"),
        Message("Hola, ayuda", "1"),
        Skipped("bounce", "row 4"),
    ]
    (chunk,) = Intake(cleaner=Cleaner()).chunks(records, 10)
    assert (len(chunk.incoming), len(chunk.skipped)) == (1, 2)
