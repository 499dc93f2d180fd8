"""Words of a segment: what is masked, folded, lemmatised and cut."""

from __future__ import annotations

import pytest

from vocmine_topic.text import BREAK, fold, misspells, stop_typos, stop_words


def keys(reader, text, lang="es"):
    return [word.key for word in reader.words(text, lang) if word.key not in ("", BREAK)]


@pytest.mark.parametrize("text", ["Atención ÑANDÚ", "Ação İstanbul", "ＡＢＣ ﬁn ß", "", "🙂é"])
def test_folding_keeps_the_number_of_characters(text):
    assert len(fold(text)) == len(text)


def test_folding_drops_accents_and_capitals():
    assert fold("ATENCIÓN Ñandú çà") == "atencion nandu ca"


@pytest.mark.parametrize(
    "text",
    [
        "https://www.banco.co/pago?id=3",
        "escriba a luz.ortiz@correo.co",
        "@BancoCumbre",
        "12/03/2025",
        "$1.250.000",
        "350 mil pesos",
        "+57 310 456 7890",
        "CC 52.345.678",
        "#45 (32)",
    ],
)
def test_addresses_dates_amounts_phones_and_ids_leave_no_word(reader, text):
    assert keys(reader, text) in ([], ["escriba"], ["escribir"])


@pytest.mark.parametrize(
    "text",
    [
        "Buenos días",
        "Muy buenas tardes",
        "Cordial saludo",
        "Respetados señores",
        "Me permito presentar queja ante ustedes",
        "presento queja formal",
        "Quiero interponer un reclamo",
        "En ejercicio del derecho de petición",
        "De acuerdo con la Ley 1755 de 2015",
        "Quedo atento a su pronta respuesta",
        "quedo atenta",
        "Gracias por su atención",
        "Agradezco su colaboración",
        "Muchas gracias de antemano",
        "Atentamente, Juan Pérez",
        "por medio de la presente",
        "solicito una respuesta de fondo",
        "De no recibir respuesta acudiré a la Superintendencia",
        "De no obtener solución, iniciaré las acciones legales a que haya lugar",
        "Si no recibo respuesta elevaré la queja ante la Secretaría de Comercio",
        "Acudiré al libro de reclamaciones",
        "Exijo respuesta por escrito dentro de los términos de ley",
        "Haciendo valer mis derechos como usuaria",
        "conforme a la Ley Federal de Protección al Consumidor",
        "con domicilio en Barranquilla, manifiesto mi inconformidad",
        "dejo constancia de mi total descontento",
        "pongo en su conocimiento lo ocurrido",
        "comparezco respetuosamente para exponer",
        "Ref.: queja formal",
        "Asunto: inconformidad con el servicio prestado",
        "Esperamos que se tomen los correctivos necesarios",
        "guardo todos los pantallazos",
        "confio en q tomaran las medidas del caso",
        "Al amparo del artículo 23 de la Constitución",
        "con fundamento en lo dispuesto por la Ley 1480 de 2011",
    ],
)
def test_greetings_closings_and_legal_formulas_leave_no_word(reader, text):
    assert keys(reader, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "se tiran la pelota entre todos",
        "Se echan la bola los unos a los otros",
        "ellos se lavan las manos",
        "me vieron la cara de tonta",
        "esto es una tomadura de pelo",
        "fue la gota que derramó el vaso",
        "ha sido un dolor de cabeza",
        "nos mandan de un lado para otro",
        "nadie se hace cargo",
    ],
)
def test_idioms_of_any_complaint_leave_no_word(reader, text):
    assert keys(reader, text) == []


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Bom dia a todos", "pt"),
        ("Atenciosamente", "pt"),
        ("Obrigada pela atenção", "pt"),
        ("Dear Sir or Madam", "en"),
        ("Thank you for your help", "en"),
        ("Kind regards", "en"),
    ],
)
def test_portuguese_and_english_courtesy_leaves_no_word(reader, text, lang):
    assert keys(reader, text, lang) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("solicito copia del contrato", "contrato"),
        ("no me dan respuesta en la sucursal", "sucursal"),
        ("la petición fue negada por la aseguradora", "aseguradora"),
        ("presento fallas en el internet", "internet"),
        ("el recibo de la luz llegó tarde", "recibo"),
        ("iré a otra óptica", "optica"),
        ("procederé a devolver la nevera", "nevera"),
        ("compré una pelota y vino desinflada", "pelota"),
        ("la bola de helado venía derretida", "bola"),
        ("nadie se hace responsable del celular", "celular"),
        ("no me dieron el libro de reclamaciones", "libro"),
        ("me duele la cabeza con ese medicamento", "cabeza"),
        ("tomaron mis datos sin permiso", "dato"),
        ("las medidas de la cortina estaban mal", "medida"),
        ("la póliza de amparo de vivienda", "amparo"),
    ],
)
def test_what_the_formula_is_about_stays(reader, text, kept):
    assert kept in keys(reader, text)


def test_plurals_genders_and_missing_accents_have_one_key(reader):
    assert keys(reader, "devoluciones") == keys(reader, "devolución") == keys(reader, "devolucion")
    assert keys(reader, "groseras") == keys(reader, "grosero")
    assert keys(reader, "recibi") == keys(reader, "recibí")


def test_people_are_masked_in_full_names_even_without_capitals(reader):
    assert keys(reader, "Hablé con Marta en la sucursal") == ["sucursal"]
    assert keys(reader, "hable con juan perez en la sucursal") == ["sucursal"]


def test_misspelt_stop_words_are_stop_words(reader):
    assert keys(reader, "dsde el martse tnego") == []


def test_misspellings_are_one_letter_away_and_begin_alike():
    table = stop_typos("es")
    assert misspells("dedse", table) == "desde"
    assert misspells("xesde", table) == ""
    assert misspells("de", table) == ""


def test_each_language_has_stop_words_and_they_are_folded():
    for lang in ("es", "pt", "en"):
        stops, kept = stop_words(lang)
        assert len(stops) > 200
        assert all(word == fold(word) for word in stops | kept)
        assert not stops & kept


def test_no_phrase_crosses_punctuation_or_a_masked_span(reader):
    words = [word.shown for word in reader.words("tarjeta, cuenta el 12/03 crédito", "es")]
    assert words == ["tarjeta", BREAK, "cuenta", "el", BREAK, "crédito"]


def test_acronyms_keep_their_capitals_and_shouting_does_not(reader):
    assert [w.shown for w in reader.words("pagué por PSE", "es")][-1] == "PSE"
    assert [w.shown for w in reader.words("LA TARJETA NO PASA", "es")][1] == "tarjeta"


def test_an_unknown_language_is_read_as_spanish(reader):
    assert keys(reader, "las tarjetas", "other") == ["tarjeta"]


def test_endless_text_without_words_is_read_quickly(reader):
    assert keys(reader, "|" * 50_000 + "1" * 50_000 + "🙂" * 1000) == []
