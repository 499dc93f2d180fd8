"""What is a copy of a message, and what only resembles one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.duplicates import BANDS, are_copies, find_copies, is_nobody, normalised, text_key

TEMPLATE = (
    "Señores de la alcaldía: rechazo el nuevo trazado de la ciclorruta por la carrera séptima, que "
    "deja sin espacio de cargue a los comerciantes del sector y no fue consultado con los vecinos."
)
CLAIM = (
    "Compré la nevera hace dos semanas y todavía no me la entregan, llamo y me dicen que el camión "
    "viene en camino pero nadie aparece ni me devuelven la plata."
)

OUTAGE = (
    "Llevamos tres días sin internet en el barrio Kennedy y en la línea de atención solo nos dicen "
    "que están revisando, necesitamos una solución."
)
DRUG = (
    "Fui a reclamar el medicamento losartán en la farmacia de Cali y me dijeron que no hay y que "
    "vuelva en quince días, y yo no puedo esperar."
)
SERVICE = (
    "Fui a la oficina a pedir el duplicado de la factura y el señor que me atendió fue muy amable "
    "y me explicó todo lo del cobro."
)
ENTREGA = (
    "O entregador deixou o pacote na portaria errada e agora ninguém sabe onde ele está, peço que "
    "resolvam isso com urgência"
)
CHARGE = (
    "I was charged twice for the same order last week and your support team keeps telling me to "
    "wait for the refund of the toaster."
)

COPIES = [
    # Sent again
    (TEMPLATE, TEMPLATE.upper()),
    (TEMPLATE, TEMPLATE.replace("alcaldía", "alcaldia").replace("séptima", "septima")),
    (CLAIM, CLAIM.replace(", ", "\n").replace(".", "!!!")),
    (TEMPLATE, "Buenas tardes. " + TEMPLATE),
    (TEMPLATE, "Hola, buenos días, " + TEMPLATE + " Quedo atenta."),
    (CLAIM, CLAIM + " Muchas gracias."),
    (CLAIM, CLAIM + "\n\nEnviado desde mi iPhone"),
    (CHARGE, "Hello, " + CHARGE + " Thank you very much."),
    (ENTREGA, "Bom dia! " + ENTREGA + ". Obrigada."),
    # Mistyped or misspelt
    (TEMPLATE, TEMPLATE.replace("comerciantes", "comerciante")),
    (TEMPLATE, TEMPLATE.replace("rechazo", "rechaso")),
    (CLAIM, CLAIM.replace("entregan", "entreganm").replace("semanas", "semans")),
    (CLAIM, CLAIM.replace("devuelven", "debuelven").replace("todavía", "todabía")),
    (CLAIM, CLAIM.replace("camión", "camoin").replace("aparece", "aoarece")),
    (CLAIM, CLAIM.replace("nadie", "nadieeeee")),
    (CLAIM, CLAIM.replace("en camino", "encamino")),
    (ENTREGA, ENTREGA.replace("ninguém", "ninguem").replace("urgência", "urgensia") + "!"),
    (CHARGE, CHARGE.replace("support", "suport").replace("telling", "teling")),
    # Signed by another
    (TEMPLATE + " Atentamente, Luz Parra", TEMPLATE + " Cordialmente, Marta Gómez"),
]
"""The same words: another spelling, another greeting, a letter changed, another name below."""

DIFFERENT = [
    ("no funciona", "no funciona"),
    ("Muy bueno", "muy bueno!"),
    ("Excelente servicio, muy amables todos", "Excelente servicio, muy amables todos"),
    ("Pésima atención, nadie contesta el teléfono", "Pesima atencion nadie contesta el telefono"),
    # The same trouble in one's own words
    (CLAIM, "Llevo quince días esperando la nevera que compré, cada vez que llamo me dicen que el "
            "camión ya salió y nunca llega, quiero que me devuelvan mi dinero."),
    (CLAIM, "Me prometieron la nevera para el lunes, ya pasaron dos semanas y no me la entregan ni "
            "me devuelven la plata, llamo y nadie me da razón del camión."),
    ("La aplicación se cierra sola cada vez que intento pagar la factura y toca volver a entrar",
     "Cada vez que intento pagar la factura la aplicación se cierra sola, toca entrar de nuevo"),
    # The same form, another case
    ("Cliente llama a reportar que no ha recibido la factura del contrato 880142, se informa que "
     "será enviada al correo registrado",
     "Cliente llama a reportar que no ha recibido la factura del contrato 913377, se informa que "
     "será enviada al correo registrado"),
    ("Solicito por favor el envío de la factura de marzo al correo registrado porque no la he "
     "recibido y necesito pagarla",
     "Solicito por favor el envío de la factura de abril al correo registrado porque no la he "
     "recibido y necesito pagarla"),
    ("El técnico quedó de venir el martes en la mañana a revisar el medidor y no apareció en todo "
     "el día, perdí el tiempo",
     "El técnico quedó de venir el jueves en la mañana a revisar el medidor y no apareció en todo "
     "el día, perdí el tiempo"),
    # The contrary
    ("Después de hablar con la asesora de la sede norte mi problema quedó resuelto y volvería a "
     "comprar en esta tienda",
     "Después de hablar con la asesora de la sede norte mi problema no quedó resuelto y nunca "
     "volvería a comprar en esta tienda"),
    # The same beginning and end around other facts
    ("Buenos días, por medio de la presente me permito solicitar la reparación del alumbrado de la "
     "calle de mi casa. Quedo atento a su pronta respuesta, muchas gracias.",
     "Buenos días, por medio de la presente me permito solicitar la poda del árbol frente al "
     "colegio. Quedo atento a su pronta respuesta, muchas gracias."),
    # Another place, product, person, cause or tone in the same words
    (OUTAGE, OUTAGE.replace("Kennedy", "Bosa")),
    (DRUG, DRUG.replace("losartán", "metformina")),
    (DRUG, DRUG.replace("Cali", "Leticia")),
    (SERVICE, SERVICE.replace("amable", "grosero")),
    (CLAIM, CLAIM.replace("nevera", "lavadora")),
    (CLAIM, CLAIM.replace("plata", "plata ya")),
    (CLAIM, CLAIM.replace("dos semanas", "dos meses")),
    (CLAIM, CLAIM.replace("Compré", "Compramos")),
    (OUTAGE, OUTAGE.replace("internet", "agua")),
    (OUTAGE, OUTAGE.replace("internet", "internet ni televisión")),
    (OUTAGE, OUTAGE.replace("solo ", "")),
    (OUTAGE, OUTAGE + " Gracias, no funciona nada"),
    (OUTAGE + " Atentamente, vecinos de Kennedy", OUTAGE + " Atentamente, vecinos del Tintal"),
    (TEMPLATE, TEMPLATE.replace("rechazo", "apoyo")),
    (TEMPLATE, TEMPLATE.replace("Señores de la alcaldía", "Señores")),
    (TEMPLATE, TEMPLATE.replace("vecinos", "residentes")),
    (ENTREGA, ENTREGA.replace("entregador", "vizinho")),
    (ENTREGA, ENTREGA.replace("pacote", "colchão")),
    (ENTREGA, ENTREGA.replace("na portaria", "no portão")),
    (ENTREGA, ENTREGA.replace("deixou", "não deixou")),
    (CHARGE, CHARGE.replace("toaster", "laptop")),
    (CHARGE, CHARGE.replace("charged", "changed")),
    (CHARGE, CHARGE.replace("twice", "late")),
    (CHARGE, CHARGE.replace("the refund", "the refund and the invoice")),
    # A letter or two make another word
    (SERVICE + " Atendió Andrés.", SERVICE + " Atendió Andrea."),
    (SERVICE + " Atendió Marcelo.", SERVICE + " Atendió Marcela."),
    (DRUG.replace("losartán", "prednisona"), DRUG.replace("losartán", "prednisolona")),
    (SERVICE.replace("duplicado", "prepago"), SERVICE.replace("duplicado", "pospago")),
    (SERVICE.replace("oficina", "oficina de Santa Marta"),
     SERVICE.replace("oficina", "oficina de Santa María")),
    (OUTAGE.replace("línea", "fecha legal"), OUTAGE.replace("línea", "fecha ilegal")),
    (CLAIM.replace("hace dos semanas", "en junio"), CLAIM.replace("hace dos semanas", "en julio")),
    # The same words in another order
    (DRUG + " Voy de Cali a Leticia.", DRUG + " Voy de Leticia a Cali."),
    (TEMPLATE, CLAIM),
]  # fmt: skip
"""Short, of several people, of several cases, or the contrary: each counts."""


def grouped(*texts: str, author: str = "") -> dict[int, int]:
    """Copy to the first of its group, as a run finds them."""
    keys = [text_key(text, author) for text in texts]
    bands = np.zeros((len(texts), BANDS), dtype=np.uint32)
    for position, key in enumerate(keys):
        bands[position] = 0 if key.bands is None else key.bands
    found = find_copies(
        np.asarray([key.exact or 0 for key in keys], dtype=np.int64),
        np.asarray([key.exact is not None for key in keys], dtype=np.bool_),
        bands,
        np.asarray([key.bands is not None for key in keys], dtype=np.bool_),
        texts.__getitem__,
    )
    return found.exact | found.near


@pytest.mark.parametrize(("one", "other"), COPIES)
def test_the_same_words_but_for_slips_are_a_copy(one: str, other: str) -> None:
    assert grouped(one, other) == {1: 0}
    assert grouped(other, one) == {1: 0}


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_two_customers_may_both_have_written_counts_twice(one: str, other: str) -> None:
    assert grouped(one, other) == {}


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_only_resembles_is_refused_however_it_became_a_candidate(one: str, other: str) -> None:
    one, other = normalised(one), normalised(other)
    assert one == other or not (are_copies(one, other) or are_copies(other, one))


class TestShortMessages:
    def test_of_one_author_on_one_day_are_a_copy(self) -> None:
        assert grouped("no funciona", "No funciona.", author="Ana Ruiz") == {1: 0}

    def test_of_two_authors_or_two_days_are_not(self) -> None:
        keys = {
            text_key("no funciona", author, day).exact
            for author in ("Ana Ruiz", "Luis Paz")
            for day in ("2026-03-04", "2026-03-05")
        }
        assert len(keys) == 4

    @pytest.mark.parametrize("author", ["", " ", "Anónimo", "A Google user", "Usuario de Google"])
    def test_of_a_name_that_many_share_are_not(self, author: str) -> None:
        assert is_nobody(author)

    def test_a_name_is_somebody(self) -> None:
        assert not is_nobody("Ana Ruiz")


def test_very_long_texts_are_compared_right() -> None:
    words = normalised(CLAIM) + " gracias" * 20_000
    assert not are_copies(words, words + " no funciona")
    assert are_copies(words, words.replace("semanas", "semans"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_whether_two_texts_are_copies_does_not_depend_on_their_order(one: str, other: str) -> None:
    one, other = normalised(f"{CLAIM} {one}"), normalised(f"{CLAIM} {other}")
    assert are_copies(one, other) == are_copies(other, one)


class TestGroups:
    def test_a_campaign_is_one_group_whoever_signs_it(self) -> None:
        greetings = ("", "Buenas tardes, ", "Hola, ", "")
        ends = ("", " Atentamente, Luz", " Gracias", " Cordialmente, Carlos Peña")
        senders = [
            f"{greeting}{TEMPLATE}{end}" for greeting, end in zip(greetings, ends, strict=True)
        ]
        assert grouped(*senders) == {1: 0, 2: 0, 3: 0}

    def test_copies_of_copies_do_not_drift_from_the_first(self) -> None:
        slips = [TEMPLATE]
        # Each is a slip away from the one before, and the last one is another word.
        for before, after in (("comerciantes", "comerciante"), ("comerciante", "comercante")):
            slips.append(slips[-1].replace(before, after))
        assert are_copies(normalised(slips[1]), normalised(slips[2]))
        assert grouped(*slips) == {1: 0}

    def test_the_first_read_stands_for_the_group(self) -> None:
        assert grouped(CLAIM, TEMPLATE, TEMPLATE, CLAIM.upper()) == {2: 1, 3: 0}

    def test_many_texts_that_share_a_form_are_no_copies(self) -> None:
        form = (
            "Formulario de contacto de la empresa de servicios públicos del municipio: el usuario "
        )
        texts = [f"{form} pide la revisión {n} del medidor número {n * 7919}" for n in range(300)]
        assert grouped(*texts) == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=6))
def test_any_texts_can_be_grouped_and_no_message_is_a_copy_of_a_copy(texts: list[str]) -> None:
    found = grouped(*texts)
    assert not set(found) & set(found.values())
    assert all(first < copy for copy, first in found.items())
