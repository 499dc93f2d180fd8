"""Real samples of vendors, read right: their folder is named by VOCMINE_FORMATS."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from vocmine.errors import SourceError
from vocmine.message import Message, Skipped
from vocmine.plugin import ReadOptions
from vocmine_tickets.source import TicketSource

FORMATS = os.environ.get("VOCMINE_FORMATS", "")
pytestmark = pytest.mark.skipif(
    not FORMATS or not Path(FORMATS).is_dir(), reason="VOCMINE_FORMATS names no folder of samples"
)
WITHOUT_WORDS = (
    "zendesk/seed_ticket_field_history_data.csv",
    "zendesk/seed_ticket_tag_data.csv",
    "zendesk/seed_user_data.csv",
    "servicenow/warehouse_incident.csv",
)


@pytest.mark.parametrize(
    ("name", "vendor", "counts", "first", "created_at"),
    [
        (
            "zendesk/seed_ticket_data.csv", "Zendesk (tickets)", {"message": 8, "deleted": 2},
            ("16988", "description1"), datetime(2020, 12, 22, 0, 19, 23),
        ),
        (
            "zendesk/seed_ticket_comment_data.csv", "Zendesk (table ticket_comment)",
            {"message": 20}, ("1030820361033", "body1"), datetime(2020, 2, 11, 7, 49, 14),
        ),
        (
            "jira/warehouse_issue.csv", "Jira (table issue)", {"message": 4},
            ("TP-8", "Yes, this is an issue to test permissions"),
            datetime(2020, 4, 1, 8, 33, 58),
        ),
        (
            "jira/warehouse_comment.csv", "Jira (table comment)", {"message": 5},
            ("10001", "Hello"), datetime(2020, 11, 10, 19, 19, 41, 224000),
        ),
        (
            "intercom/warehouse_conversation.csv", "Intercom (table conversation)",
            {"message": 2, "superseded": 7}, ("156643300001311", "Wwv4V+vvEudRW0Hi5bSkeQ=="),
            datetime(2020, 10, 28, 23, 59, 37),
        ),
        (
            "intercom/warehouse_conversation_part.csv", "Intercom (table conversation_part)",
            {"no_customer_text": 9}, None, None,
        ),
        (
            "hubspot/warehouse_ticket.csv", "HubSpot (table ticket)", {"message": 25},
            ("307034542", "391aefc69771e45194f258b9213d4483"), datetime(2021, 2, 16, 20, 31, 5),
        ),
        (
            "servicenow/warehouse_task.csv", "ServiceNow (table task)", {"message": 1},
            ("CHG0000002", "Special description here"), datetime(2021, 4, 28, 22, 40, 25),
        ),
    ],
)  # fmt: skip
def test_tables_of_a_warehouse_are_known_and_read(
    name: str,
    vendor: str,
    counts: dict[str, int],
    first: tuple[str, str] | None,
    created_at: datetime | None,
) -> None:
    path = Path(FORMATS, name)
    source = TicketSource()
    assert source.detect(path, ReadOptions()).details["vendor"] == vendor
    records = list(source.read(path, ReadOptions()))
    assert counts == Counter(
        record.reason if isinstance(record, Skipped) else type(record).__name__.lower()
        for record in records
    )
    messages = [record for record in records if isinstance(record, Message)]
    if first:
        assert (messages[0].external_id, messages[0].text) == first
        assert messages[0].created_at == created_at


@pytest.mark.parametrize("name", WITHOUT_WORDS)
def test_tables_without_words_say_where_the_words_are(name: str) -> None:
    path = Path(FORMATS, name)
    found = TicketSource().detect(path, ReadOptions())
    assert found.score < 0.5
    assert any("they are in" in warning for warning in found.warnings)
    with pytest.raises(SourceError, match="they are in"):
        list(TicketSource().read(path, ReadOptions()))
