"""Every message gets a language, and no Spanish complaint is refused for being colloquial."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocmine.language import declines_to_comment, has_words, identify

SPANISH = [
    "la app no jala wey, ya ni modo",  # Mexico
    "qué boleta con este banco, me cobraron dos veces parce",  # Colombia
    "la wea no funciona po, puras fallas",  # Chile
    "che, hace tres dias que no tengo internet loco",  # Argentina
    "pucha causa, mi pedido llegó fallado",  # Peru
    "esa vaina no sirve, chamo, pésimo servicio",  # Venezuela
    "Me han cobrao de más y pasan de mí, vaya tela",  # Spain
    "tá bravo el servicio, bo, demoran pila",  # Uruguay
    "el delivery nunca llego y nadie da la cara mae",  # Costa Rica
    "xq no kontestan los msjs??? pesimo servisio",
    "PESIMO PESIMO PESIMO",
    "Pésima app, no carga",
    "no mames que chafa",
    "malisimo",
    "ok",
]
PORTUGUESE = [
    "o aplicativo não abre de jeito nenhum",
    "Paguei o boleto e continua bloqueado, que descaso",
    "péssimo atendimento, ninguém responde",
    "Comprei um celular e veio com defeito na tela",
    "Encomenda não chegou",
]
ENGLISH = [
    "my order never arrived and nobody answers",
    "Worst bank ever. Closing my account today",
    "the app keeps crashing when I pay",
    "Great hotel, friendly staff",
]
OTHERS = [
    "Le service client est nul et personne ne répond au téléphone depuis deux semaines",
    "Ich habe mein Paket nicht erhalten und niemand antwortet",
    "Non ho ricevuto il mio ordine e nessuno risponde al telefono da una settimana",
    "El servei és molt dolent i ningú respon al telèfon des de fa dues setmanes",
    "Bardzo zła obsługa, nikt nie odpowiada",
    "сервис ужасный, никто не отвечает",
    "服务很差,没有人回答",
    "サービスが悪いです",
    "خدمة سيئة جدا",
]


@pytest.mark.parametrize("text", SPANISH)
def test_colloquial_and_misspelt_spanish_of_every_country_is_spanish(text: str) -> None:
    assert identify([text]) == ["es"]


@pytest.mark.parametrize("text", PORTUGUESE)
def test_portuguese_is_portuguese(text: str) -> None:
    assert identify([text]) == ["pt"]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_english(text: str) -> None:
    assert identify([text]) == ["en"]


@pytest.mark.parametrize("text", OTHERS)
def test_a_language_that_vocmine_does_not_know_is_other(text: str) -> None:
    assert identify([text]) == ["other"]


@pytest.mark.parametrize("text", ["merci beaucoup", "Très bien", "tutto bene", "danke"])
def test_too_few_words_are_never_other(text: str) -> None:
    assert identify([text]) != ["other"]


@pytest.mark.parametrize("text", ["", "   ", "😀👍", "10/10", "https://t.co/x", "@banco"])
def test_a_text_without_evidence_counts_as_spanish(text: str) -> None:
    assert identify([text]) == ["es"]


def test_links_and_mentions_do_not_decide() -> None:
    text = "@CustomerSupportTeam https://www.thebestonlineshop.com/orders me cobraron doble"
    assert identify([text]) == ["es"]


def test_a_mixture_has_the_language_with_most_evidence() -> None:
    text = "Compré el plan premium y el customer service no contesta ni el chat ni el teléfono"
    assert identify([text]) == ["es"]


def test_a_very_long_text_is_identified_by_its_beginning() -> None:
    assert identify(["el servicio de la empresa es muy malo " * 100_000]) == ["es"]


@pytest.mark.parametrize("text", ["a", "ok", "¡no!", "#PésimoServicio", "n/a", "服务"])
def test_letters_are_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize(
    "text",
    ["", " \n", "😀😡👍🏽", "10/10", "$ 1.250.000", "...", "\x00", "\ud800", "@banco",
     "https://t.co/x", "www.banco.com", "yo@correo.com", "★★★★☆", "x@y.co 😡 12"],
)  # fmt: skip
def test_emoji_digits_marks_links_and_mentions_are_no_words(text: str) -> None:
    assert not has_words(text)


@pytest.mark.parametrize(
    "text",
    ["ninguno", "Ninguna.", "nada", "¡Nada!", "Sin comentarios", "SIN OBSERVACIONES",
     "sin novedad", "no hay comentarios", "Ninguna observación", "Nenhuma", "sem comentários",
     "No comments", "Sin más comentarios"],
)  # fmt: skip
def test_who_has_nothing_to_say_declines_to_comment(text: str) -> None:
    assert declines_to_comment(text)


@pytest.mark.parametrize(
    "text",
    ["", "no", "ok", "Nada funciona", "nada mal", "Ninguno me ayudó", "sin servicio",
     "Sin comentarios, pésimo", "nada que ver con lo ofrecido", "👍", "sin comentarios " * 9],
)  # fmt: skip
def test_what_says_more_does_not(text: str) -> None:
    assert not declines_to_comment(text)


def test_nothing_is_asked_of_no_texts() -> None:
    assert identify([]) == []


@given(st.lists(st.text(max_size=80), max_size=8))
def test_each_text_is_identified_by_itself(texts: list[str]) -> None:
    together = identify(texts)
    assert together == [identify([text])[0] for text in texts]
    assert set(together) <= {"es", "pt", "en", "other"}


def test_threads_get_the_same_answers() -> None:
    texts = (SPANISH + PORTUGUESE + ENGLISH + OTHERS) * 5
    expected = identify(texts)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == expected for found in pool.map(identify, [texts] * 8))


def test_labelled_messages_are_identified() -> None:
    folder = os.environ.get("VOCMINE_DATA", "")
    path = Path(folder) / "dev" / "gold.jsonl"
    if not folder or not path.is_file():
        pytest.skip("VOCMINE_DATA does not hold dev/gold.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    found = identify([row["text"] for row in rows])
    right = sum(row["lang"] == lang for row, lang in zip(rows, found, strict=True))
    assert right / len(rows) >= 0.99
    assert found.count("other") / len(rows) < 0.002
