"""Which columns of a survey people wrote in, which are NPS, CSAT and CES, and what these mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.readers.scores import ScoreReader, more_is_worse
from vocmine.readers.surveys import question_keys
from vocmine.readers.surveys_questions import metric_of, openness, scale_of

SAID = [
    "Me atendieron rápido y sin filas",
    "Llevo dos semanas esperando la factura",
    "La app se cierra cuando voy a pagar",
    "Todo muy bien, gracias a la señora Martha",
    "Nadie contesta en la línea de atención",
]
OFFERED = ["Por recomendación de un amigo", "Vi un anuncio en redes sociales"] * 6


@pytest.mark.parametrize(
    ("label", "cells", "found"),
    [
        ("¿Por qué?", SAID, "asked"),
        ("¿Qué podríamos mejorar?", ["", "Nada", "Los tiempos"], "asked"),
        ("O que podemos melhorar?", ["Nada", "O atendimento"], "asked"),
        ("Tell us more", ["ok", "👍"], "asked"),
        ("Comentarios o sugerencias", ["", ""], "asked"),  # nobody wrote this month
        ("Motivo de tu calificación", SAID, "asked"),
        ("Respuesta", ["Bien", "Mal"], "asked"),
        ("¿Cómo fue su visita a la sede?", SAID, "content"),
        ("Q7", SAID, "content"),
        ("¿Cómo nos conoció?", OFFERED, ""),
        ("¿En qué ciudad vive?", ["Cali", "Bogotá", "Santa Marta"], ""),
        ("¿Qué tan satisfecho quedó?", ["Muy satisfecho", "Insatisfecho"], ""),
        ("¿Por qué canal nos escribió?", ["WhatsApp", "Teléfono"], ""),
        ("¿Qué usó? - La página web de la tienda", ["La página web de la tienda"] * 3, ""),
        ("¿Qué canales usó? - Otro (especifique)", ["El chat de la red social", ""], ""),
        ("¿Por qué? - Topics", ["Servicio al cliente", "Tiempo de espera"], ""),
        ("Comentarios del asesor", SAID, ""),
        ("Nombre", ["Ana Gil", "Luis Díaz"], ""),
        ("Barrio", SAID, ""),
        ("Correo electrónico", ["ana@example.com"], ""),
        ("¿Cuántos años tiene?", ["34", "41"], ""),
        ("¿Cuándo compró?", ["04/03/2026", "5 de marzo de 2026"], ""),
        ("¿Y algo de su visita?", ["", ""], ""),
    ],
)
def test_cells_decide_which_questions_are_open(label: str, cells: list[str], found: str) -> None:
    assert openness(label, cells) == found


def test_what_the_header_tells_is_believed_unless_the_cells_deny_it() -> None:
    assert openness("Q2", ["ok", "bien"], told="open") == "asked"
    assert openness("Q2", [], told="open") == "asked"
    assert openness("Q2", ["34", "41"], told="open") == ""
    assert openness("¿Por qué?", SAID, told="closed") == ""


@pytest.mark.parametrize(
    ("label", "cells", "found"),
    [
        ("NPS", ["9", "3"], "nps"),
        ("NPS", ["3", "4"], "nps"),
        ("¿Qué tan probable es que nos recomiende?", ["9", "3", ""], "nps"),
        ("¿Qué tan probable es que nos recomiende? (0-10)", ["3", "4"], "nps"),
        ("How likely are you to recommend us?", ["10"], "nps"),
        ("Em uma escala de 0 a 10, você recomendaria a loja?", ["7", "8"], "nps"),
        ("¿Qué tan probable es que nos recomiende?", ["3", "4"], "unsure"),
        ("¿Nos recomendaría?", ["Sí", "No"], ""),
        ("¿Qué tan satisfecho está con la atención?", ["5", "1"], "csat"),
        ("¿Qué tan satisfecho está con la atención?", ["7", "1"], "csat"),
        ("¿Qué tan satisfecho está con la atención?", ["Muy satisfecho", "Insatisfecho"], "csat"),
        ("¿Qué tan satisfecho está con la atención?", ["80", "100"], ""),
        ("CSAT", ["80", "100"], "csat"),
        ("¿Qué tan fácil fue resolver su caso?", ["7", "2"], "ces"),
        ("¿Cuánto esfuerzo le tomó?", ["5", "2"], "ces"),
        ("¿Qué tan fácil fue?", ["Muy fácil", "Difícil"], "ces"),
        ("CES", ["5", "2"], "ces"),
        ("¿Por qué está satisfecho?", SAID, ""),
        ("Calificación", ["5", "4"], ""),
        ("Satisfacción", ["", ""], ""),
    ],
)
def test_metrics_are_known_by_wording_and_range(label: str, cells: list[str], found: str) -> None:
    assert metric_of(label, cells) == found


@pytest.mark.parametrize(
    ("label", "worse"),
    [
        ("¿Qué tan fácil fue resolver su caso?", False),
        ("¿Cuánto esfuerzo le tomó resolver su caso?", True),
        ("¿Qué tan difícil fue?", True),
        ("Quanto esforço você fez?", True),
        ("How easy was it to get help?", False),
        ("How much effort did it take?", True),
        ("CES", False),
        ("Customer Effort Score", False),
        ("¿Qué tan fácil fue? 1 = muy fácil, 5 = muy difícil", True),
        ("Esfuerzo (1 mucho esfuerzo, 7 ningún esfuerzo)", False),
        ("Del 1 al 7, donde 1 es muy difícil y 7 muy fácil, ¿cómo fue?", False),
        ("¿Qué tan satisfecho está?", False),
    ],
)
def test_more_effort_is_worse_and_more_ease_is_better(label: str, worse: bool) -> None:
    assert more_is_worse(label) is worse


@pytest.mark.parametrize(
    ("metric", "label", "cells", "scores"),
    [
        ("nps", "¿Nos recomendaría?", ["0", "5", "10"], [1.0, 3.0, 5.0]),
        ("nps", "¿Nos recomendaría?", ["3", "4"], [2.2, 2.6]),
        ("csat", "¿Qué tan satisfecho está?", ["1", "5"], [1.0, 5.0]),
        ("csat", "¿Qué tan satisfecho está?", ["1", "4", "7"], [1.0, 3.0, 5.0]),
        ("csat", "CSAT", ["50", "100"], [3.0, 5.0]),
        ("ces", "¿Qué tan fácil fue?", ["1", "7"], [1.0, 5.0]),
        ("ces", "¿Cuánto esfuerzo le tomó?", ["1", "5"], [5.0, 1.0]),
        ("ces", "¿Cuánto esfuerzo le tomó? (1 a 7)", ["1", "4", "7"], [5.0, 3.0, 1.0]),
        ("ces", "¿Qué tan fácil fue?", ["Muy fácil", "Ni fácil ni difícil"], [5.0, 3.0]),
        ("ces", "¿Qué tan difícil fue?", ["Muy fácil", "Muy difícil"], [5.0, 1.0]),
    ],
)
def test_a_metric_becomes_a_score_whose_best_is_five(
    metric: str, label: str, cells: list[str], scores: list[float]
) -> None:
    reader = scale_of(metric, label, cells)  # type: ignore[arg-type]
    assert [reader.read(cell) for cell in cells] == scores


@given(st.lists(st.integers(1, 7), min_size=1), st.sampled_from(["fácil", "esfuerzo"]))
def test_scores_of_effort_are_from_one_to_five_in_order(marks: list[int], word: str) -> None:
    label = f"¿Cuánto {word}? (1 a 7)"
    reader = ScoreReader.for_column(label, list(map(str, marks)))
    scores = [reader.read(str(mark)) or 0.0 for mark in sorted(marks)]
    assert all(1 <= score <= 5 for score in scores)
    assert scores == sorted(scores, reverse=word == "esfuerzo")


def test_keys_of_questions_do_not_change_when_another_is_added() -> None:
    texts = ["¿Qué podríamos mejorar de la app?", "¿Por qué?"]
    (late, why) = question_keys(texts, texts)
    assert (late, why) == ("podriamos-mejorar-app", "por-que")
    more = ["¿Qué le gustó?", *texts]
    assert question_keys(more, more)[1:] == [late, why]


def test_the_code_of_a_column_is_its_key() -> None:
    assert question_keys(["Q2", "Q3_4_TEXT"], ["¿Por qué?", "¿Qué mejorar?"]) == ["Q2", "Q3_4_TEXT"]


def test_two_questions_never_share_a_key() -> None:
    texts = ["¿Qué mejorar de la app? (1)", "¿Qué mejorar de la app? (2)", "¿?"]
    assert len(set(question_keys(texts, texts))) == 3
