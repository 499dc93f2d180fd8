"""What customers write in the words of notices, banners, telephones and signatures is kept.

Losing it is worse than leaving boilerplate in: every case here was lost once, or is its neighbour.
"""

from __future__ import annotations

import pytest

from vocmine_email.signatures import split_signature
from vocmine_email.voice import is_personal, tells_a_case

WORDS = "Me cobraron doble la factura."
NOTICE = (
    "Este mensaje y sus anexos son confidenciales y están dirigidos únicamente a su destinatario."
)

BANNERS = [
    "CAUTION: This email originated outside the organization.",
    "[EXTERNAL] Remitente externo",
    "ATENCIÓN: correo de remitente externo.",
    "Precaución: este correo viene de fuera de la organización",
    "ATENÇÃO: este e-mail veio de fora da organização.",
    "CAUTION: This email originated from outside of the organization. Do not click links or open\n"
    "attachments unless you recognize the sender and know that the content is safe.",
]

CUSTOMER_TEXTS = {
    "a complaint about privacy": "Este correo es para denunciar que sus empleados divulgaron "
    "información confidencial mía a un tercero no autorizado. Exijo que eliminen mis datos.",
    "medical records": "La información contenida en mi historia clínica fue divulgada a terceros "
    "no autorizados, violando la confidencialidad.",
    "a claim": "Este mensaje es para reclamar. La información confidencial de la cuenta llegó a "
    "otra persona por error, y adjunto prueba.",
    "what others did": "Este mensaje trata de datos confidenciales que enviaron por error a un "
    "tercero no autorizado.",
    "what happened": "La información contenida en el expediente se filtró a terceros no "
    "autorizados, violando la confidencialidad.",
    "what was done": "La información contenida en el expediente fue divulgada a un tercero no "
    "autorizado, y es confidencial.",
    "a complaint about privacy pt": "Esta mensagem é para denunciar que vazaram meus dados "
    "confidenciais a terceiros não autorizados.",
    "a complaint about privacy en": "This email is to complain that my confidential data was sent "
    "to an unauthorized third party in error.",
    "under a heading": "AVISO DE CONFIDENCIALIDAD\n\nMis datos confidenciales llegaron por error a "
    "un tercero no autorizado.",
    "a short sentence, then prose": "Este mensaje es confidencial.\n\nUn tercero no autorizado "
    "tiene la información privilegiada del crédito.",
    "the middle of a sentence": "Les escribo porque en la oficina abrieron\neste correo "
    "confidencial sin ser el destinatario, y el adjunto se perdió.",
    "a warning": "Atención: me llegó un correo de remitente externo que pide la clave.",
    "outside": "Atención: la fila llega hasta fuera de la organización.",
    "personal mail": "Enviado desde mi correo personal el 3 de marzo sin respuesta",
    "sent with the app": "Enviado desde la app mi reclamo y no llegó",
    "the same in capitals": "ENVIADO DESDE LA APP MI RECLAMO",
    "a telephone in a sentence": "Enviado desde mi celular nuevo que vino dañado",
    "Outlook in a sentence": "Obtener Outlook no fue posible",
    "a printer": "Antes de imprimir el recibo la máquina se tragó mi dinero y nadie responde",
    "a printer without paper": "Antes de imprimir la factura se acaba el papel",
    "half a million": "Piense en el medio millón que me robaron",
    "a virus": "Libre de virus no estaba el computador que vendieron",
    "thanks, then a sentence": "Muchas gracias\n\nEl Internet Sigue Fallando",
    "thanks, then products": "Gracias\nTarjeta Visa Oro\nCuenta De Ahorros",
    "dashes, then an order": "Pedido:\n--\nColor Rojo\nTalla M",
}


@pytest.mark.parametrize("text", CUSTOMER_TEXTS.values(), ids=CUSTOMER_TEXTS.keys())
def test_words_that_sound_like_boilerplate_are_kept(text: str) -> None:
    assert split_signature(text, author="Ana Pérez") == (text, "")


@pytest.mark.parametrize("text", CUSTOMER_TEXTS.values(), ids=CUSTOMER_TEXTS.keys())
def test_they_are_kept_between_a_banner_and_a_notice_too(text: str) -> None:
    body = f"{BANNERS[0]}\n\n{text}\n\n{NOTICE}"
    assert split_signature(body, author="Ana Pérez")[0] == text


@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\n\n"])
def test_a_banner_takes_no_word_of_the_customer_with_it(banner: str, gap: str) -> None:
    assert split_signature(f"{banner}{gap}{WORDS}") == (WORDS, banner)


@pytest.mark.parametrize("banner", BANNERS)
def test_a_banner_between_two_paragraphs_goes_alone(banner: str) -> None:
    kept, removed = split_signature(f"Buenos días.\n\n{banner}\n\n{WORDS}")
    assert (kept, removed) == (f"Buenos días.\n\n{WORDS}", banner)


@pytest.mark.parametrize("above", [NOTICE, BANNERS[0]])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("words", ["Cobran doble y nadie responde.", "Tarjeta Visa Bloqueada"])
def test_impersonal_words_below_are_kept_too(above: str, gap: str, words: str) -> None:
    assert split_signature(f"{above}{gap}{words}")[0] in {words, f"{above}{gap}{words}"}


def test_prose_below_a_notice_is_kept() -> None:
    text = f"Buenos días.\n\n{NOTICE}\n\nPD: la oficina tampoco abrió el martes."
    kept, removed = split_signature(text)
    assert kept == "Buenos días.\n\nPD: la oficina tampoco abrió el martes."
    assert removed == NOTICE


@pytest.mark.parametrize(
    "below",
    [
        "Toda divulgación no autorizada de lo aquí contenido está prohibida y es privilegiado.",
        "Banco de la Esquina S.A.\nNIT 800.123.456-7\nwww.banco.example",
        "This message is confidential; any unauthorized use is prohibited.",
    ],
)
def test_what_belongs_to_a_notice_goes_with_it(below: str) -> None:
    kept, removed = split_signature(f"{WORDS}\n\n{NOTICE}\n\n{below}")
    assert (kept, removed) == (WORDS, f"{NOTICE}\n\n{below}")


@pytest.mark.parametrize(
    "footer",
    [
        "Antes de imprimir este mensaje, piense en el medio ambiente.",
        "Antes de imprimir, pense na sua responsabilidade com o meio ambiente.",
        "Please consider the environment before printing this e-mail.",
        "Antes de imprimir este correo asegúrese de que es necesario.\nProteger el medio ambiente "
        "está en nuestras manos.",
        "Libre de virus.www.avast.com",
        "Livre de vírus. www.avg.com",
        "Este correo electrónico ha sido analizado en busca de virus por Avast.",
    ],
)
def test_footers_on_paper_and_viruses_go(footer: str) -> None:
    assert split_signature(f"{WORDS}\n\n{footer}") == (WORDS, footer)


@pytest.mark.parametrize(
    "device",
    [
        "Enviado desde mi iPhone con Outlook",
        "Enviado desde mi iPhone 13 Pro Max",
        "ENVIADO DESDE MI IPHONE",
        "Enviado desde mi teléfono celular.",
        "Enviado desde mi BlackBerry de Movistar (https://www.movistar.example)",
    ],
)
def test_a_device_and_its_tail_go(device: str) -> None:
    assert split_signature(f"{WORDS}\n\n{device}") == (WORDS, device)


@pytest.mark.parametrize(
    "signature",
    ["Gracias\nAna", "Gracias,\nServicios Generales\nTel. 601 234 5678", "--\nAna P.\nContadora"],
)
def test_thanks_and_a_name_or_a_telephone_are_a_signature(signature: str) -> None:
    kept, removed = split_signature(f"{WORDS}\n\n{signature}", author="Ana Pérez")
    assert (kept, removed) == (WORDS, signature)


@pytest.mark.parametrize(
    ("note", "personal", "own_case"),
    [
        ("Por favor gestionar.", False, False),
        ("¿Me ayudas con este caso?", True, False),
        ("Miren lo que me respondió la EPS.", True, True),
        ("Exijo una respuesta.", True, True),
        ("Vazaram os dados.", True, False),
        ("Solicito su apoyo con el caso de mi cliente.", True, False),
        ("Si usted lo recibió por error, avise al remitente.", False, False),
        ("I want my money back.", True, True),
        (NOTICE, False, False),
    ],
)
def test_a_voice_is_told_from_boilerplate_and_a_note(
    note: str, personal: bool, own_case: bool
) -> None:
    assert is_personal(note) is personal
    assert tells_a_case(note) is own_case
