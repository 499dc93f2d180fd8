"""Misspelt words are read as the word that was meant, and nothing else is touched."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.encoder import WORDS, OnnxEncoder
from vocmine.models import model_folder
from vocmine.spelling import Speller, one_slip

# The likeliest first.
KNOWN = (
    "cuando para factura facturas servicio habitación cobraron señal pesos nadie responde".split()
)
letters = st.text("abcdeñóu", min_size=1, max_size=8)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(KNOWN)


@pytest.fixture(scope="module")
def shipped() -> Speller:
    raw = (model_folder("voc_encoder") / WORDS).read_bytes()
    return Speller(gzip.decompress(raw).decode("utf-8").split())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("faxtura", "factura"),  # another letter
        ("fatura", "factura"),  # one left out
        ("facctura", "factura"),  # one too many
        ("fcatura", "factura"),  # two that changed places
        ("habitacion", "habitación"),  # an accent left out
        ("Servcio", "Servicio"),  # the capital stays
        ("factura", "factura"),  # it is right
        ("fctra", "fctra"),  # two slips are too many
        ("para", "para"),
        ("par", "par"),  # too short to know
        ("xyzzyx", "xyzzyx"),  # like nothing
        ("FaxTura", "FaxTura"),  # a name
    ],
)
def test_a_word_one_slip_away_is_read_as_the_known_one(
    speller: Speller, written: str, meant: str
) -> None:
    assert speller.repaired(written)[0] == meant


def test_among_words_as_near_the_accent_wins_then_the_commonest() -> None:
    assert Speller(["cada", "caída"]).repaired("caida")[0] == "caída"
    assert Speller(["vaso", "caso"]).repaired("daso")[0] == "vaso"


def test_a_capital_inside_a_sentence_is_a_name(speller: Speller) -> None:
    assert speller.repaired("compré en Fatura, señl mala")[0] == "compré en Fatura, señal mala"
    assert speller.repaired("Mal todo. Fatura doble")[0] == "Mal todo. Factura doble"
    assert speller.repaired("la Habitacion")[0] == "la Habitación"


def test_plurals_of_known_words_are_known() -> None:
    speller = Speller(["parqueadero", "señal", "parqueaderas"])
    for word in ("parqueaderos", "señales"):
        assert speller.repaired(word) == (word, None)


def test_pronouns_behind_a_verb_are_no_slips() -> None:
    speller = Speller(["cobrarlas", "cobraron", "llevara"])
    for word in ("cobrarlos", "llevarla", "cobrármela", "devolverle", "esperándolos"):
        assert speller.repaired(word) == (word, None)


def test_links_handles_tags_and_addresses_are_not_spelt(speller: Speller) -> None:
    text = "@fatura #fatura https://fatura.co/servcio www.fatura.co fatura@servcio.com"
    assert speller.repaired(text) == (text, None)


def test_places_lead_back_to_the_words_as_written(speller: Speller) -> None:
    text = "la fatura del servicioo no"
    made, places = speller.repaired(text)
    assert made == "la factura del servicio no"
    assert places is not None
    assert len(places) == len(made) + 1
    for word, written in (("factura", "fatura"), ("servicio", "servicioo"), ("del", "del")):
        start = made.index(word)
        assert text[places[start] : places[start + len(word)]] == written
    assert places[-1] == len(text)


@given(st.text(max_size=60), st.integers(0, 2**32 - 1))
def test_any_text_keeps_its_places_in_order(text: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    words = [KNOWN[i] for i in rng.integers(0, len(KNOWN), 4)]
    slipped = [word[:2] + word[3:] for word in words]
    written = f"{text} {' '.join(slipped)}"
    made, places = Speller(KNOWN).repaired(written)
    if places is None:
        assert made == written
        return
    assert len(places) == len(made) + 1
    assert (np.diff(places) >= 0).all()
    assert (places[0], places[-1]) == (0, len(written))


@given(letters, letters)
def test_one_slip_is_the_same_both_ways(a: str, b: str) -> None:
    assert one_slip(a, b) == one_slip(b, a)
    assert not one_slip(a, a)


@given(letters, st.data())
def test_every_kind_of_slip_is_one(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from("xyz"))
    for written in (word[:at] + word[at + 1 :], word[:at] + other + word[at:]):
        assert one_slip(written, word)
    assert one_slip(word[:at] + other + word[at + 1 :], word)


# --- the shipped words ----------------------------------------------------------------------------


def test_customers_slips_are_found(shipped: Speller) -> None:
    text = "el servcio es péximo, nadie respnde y me cobraorn dos vecse la factrua"
    assert shipped.repaired(text)[0] == (
        "el servicio es pésimo, nadie responde y me cobraron dos veces la factura"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Bancolombia y Davivienda no responden por la app de Rappi ni por Nequi",
        "Quería cancelarlas y devolvérselas, pero los cajeros dañados siguen igual",
        "Péssimo atendimento, ninguém responde e não devolveram o dinheiro",
        "The delivery was late and nobody answered my complaints",
        "Los parqueaderos están carísimos y en la taquilla ni contestan",
    ],
)
def test_what_is_right_is_left_alone(shipped: Speller, text: str) -> None:
    assert shipped.repaired(text) == (text, None)


def test_a_slip_moves_a_vector_less_than_without_repair() -> None:
    encoder = OnnxEncoder(model_folder("voc_encoder"))
    none = np.zeros(0, dtype=np.int32)
    right = "Me cobraron dos veces la factura y nadie responde"
    wrong = "Me cobrraon dos vecse la factrua y nadie respnde"

    def likeness() -> float:
        a, b = encoder.encode([right, wrong], none, none, none).message_vectors
        return float(a @ b)

    repaired = likeness()
    encoder._speller = None
    assert repaired > 0.999
    assert likeness() < repaired - 0.02


def test_segments_of_misspelt_texts_are_pooled_where_they_were_written() -> None:
    encoder = OnnxEncoder(model_folder("voc_encoder"))
    right, wrong = (
        "La factura llegó doble. El servicio bien",
        "La facutra llegó doble. El servcio bien",
    )
    message = np.array([0, 0, 1, 1], dtype=np.int32)
    starts = [0, right.index("El"), 0, wrong.index("El")]
    ends = [right.index(" El"), len(right), wrong.index(" El"), len(wrong)]
    encoded = encoder.encode(
        [right, wrong], message, np.array(starts, np.int32), np.array(ends, np.int32)
    )
    first, second, third, fourth = encoded.segment_vectors
    assert first @ third > 0.999
    assert second @ fourth > 0.999
    assert first @ fourth < 0.99
