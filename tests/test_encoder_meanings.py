"""What encoders say segments mean: shapes, and wordings of one problem brought together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from vocmine.encoder import OnnxEncoder
from vocmine.models import model_folder
from vocmine.sketches import WIDTH

if TYPE_CHECKING:
    from vocmine.plugin import Encoded

TEXTS = [
    "La fila en la sucursal fue eterna, esperé dos horas.",
    "Péssimo atendimento, ninguém responde no chat.",
    "ok",
    "The delivery was late and the box arrived open 😡",
]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(model_folder("voc_encoder"))


def encode_spans(
    encoder: OnnxEncoder, texts: list[str], spans: list[tuple[int, int, int]]
) -> Encoded:
    columns = np.array(spans, dtype=np.int32).reshape(-1, 3)
    return encoder.encode(texts, columns[:, 0], columns[:, 1], columns[:, 2])


def test_meanings_are_as_wide_as_a_sketch_and_of_length_one(encoder: OnnxEncoder) -> None:
    meanings = encode_spans(encoder, TEXTS, [(0, 0, 10), (0, 11, 30), (3, 0, 12)]).segment_meanings
    assert meanings is not None
    assert meanings.shape == (3, WIDTH)
    assert meanings.dtype == np.float32
    assert np.linalg.norm(meanings, axis=1) == pytest.approx(1, abs=1e-5)


SAID = {
    "parcel": [
        "Mi paquete no ha llegado",
        "el envío sigue en bodega desde el lunes",
        "La encomienda nunca apareció en la casa",
    ],
    "charge": [
        "Me cobraron doble la mensualidad",
        "sale dos veces el mismo pago en el extracto",
        "La factura trae repetido el cargo",
    ],
    "password": [
        "La app no recibe mi contraseña",
        "no puedo ingresar, dice usuario inválido",
        "El código para iniciar sesión nunca llega",
    ],
    "staff": [
        "La cajera fue grosera",
        "el vigilante nos gritó delante de todos",
        "El asesor me atendió de muy mala gana",
    ],
    "internet": [
        "El wifi se cae toda la noche",
        "la velocidad no pasa de dos megas",
        "Con esa señal no carga ni un video",
    ],
    "medicine": [
        "La farmacia no tiene mis pastillas",
        "llevo un mes sin la insulina que me formularon",
        "En el dispensario dicen que el medicamento está agotado",
    ],
}
"""Problems that no encoder was taught, in words that they hardly share."""


@pytest.mark.parametrize("name", ["voc_encoder", "voc_fast_encoder"])
def test_meanings_bring_the_wordings_of_a_problem_nearer_than_vectors_do(name: str) -> None:
    texts = [text for wordings in SAID.values() for text in wordings]
    about = np.repeat(np.arange(len(SAID)), 3)
    found = encode_spans(
        OnnxEncoder(model_folder(name)), texts, [(at, 0, len(t)) for at, t in enumerate(texts)]
    )

    def nearest_is_of_the_problem(rows: np.ndarray) -> float:
        rows = rows - rows.mean(axis=0)
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        alike = rows @ rows.T - 2 * np.eye(len(rows))
        return float((about[alike.argmax(axis=1)] == about).mean())

    by_meaning = nearest_is_of_the_problem(found.meanings)
    assert by_meaning >= 0.6
    assert by_meaning >= nearest_is_of_the_problem(found.segment_vectors)


def test_meanings_do_not_depend_on_the_texts_beside_them(encoder: OnnxEncoder) -> None:
    spans = [(at, 0, len(text)) for at, text in enumerate(TEXTS)]
    together = encode_spans(encoder, TEXTS, spans).meanings
    alone = [encode_spans(encoder, [text], [(0, 0, len(text))]).meanings[0] for text in TEXTS]
    assert np.abs(together - np.stack(alone)).max() < 1e-4


def test_a_segment_without_tokens_means_what_its_message_does(encoder: OnnxEncoder) -> None:
    spaces, whole = encode_spans(encoder, ["   No llegó   "], [(0, 0, 2), (0, 0, 14)]).meanings
    assert spaces @ whole > 0.5
