"""What platforms of reviews do to the words, the ratings and the lists of their exports."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vocmine.message import Message, Record, Skipped, Unreadable
from vocmine.plugin import ReadOptions
from vocmine_reviews.source import ReviewSource
from vocmine_reviews.wording import split_translation

DETECT = ReadOptions()


def write(folder: Path, document: Any) -> Path:
    path = folder / "reviews.json"
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def read(folder: Path, document: Any) -> list[Record]:
    path = write(folder, document)
    assert ReviewSource().detect(path, DETECT).score == 0.95
    return list(ReviewSource().read(path, DETECT))


# Translations by Google

SAID, TRANSLATED = "El domicilio llegó frío.\nNo vuelvo.", "The delivery arrived cold."


@pytest.mark.parametrize(
    ("by", "original"),
    [
        ("(Translated by Google)", "(Original)"),
        ("(Traducido por Google)", "(Original)"),
        ("(Traduzido pelo Google)", "(Original)"),
        ("(translated by google)", "(Original text)"),
    ],
)
def test_the_customers_own_words_are_kept_in_either_order(by: str, original: str) -> None:
    expected = (SAID, TRANSLATED)
    assert split_translation(f"{by} {TRANSLATED}\n\n{original}\n{SAID}") == expected
    assert split_translation(f"{original}\n{SAID}\n\n{by}\n{TRANSLATED}") == expected
    assert split_translation(f"{SAID}\n\n{by}\n{TRANSLATED}") == expected


@pytest.mark.parametrize(
    "text",
    [SAID, "Pedí la (Original) y me dieron otra", "(Translated by Google) Cold", "", "(Original)"],
)
def test_a_text_that_is_not_both_is_left_as_it_is(text: str) -> None:
    assert split_translation(text) == (text, "")


def business_review(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"accounts/1/locations/1/reviews/r{number}",
        "reviewId": f"r{number}",
        "reviewer": {"isAnonymous": True},
        "starRating": "TWO",
        "createTime": "2026-03-04T10:11:12.123456789Z",
        **more,
    }


def test_google_business_profile_translations_replies_and_nulls(tmp_path: Path) -> None:
    comment = f"(Translated by Google) {TRANSLATED}\n\n(Original)\n{SAID}"
    reply = {"comment": "Lo sentimos mucho", "updateTime": "2026-03-05T10:11:12Z"}
    reviews = [None, business_review(1, comment=comment, reviewReply=reply), None,
               business_review(2)]  # fmt: skip
    nothing, first, null, rated = read(tmp_path, {"reviews": reviews, "averageRating": 2.0})
    assert isinstance(first, Message)
    assert (first.text, first.score, first.author) == (SAID, 2.0, "")
    assert first.context == f"Lo sentimos mucho\n\n{TRANSLATED}"
    assert first.created_at == datetime(2026, 3, 4, 10, 11, 12, 123456, tzinfo=UTC)
    assert first.extra["starRating"] == "TWO"
    assert rated == Skipped("rating_only", "record 4", "r2", "rating TWO")
    for record in (nothing, null):
        assert isinstance(record, Unreadable)
        assert record.error == "The record is null, not a JSON object."


def test_the_app_stores_feed_starts_with_the_app_itself(tmp_path: Path) -> None:
    app = {
        "im:name": {"label": "Tienda Andina"},
        "im:artist": {"label": "Andina SAS"},
        "title": {"label": "Tienda Andina - Andina SAS"},
        "id": {"label": "https://apps.apple.com/co/app/id1", "attributes": {"im:id": "1"}},
    }
    review = {
        "id": {"label": "123"},
        "updated": {"label": "2026-03-04T10:11:12-07:00"},
        "author": {"name": {"label": "anagil"}},
        "im:rating": {"label": "1"},
        "title": {"label": "Mala"},
        "content": {"label": "Se cierra al pagar"},
    }
    first, second = read(tmp_path, {"feed": {"entry": [app, review]}})
    assert isinstance(first, Skipped)
    assert (first.reason, first.locator) == ("not_a_review", "record 1")
    assert "im:rating" in first.detail
    assert isinstance(second, Message)
    assert (second.text, second.score, second.external_id) == ("Se cierra al pagar", 1.0, "123")


def test_amazon_tells_time_in_milliseconds(tmp_path: Path) -> None:
    review = {
        "rating": 2.0, "title": "Se dañó", "text": "Dejó de prender a la semana", "asin": "B01",
        "user_id": "AE1", "timestamp": 1772619072123, "helpful_vote": 0, "verified_purchase": True,
    }  # fmt: skip
    (message,) = read(tmp_path, [review])
    assert isinstance(message, Message)
    assert message.created_at == datetime(2026, 3, 4, 10, 11, 12, 123000, tzinfo=UTC)
    assert (message.score, message.title) == (2.0, "Se dañó")


def test_trustpilot_keeps_the_companys_reply_apart(tmp_path: Path) -> None:
    review = {
        "id": "66a", "stars": 1, "title": "Pésimo", "text": "Nunca llegó mi pedido",
        "language": "es", "createdAt": "2026-03-04T10:11:12Z",
        "consumer": {"displayName": "Ana G"}, "companyReply": {"text": "Hola, Ana, lo sentimos"},
    }  # fmt: skip
    (message,) = read(tmp_path, {"reviews": [review]})
    assert isinstance(message, Message)
    assert (message.external_id, message.author, message.score) == ("66a", "Ana G", 1.0)
    assert message.context == "Hola, Ana, lo sentimos"


def test_tripadvisor_and_yelp(tmp_path: Path) -> None:
    place = {"id": 7, "lang": "es", "published_date": "2026-03-04T10:11:12-05:00", "rating": 4,
             "title": "Muy lindo", "text": "Volvería siempre", "trip_type": "Family"}  # fmt: skip
    (message,) = read(tmp_path, [place])
    assert isinstance(message, Message)
    assert (message.external_id, message.score, message.title) == ("7", 4.0, "Muy lindo")
    shop = {"review_id": "x9", "user_id": "u", "business_id": "b", "stars": 3.0,
            "text": "Regular el servicio", "date": "2026-03-04 10:11:12"}  # fmt: skip
    (message,) = read(tmp_path, [shop])
    assert isinstance(message, Message)
    assert (message.external_id, message.score) == ("x9", 3.0)
    assert message.created_at == datetime(2026, 3, 4, 10, 11, 12)


@pytest.mark.parametrize(
    ("cells", "scores"),
    [
        (["4 de 5", "2 de 5"], [4.0, 2.0]),
        (["4/5", "1/5"], [4.0, 1.0]),
        (["★★★★☆", "★☆☆☆☆"], [4.0, 1.0]),
        (["4,0 estrellas", "1 estrella"], [4.0, 1.0]),
        (["4.5 ★", "2 ★"], [4.5, 2.0]),
        (["4 estrellas de 5", "1 estrellas de 5"], [4.0, 1.0]),
        (["FOUR", "ONE", "FIVE", "STAR_RATING_UNSPECIFIED"], [4.0, 1.0, 5.0, None]),
    ],
)
def test_ratings_written_in_any_way_are_normalised_and_kept(
    tmp_path: Path, cells: list[str], scores: list[float | None]
) -> None:
    rows = "".join(f"Texto {n} de la reseña;{cell}\n" for n, cell in enumerate(cells))
    path = tmp_path / "resenas.csv"
    path.write_text(f"Reseña;Estrellas\n{rows}", "utf-8")
    found = [r for r in ReviewSource().read(path, DETECT) if isinstance(r, Message)]
    assert [message.score for message in found] == scores
    assert [message.extra["Estrellas"] for message in found] == cells
