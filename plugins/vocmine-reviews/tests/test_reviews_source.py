"""The source `reviews`: platforms it knows, and how it shares files with `tickets`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from vocmine.errors import SourceError, UsageError
from vocmine.message import Message, Record, Skipped
from vocmine.plugin import Detection, ReadOptions, Source
from vocmine_reviews.source import ReviewSource
from vocmine_tickets.source import TicketSource

DETECT = ReadOptions()


def export(
    folder: Path, content: str, *, name: str = "export.csv", encoding: str = "utf-8"
) -> Path:
    path = folder / name
    path.write_bytes(content.encode(encoding))
    return path


def detect(path: Path) -> Detection:
    return ReviewSource().detect(path, DETECT)


def read(path: Path) -> list[Record]:
    return list(ReviewSource().read(path, DETECT))


def messages(path: Path) -> list[Message]:
    return [record for record in read(path) if isinstance(record, Message)]


def test_it_is_a_source() -> None:
    assert isinstance(ReviewSource(), Source)


# Platforms

GOOGLE_PLAY = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
    "Review Submit Date and Time,Review Submit Millis Since Epoch,"
    "Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,"
    "Review Title,Review Text,Developer Reply Date and Time,"
    "Developer Reply Millis Since Epoch,Developer Reply Text,Review Link\n"
    "com.example.app,10,1.0,es,a32,2026-09-10T10:00:00Z,1789034400000,2026-09-11T10:00:00Z,"
    '1789120800000,1,,"Se cierra sola, ¡pésima! 😡",2026-09-12T10:00:00Z,1789207200000,'
    "Hola Ana,https://play.google.com/apps/publish?account=1#ReviewDetailsPlace:p="
    "com.example.app&reviewId=gp:AOqpTOEabc\n"
    "com.example.app,10,1.0,es,a32,2026-09-10T11:00:00Z,1789038000000,2026-09-10T11:00:00Z,"
    "1789038000000,5,,,,,,http://play.google.com/apps/publish?reviewId=gp:AOqpTOExyz\n"
    "com.example.app,10,1.0,es,a32,2026-09-10T12:00:00Z,1789041600000,2026-09-10T12:00:00Z,"
    "1789041600000,4,Buena app,,,,,\n"
)


def test_google_play_console_in_utf16(tmp_path: Path) -> None:
    path = export(tmp_path, GOOGLE_PLAY, encoding="utf-16")
    found = detect(path)
    assert (found.score, found.format) == (0.95, 'CSV "," UTF-16LE')
    first, rating_only, titled = read(path)
    assert isinstance(first, Message)
    assert first.text == "Se cierra sola, ¡pésima! 😡"
    assert first.external_id == "gp:AOqpTOEabc"
    assert first.created_at == datetime(2026, 9, 10, 10, tzinfo=UTC)
    assert first.score == 1.0
    assert first.context == "Hola Ana"
    assert first.extra["Reviewer Language"] == "es"
    assert rating_only == Skipped("rating_only", "row 3", "gp:AOqpTOExyz", "rating 5")
    assert isinstance(titled, Message)
    assert (titled.text, titled.external_id) == ("Buena app", "")


def test_app_store_connect(tmp_path: Path) -> None:
    document = {
        "data": [
            {
                "type": "customerReviews",
                "id": "0001-a",
                "attributes": {
                    "rating": 2,
                    "title": "Mala",
                    "body": "Se traba al pagar",
                    "reviewerNickname": "anagil",
                    "createdDate": "2026-03-04T10:11:12-05:00",
                    "territory": "COL",
                },
                "relationships": {"response": {"links": {"self": "https://example.com"}}},
            }
        ],
        "links": {"next": None},
    }
    path = export(tmp_path, json.dumps(document), name="reviews.json")
    assert detect(path).score == 0.95
    (message,) = messages(path)
    assert (message.text, message.title) == ("Se traba al pagar", "Mala")
    assert (message.external_id, message.author) == ("0001-a", "anagil")
    assert (message.country, message.score) == ("CO", 2.0)


def test_the_app_store_feed(tmp_path: Path) -> None:
    entry = {
        "id": {"label": "123"},
        "updated": {"label": "2026-03-04T10:11:12-07:00"},
        "author": {"name": {"label": "anagil"}, "uri": {"label": "https://example.com"}},
        "im:rating": {"label": "5"},
        "im:version": {"label": "1.0"},
        "title": {"label": "Genial"},
        "content": {"label": "Me encanta", "attributes": {"type": "text"}},
        "link": {"attributes": {"rel": "related"}},
    }
    document = {"feed": {"author": {"name": {"label": "iTunes"}}, "entry": [entry]}}
    path = export(tmp_path, json.dumps(document), name="feed.json")
    assert detect(path).score == 0.95
    (message,) = messages(path)
    assert (message.text, message.title, message.external_id) == ("Me encanta", "Genial", "123")
    assert (message.score, message.author) == (5.0, "anagil")


def test_google_business_profile(tmp_path: Path) -> None:
    def review(number: int, **more: Any) -> dict[str, Any]:
        return {
            "name": f"accounts/1/locations/1/reviews/r{number}",
            "reviewId": f"r{number}",
            "reviewer": {"displayName": "Ana", "isAnonymous": False},
            "starRating": "FOUR",
            "createTime": "2026-03-04T10:11:12.123456789Z",
            **more,
        }

    document = {
        "reviews": [
            review(1, comment="Buena atención", reviewReply={"comment": "¡Gracias, Ana!"}),
            review(2),
        ],
        "averageRating": 4.0,
        "totalReviewCount": 2,
    }
    path = export(tmp_path, json.dumps(document), name="reviews.json")
    assert detect(path).score == 0.95
    first, second = read(path)
    assert isinstance(first, Message)
    assert (first.text, first.score, first.external_id) == ("Buena atención", 4.0, "r1")
    assert first.context == "¡Gracias, Ana!"
    assert second == Skipped("rating_only", "record 2", "r2", "rating FOUR")


def test_mercado_libre(tmp_path: Path) -> None:
    review = {
        "id": 77,
        "reviewable_object": {"id": "MLM1", "type": "product"},
        "date_created": "2026-03-04T10:11:12Z",
        "status": "published",
        "title": "Se rompió",
        "content": "A la semana se rompió el cierre",
        "rate": 1,
        "likes": 3,
        "dislikes": 0,
        "reviewer_id": 5,
    }
    document = {"paging": {"total": 1}, "reviews": [review], "rating_average": 1.0}
    path = export(tmp_path, json.dumps(document), name="reviews.json")
    assert detect(path).score == 0.95
    (message,) = messages(path)
    assert (message.text, message.score) == ("A la semana se rompió el cierre", 1.0)
    assert (message.external_id, message.title) == ("77", "Se rompió")
    assert message.created_at == datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)


def test_a_workbook_of_a_shop(tmp_path: Path) -> None:
    path = tmp_path / "resenas.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Reseñas")
        rows = [
            ["Id", "Fecha", "Producto", "Estrellas", "Título", "Reseña"],
            [1, "04/03/2026", "Licuadora", 2, "Ruidosa", "Hace demasiado ruido"],
            [2, "05/03/2026", "Sartén", 5, "", ""],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert detect(path).score == 0.8
    first, second = read(path)
    assert isinstance(first, Message)
    assert first.extra == {"Producto": "Licuadora", "Estrellas": "2"}
    assert isinstance(second, Skipped)
    assert second.reason == "rating_only"


# Sharing with tickets


@pytest.mark.parametrize(
    ("content", "winner"),
    [
        (GOOGLE_PLAY, "reviews"),
        ("id,texto,estrellas\n1,No llegó el pedido,1\n", "reviews"),
        ("fecha,Reseña\n04/03/2026,No llegó el pedido\n", "reviews"),
        ("Comentario;Calificación\nNo llegó;2\n", "reviews"),
        ("Radicado;Estado;Descripción\n1;Abierto;No llegó\n", "tickets"),
        ("Radicado;Estado;Descripción;Satisfacción\n1;Abierto;No llegó;4\n", "tickets"),
        ("id,texto\n1,No llegó el pedido\n", "tickets"),
        ("tweet,autor\nNo llegó el pedido,ana\n", "tickets"),
        ('{"id": "a", "text": "No llegó"}\n{"id": "b", "text": "Bien"}\n', "tickets"),
    ],
)
def test_exactly_one_source_wins_clearly(tmp_path: Path, content: str, winner: str) -> None:
    path = export(tmp_path, content)
    scores = {"reviews": detect(path).score, "tickets": TicketSource().detect(path, DETECT).score}
    best, other = sorted(scores, key=lambda name: -scores[name])
    assert best == winner
    assert scores[best] - scores[other] >= 0.05


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n", b"mes,total\n1,2\n", b"From a@b.co 2026\nFrom: x\nTo: y\n"],
)
def test_what_is_not_a_review_scores_nothing_and_raises_nothing(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    found = detect(path)
    assert found.score == 0.0
    assert found.reason


def test_a_folder_or_a_missing_file_scores_nothing(tmp_path: Path) -> None:
    assert detect(tmp_path).score == 0.0
    assert detect(tmp_path / "no.csv").score == 0.0


def test_a_wrong_option_is_still_a_wrong_use(tmp_path: Path) -> None:
    path = export(tmp_path, "id,texto,estrellas\n1,No llegó,1\n")
    with pytest.raises(UsageError):
        ReviewSource().detect(path, ReadOptions(mapping={"text": "z"}))


def test_a_table_of_ratings_without_text_names_its_columns(tmp_path: Path) -> None:
    path = export(tmp_path, "id,estrellas\n1,5\n2,4\n")
    assert detect(path).score == 0.0
    with pytest.raises(SourceError, match="columns are: id, estrellas"):
        read(path)


@pytest.mark.parametrize(
    ("cells", "scores"),
    [
        (["1", "5", "3"], [1.0, 5.0, 3.0]),
        (["0", "10", "5"], [1.0, 5.0, 3.0]),
        (["FIVE", "ONE", "THREE"], [5.0, 1.0, 3.0]),
        (["5 estrellas", "1 estrella", "3,5"], [5.0, 1.0, 3.5]),
    ],
)
def test_ratings_are_normalised_and_the_original_is_kept(
    tmp_path: Path, cells: list[str], scores: list[float]
) -> None:
    rows = "".join(f"texto {n} de la reseña;{cell}\n" for n, cell in enumerate(cells))
    found = messages(export(tmp_path, f"Reseña;Puntuación\n{rows}"))
    assert [message.score for message in found] == scores
    assert [message.extra["Puntuación"] for message in found] == cells
