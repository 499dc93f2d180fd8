"""Priority cues: words that send a case to a person first, and words that only look so."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocmine.clock.cues import bare, cues, cues_of
from vocmine.clock.words import words

CODES = tuple(cues())

FOUND = [
    ("tutela", "Si no responden voy a interponer una acción de TUTELA."),
    ("tutela", "Ya hay fallo de tutela a mi favor"),
    ("tutela", "los voy a entutelar"),
    ("tutela", "no responden la tutela que puse"),
    ("tutela", "no me obliguen a poner una tutela"),
    ("petition", "no contestan mi derecho de petición"),
    ("disability", "no respetan la discapacidad de mi hijo"),
    ("regulator", "Pondré la queja ante la Superintendencia de Industria y Comercio"),
    ("regulator", "copia a la Superfinanciera y a la Defensoría del Pueblo"),
    ("regulator", "me quejaré a la SIC"),
    ("regulator", "acudiré a INDECOPI"),
    ("regulator", "escalaré a los entes de control"),
    ("life", "Mi papá está en riesgo de vida por la demora"),
    ("life", "su vida corre un grave peligro, está en riesgo su vida"),
    ("life", "peligra la vida de mi hijo"),
    ("life", "sin el medicamento se puede morir"),
    ("life", "a demora coloca em risco de vida a paciente"),
    ("life", "no entienden que hay un riesgo de vida"),
    ("child", "la cita es para mi hijo menor de tres años"),
    ("child", "es una menor de edad"),
    ("child", "mi hija de 8 meses sin la fórmula"),
    ("child", "tengo un bebé recién nacido"),
    ("child", "dejaron a los niños sin transporte"),
    ("child", "un menor de 5 años"),
    ("elder", "Soy adulto mayor y no sé usar la aplicación"),
    ("elder", "mi mamá de 82 años"),
    ("elder", "tengo 71 años"),
    ("elder", "personas mayores haciendo fila"),
    ("elder", "atención a la tercera edad"),
    ("disability", "mi hermana tiene una discapacidad visual"),
    ("disability", "voy en silla de ruedas"),
    ("disability", "mi hijo con autismo"),
    ("disability", "soy sorda y solo atienden por teléfono"),
    ("petition", "En ejercicio del DERECHO DE PETICIÓN solicito copia"),
    ("silence", "operó el silencio administrativo positivo"),
    ("reply", "presento réplica a su respuesta"),
    ("reply", "hago uso de mi derecho de réplica"),
    ("repeated", "por tercera vez les escribo"),
    ("repeated", "REITERO mi solicitud"),
    ("repeated", "ya he llamado cinco veces"),
    ("repeated", "caso reiterativo"),
]

NOT_FOUND = [
    ("tutela", "el niño está bajo la tutela de su abuela"),
    ("tutela", "tengo la tutela de mi sobrino, y por eso pido el carné"),
    ("tutela", "esto no es una acción de tutela"),
    ("regulator", "Enviado desde mi celular. VIGILADO SUPERINTENDENCIA FINANCIERA DE COLOMBIA"),
    ("regulator", "Vigilado Supersalud"),
    ("regulator", "Vigilada por la Superintendencia de Transporte"),
    ("regulator", "certificado de personería jurídica"),
    ("regulator", "sic transit gloria mundi"),
    ("regulator", "superé el límite de mi supermercado"),
    ("life", "mi seguro de vida no aparece"),
    ("life", "no hay riesgo de vida, solo es incómodo"),
    ("life", "es para morir de risa"),
    ("life", "toda la vida he sido cliente"),
    ("child", "ofrecían el menor precio"),
    ("child", "a la menor brevedad"),
    ("child", "en un plazo menor de 2 años"),
    ("child", "ventas al por menor"),
    ("child", "no soy menor de edad"),
    ("child", "compré ropa de niño y zapatos para bebé"),
    ("child", "el fenómeno del Niño subió la tarifa"),
    ("child", "ningún pedido cumple"),
    ("elder", "el valor es mayor"),
    ("elder", "soy una persona mayor de edad"),
    ("elder", "una empresa con 70 años de experiencia"),
    ("elder", "mi papá tiene 65 años de experiencia"),
    ("elder", "mayor información"),
    ("disability", "una respuesta deficiente"),
    ("disability", "se hacen los sordos"),
    ("disability", "my account was disabled"),
    ("disability", "no tengo ninguna discapacidad"),
    ("petition", "esto no es un derecho de petición"),
    ("silence", "el silencio de ustedes me molesta"),
    ("reply", "me llegó una réplica y no el bolso original"),
    ("repeated", "compro por segunda vez y todo perfecto"),
    ("repeated", "llegó la segunda caja"),
]


@pytest.mark.parametrize(("code", "text"), FOUND)
def test_a_cue_is_found_whatever_its_accents_and_capitals(code: str, text: str) -> None:
    assert code in cues_of(text)
    assert code in cues_of(text.upper())
    assert code in cues_of(bare(text))


@pytest.mark.parametrize(("code", "text"), NOT_FOUND)
def test_words_that_only_look_like_a_cue_are_none(code: str, text: str) -> None:
    assert code not in cues_of(text)


def test_every_cue_has_examples_of_both_and_names() -> None:
    assert {code for code, _ in FOUND} == {code for code, _ in NOT_FOUND} == set(CODES)
    for lang in ("es", "pt", "en"):
        assert all(f"cue_{code}" in words(lang) for code in CODES)


def test_a_covered_word_does_not_hide_another_one() -> None:
    text = "Está bajo la tutela de su abuela, y ya hay fallo de tutela contra ustedes."
    assert cues_of(text) == ("tutela",)


def test_cues_come_in_one_order_and_once() -> None:
    text = "Reitero: por la tutela, tutela, de mi mamá de 80 años, en riesgo de vida."
    assert cues_of(text) == ("tutela", "life", "elder", "repeated")


def test_a_text_may_be_broken_over_lines() -> None:
    assert cues_of("derecho de\n   petición") == ("petition",)


@pytest.mark.parametrize("text", ["", "👍👍", "¿?", "Todo bien, gracias."])
def test_most_texts_have_none(text: str) -> None:
    assert cues_of(text) == ()


@pytest.mark.parametrize("code", CODES)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_matches_holds_one_of_the_stems(code: str, data: st.DataObject) -> None:
    cue = cues()[code]
    pattern = re.compile(cue.pattern.pattern, re.ASCII)
    text = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii")))
    assert any(stem in text.lower() for stem in cue.stems), text


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert set(cues_of(text)) <= set(CODES)
