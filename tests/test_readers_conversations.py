"""Conversations: whose turn is whose, their order, and the times that follow from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from vocmine.readers.conversations import Conversation, ConversationReader, Turn
from vocmine.readers.layout_files import parse_layouts
from vocmine.readers.layouts import Turns
from vocmine.readers.markup import cell_words

LISTED = """
list = "comments"
body = ["text", "html"]
html = "html"
time = "at"
author = ["name", "id"]
customer = [{ key = "id", same_as = "requester" }]
bot = [{ key = "kind", is = "bot" }]
private = [{ key = "public", is = "false" }]
closing = [{ key = "kind", is = "close" }]
"""
WRITTEN = """
cells = "Comment"
pattern = '(?s)^(?P<time>[^;]+);(?P<author>[^;]+);(?P<body>.*)$'
opening = ["Description"]
customer = [{ key = "author", same_as = ["Reporter"] }]
"""
AGENT = {"id": "7", "name": "Luis", "public": True}
CUSTOMER = {"id": "9", "public": True}


def turns_of(text: str) -> Turns:
    head = 'name = "X"\nkind = "tickets"\ncolumns = ["a"]\n[turns]\n'
    (layout,) = parse_layouts(head + text, "x.toml", own=False)
    assert layout.turns is not None
    return layout.turns


def listed(*comments: dict[str, Any], requester: str = "9") -> Conversation | None:
    reader = ConversationReader(turns_of(LISTED), ["requester", "comments"])
    return reader.read([requester, json.dumps(comments)], {})


def written(
    *comments: str, description: str = "No carga", beyond: tuple[str, ...] = ()
) -> Conversation | None:
    columns = ["Reporter", "Description", "Comment", "Comment (2)", "Commenter"]
    reader = ConversationReader(turns_of(WRITTEN), columns)
    cells = ["ana", description, *(*comments, "", "")[:2], "otro"]
    return reader.read(cells, {f"column {n}": cell for n, cell in enumerate(beyond, 6)})


def test_the_customers_turns_are_the_text_and_the_others_context() -> None:
    found = listed(
        CUSTOMER | {"text": "No llegó el pedido", "at": "2026-03-04T10:00:00Z"},
        AGENT | {"text": "Lo reviso", "at": "2026-03-04T11:30:00Z"},
        AGENT | {"text": "Pedir guía", "at": "2026-03-04T11:31:00Z", "public": False},
        {"id": "1", "kind": "bot", "text": "Califícanos"},
        CUSTOMER | {"text": "Sigue sin llegar", "at": "2026-03-05T10:00:00Z"},
    )
    assert found is not None
    assert found.text == "No llegó el pedido\n\nSigue sin llegar"
    assert found.context == (
        "[agent Luis, 2026-03-04 11:30] Lo reviso\n\n"
        "[note Luis, 2026-03-04 11:31] Pedir guía\n\n"
        "[bot 1] Califícanos"
    )


def test_turns_are_put_in_the_order_of_their_times() -> None:
    found = listed(
        CUSTOMER | {"text": "después", "at": "2026-03-05T10:00:00Z"},
        CUSTOMER | {"text": "antes", "at": "2026-03-04T10:00:00Z"},
    )
    assert found is not None
    assert found.text == "antes\n\ndespués"


def test_turns_without_a_time_stay_in_the_order_of_the_file() -> None:
    found = listed(
        CUSTOMER | {"text": "uno", "at": "2026-03-05T10:00:00Z"}, CUSTOMER | {"text": "dos"}
    )
    assert found is not None
    assert found.text == "uno\n\ndos"


def test_the_first_key_with_words_is_taken_and_html_becomes_text() -> None:
    found = listed(CUSTOMER | {"text": "", "html": "<p>No lleg&oacute;</p><p>nada</p>"})
    assert found is not None
    assert found.text == "No llegó\n\nnada"


def test_who_opened_a_ticket_that_names_no_requester_is_the_customer() -> None:
    found = listed(
        AGENT | {"text": "Nota", "public": False},
        CUSTOMER | {"text": "No llegó"},
        AGENT | {"text": "Lo reviso"},
        requester="",
    )
    assert found is not None
    assert found.text == "No llegó"


def test_a_conversation_of_the_company_alone_says_so() -> None:
    found = listed(AGENT | {"text": "¿Sigue ahí?"})
    assert found is not None
    assert (found.text, found.by_company) == ("", True)


@pytest.mark.parametrize("cell", ["", "[]", "no es JSON", '{"a": 1}', '["suelto"]', "[" * 99_999])
def test_a_cell_without_turns_is_no_conversation(cell: str) -> None:
    reader = ConversationReader(turns_of(LISTED), ["requester", "comments"])
    assert reader.read(["9", cell], {}) is None


def test_turns_that_do_not_say_who_wrote_them_are_no_conversation() -> None:
    assert listed({"text": "No llegó"}, {"text": "Lo reviso"}) is None


def test_half_characters_in_turns_are_replaced() -> None:
    found = listed(CUSTOMER | {"text": "mal \ud83d"})
    assert found is not None
    assert found.text == "mal \ufffd"


# Turns in cells


def test_turns_in_repeated_columns_follow_the_description() -> None:
    found = written("5/Mar/26 8:00 AM;luis;Revisando; ya", "6/Mar/26 9:00 AM;ana;Gracias\npero no")
    assert found is not None
    assert found.text == "No carga\n\nGracias\npero no"
    assert found.context == "[agent luis, 2026-03-05 08:00] Revisando; ya"


def test_turns_beyond_the_columns_of_the_header_are_read() -> None:
    found = written(beyond=("7/Mar/26 8:00 AM;ana;Sigue igual", "sobrante"))
    assert found is not None
    assert found.text == "No carga\n\nSigue igual"


def test_without_a_description_the_subject_may_still_be_the_customers() -> None:
    found = written("5/Mar/26 8:00 AM;luis;Revisando", description="")
    assert found is not None
    assert (found.text, found.by_company) == ("", False)


def test_a_comment_in_no_known_shape_is_context() -> None:
    found = written("Se habló por teléfono")
    assert found is not None
    assert (found.text, found.context) == ("No carga", "[agent] Se habló por teléfono")


# Times


def at(hour: int) -> datetime:
    return datetime(2026, 3, 4, hour, tzinfo=UTC)


def test_the_first_reply_is_the_first_words_of_an_agent_after_the_customer() -> None:
    said = Conversation([
        Turn("agent", "Hola, ¿le ayudo?", at=at(8)),
        Turn("customer", "No llegó", at=at(9)),
        Turn("bot", "Lo atenderemos pronto", at=at(10)),
        Turn("note", "Pedir guía", at=at(11)),
        Turn("agent", "", at=at(12)),
        Turn("agent", "Lo reviso", at=at(13)),
        Turn("agent", "Ya salió", at=at(14)),
    ])  # fmt: skip
    assert said.first_reply_at() == at(13)
    assert Conversation([Turn("customer", "hola", at=at(9))]).first_reply_at() is None


def test_a_case_is_closed_when_it_was_last_closed_and_nobody_wrote_again() -> None:
    turns = [
        Turn("customer", "No llegó", at=at(9)),
        Turn("agent", "", at=at(10), closes=True),
        Turn("customer", "¡Sigue!", at=at(11)),
    ]
    assert Conversation(turns).closed_at() is None
    assert Conversation([*turns, Turn("agent", "", at=at(12), closes=True)]).closed_at() == at(12)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("<p>Hola</p>", "Hola"),
        ("a &amp; b", "a & b"),
        (" 2 < 3 & 5 > 4\n\nfin ", "2 < 3 & 5 > 4\n\nfin"),
        ("Escribí a <ana@banco.co>\nnada", "Escribí a <ana@banco.co>\nnada"),
        ("<p>Mi clave es <PIN></p>", "Mi clave es <PIN>"),
    ],
)
def test_only_markup_is_read_as_markup(cell: str, words: str) -> None:
    assert cell_words(cell) == words
