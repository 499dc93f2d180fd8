"""Signatures, devices and legal notices go; customers' closings, phones and anger stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine_email.signatures import split_signature

WORDS = "La app no abre desde ayer.\n\nNecesito pagar hoy."

SIGNATURES = {
    "standard delimiter": "-- \nAna Pérez\nBanco de la Esquina",
    "bare delimiter": "--\nAna Pérez\nTel. 601 234 5678",
    "closing, name": "Cordialmente,\nAna Pérez",
    "closing, blank, name, title, phone": "Atentamente,\n\nAna María Pérez\nGerente Comercial\n"
    "Cel. 300 123 4567\nana@example.com\nwww.example.com",
    "closing in capitals": "CORDIALMENTE\n\nANA PEREZ\nCC 52.123.456",
    "greeting as closing": "Cordial saludo,\nAna Pérez",
    "short closing": "Atte.\nAna P.",
    "saludos": "Saludos,\nAna",
    "saludos cordiales": "Saludos cordiales.\n\nAna Pérez G.",
    "quedo atenta": "Quedo atenta,\n\nAna Pérez",
    "thanks before a name": "Muchas gracias.\n\nAna Pérez\nCel 3001234567",
    "thanks and greeting": "Gracias y saludos,\nAna Pérez",
    "two closings": "Muchas gracias,\nCordialmente,\nAna Pérez",
    "pt": "Atenciosamente,\n\nJoão da Silva\nCPF: 123.456.789-00",
    "pt thanks": "Obrigada,\nMaria dos Santos",
    "pt hugs": "Abraços,\nJoão",
    "en": "Best regards,\nJohn Smith\nSenior Buyer\nPhone: +1 555 123 4567",
    "en short": "Thanks,\nAna",
    "en formal": "Yours sincerely,\n\nJohn Smith",
    "name of the author alone": "Ana María Pérez",
    "name of the author and papers": "Ana Pérez\nC.C. 52123456\nCelular 3001234567",
    "author without capitals or accents": "ana perez",
    "iPhone es": "Enviado desde mi iPhone",
    "Huawei": "Enviado desde mi Huawei de Claro.",
    "Windows mail": "Enviado desde Correo para Windows 10",
    "Outlook Android": "Enviado desde Outlook para Android<https://aka.ms/AAb9ysg>",
    "Get Outlook es": "Obtener Outlook para iOS<https://aka.ms/o0ukef>",
    "Yahoo": "Enviado desde Yahoo Mail con Android",
    "iPhone pt": "Enviado do meu iPhone",
    "Samsung pt": "Enviado do meu smartphone Samsung Galaxy.",
    "Outlook pt": "Obter o Outlook para iOS",
    "iPhone en": "Sent from my iPhone",
    "Outlook en": "Get Outlook for Android",
    "closing and device": "Gracias,\nAna\n\nEnviado desde mi iPhone",
    "notice es": "Este mensaje y sus anexos son confidenciales y para uso exclusivo de su "
    "destinatario.",
    "short notice es": "Este mensaje y sus anexos son confidenciales.",
    "titled notice es": "AVISO LEGAL\nLa información contenida en este mensaje es confidencial. Si "
    "usted no es el destinatario, elimínelo.",
    "titled notice with a gap": "AVISO DE CONFIDENCIALIDAD:\n\nEste correo contiene información "
    "privilegiada, dirigida solo a su destinatario.",
    "notice pt": "Esta mensagem, incluindo seus anexos, é confidencial e seu uso não autorizado "
    "é proibido.",
    "notice en": "This e-mail and any attachments are confidential and intended solely for the "
    "addressee.",
    "confidentiality notice en": "CONFIDENTIALITY NOTICE: The contents of this email are "
    "privileged. "
    "If you are not the intended recipient, delete it.",
    "two notices": "Este correo y sus adjuntos son confidenciales.\n\nThis message is "
    "confidential; "
    "any unauthorized use is prohibited.",
    "paper": "Antes de imprimir este mensaje, piense en el medio ambiente.",
    "antivirus": "Libre de virus. www.avast.com",
    "images": "[cid:image001.png@01DB8C2F.12345678]",
    "everything": "Cordialmente,\n\nAna Pérez\nGerente | Banco de la Esquina\nTel. (601) 234 "
    "5678 Ext. "
    "12\n[image: logo]\n\nAVISO LEGAL: Este mensaje y sus anexos son confidenciales y reservados.",
}

CUSTOMER_TEXTS = [
    "Espero su respuesta. Muchas gracias.",
    "La app no abre.\n\nGracias",
    "La app no abre.\nGracias,\nespero respuesta pronto.",
    "Gracias por nada.\nNo vuelvo.",
    "Atentamente\n\nLuis Ruiz\n\nPD: también me cobraron dos veces el seguro.",
    "GRACIAS\nNO ME HAN RESPONDIDO",
    "Mi celular es 300 123 4567, llámenme.",
    "No funciona.\nMi número: 3001234567",
    "Enviado desde la oficina del centro el 3 de marzo, el paquete nunca llegó.",
    "Enviado desde la app el lunes, pero sigue sin llegar.",
    "Este mensaje es para reclamar por la divulgación de mis datos, ley 1581 de 2012.",
    "Este correo es confidencial entre ustedes y yo.",
    "AVISO LEGAL: si no responden voy a la Superintendencia.",
    "Atención: me cobraron dos veces.",
    "Externo al problema del cobro, la oficina estaba sucia.",
    "Saludos a todos menos al gerente que me gritó.",
    "Compré en:\nAlmacenes La Esquina\nBogotá",
    "-- tercera vez que escribo --",
    "Uno\n--\nEl segundo problema es que nadie contesta. Y sigo esperando.",
    "Best regards is all they say.\nThey never fix it.",
    "Cordial saludo,\n\nMe cobraron dos veces la cuota.",
]


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES.keys())
def test_the_words_above_a_signature_come_back_exactly(signature: str) -> None:
    text, removed = split_signature(f"{WORDS}\n\n{signature}", author="Ana María Pérez")
    assert text == WORDS
    assert "".join(removed.split()) == "".join(signature.split())


@pytest.mark.parametrize("text", CUSTOMER_TEXTS)
def test_words_that_only_look_like_a_signature_are_kept(text: str) -> None:
    assert split_signature(text, author="Ana Pérez") == (text, "")


@pytest.mark.parametrize(
    "text",
    ["-- \nAna Pérez", "Saludos,\nAna Pérez\nGerente", "Enviado desde mi iPhone", "Ana Pérez", ""],
)
def test_a_signature_alone_leaves_no_words(text: str) -> None:
    assert split_signature(text, author="Ana Pérez")[0] == ""


def test_thanks_and_a_name_are_an_answer_when_there_is_nothing_else() -> None:
    text = "Muchas gracias,\nAna Pérez"
    assert split_signature(text, author="Ana Pérez") == ("Muchas gracias,", "Ana Pérez")
    assert split_signature(text) == (text, "")


def test_a_banner_above_the_words_goes_alone() -> None:
    banner = "ATENCIÓN: este correo se originó fuera de la organización. No abra enlaces."
    assert split_signature(f"{banner}\n\n{WORDS}") == (WORDS, banner)


def test_a_name_in_the_middle_is_no_signature() -> None:
    text = "Soy\nAna Pérez\ny no me han pagado la cesantía."
    assert split_signature(text, author="Ana Pérez") == (text, "")


def test_another_persons_name_at_the_end_is_no_signature_without_a_closing() -> None:
    text = "Me atendió muy mal\nLuis Ruiz"
    assert split_signature(text, author="Ana Pérez") == (text, "")


@given(
    st.lists(
        st.sampled_from(
            ["no", "abre", "la", "app", "cobro", "doble", "ayer", "y", "nadie", "responde"]
        ),
        min_size=2,
    ),
    st.sampled_from(sorted(SIGNATURES.values())),
)
def test_any_sentence_above_any_signature_comes_back_exactly(
    words: list[str], signature: str
) -> None:
    text = f"{' '.join(words).capitalize()}."
    assert split_signature(f"{text}\n\n{signature}", author="Ana María Pérez")[0] == text


@given(st.text(), st.text(max_size=20))
def test_nothing_of_a_body_is_lost(text: str, author: str) -> None:
    kept, removed = split_signature(text, author=author)
    assert sorted("".join((kept + removed).split())) == sorted("".join(text.split()))
