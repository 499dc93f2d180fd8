"""The example exports are what `examples/README.md` says, and can be made again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from vocmine.message import Message, Record
from vocmine.plugin import ReadOptions
from vocmine_reviews.source import ReviewSource
from vocmine_tickets.source import TicketSource

EXAMPLES = Path(__file__).parents[1] / "examples"
BANK = EXAMPLES / "banco_pqrs.csv"
SHOP = EXAMPLES / "resenas_tienda.xlsx"
MAILBOX = EXAMPLES / "buzon_soporte.mbox"


@pytest.fixture(scope="module")
def bank() -> list[Record]:
    return list(TicketSource().read(BANK, ReadOptions()))


@pytest.fixture(scope="module")
def shop() -> list[Record]:
    return list(ReviewSource().read(SHOP, ReadOptions()))


def messages(records: list[Record]) -> list[Message]:
    return [record for record in records if isinstance(record, Message)]


def test_the_banks_export_is_detected_without_a_doubt() -> None:
    found = TicketSource().detect(BANK, ReadOptions())
    assert found.format == 'CSV ";" Windows-1252'
    assert found.score == 0.9
    assert found.warnings == ()
    assert found.mapping == {
        "text": "Descripción",
        "title": "Asunto",
        "external_id": "Radicado",
        "created_at": "Fecha de radicación",
        "channel": "Canal",
        "country": "País",
    }
    assert ReviewSource().detect(BANK, ReadOptions()).score == 0.0


def test_every_row_of_the_bank_is_a_message_of_2026_told_once(bank: list[Record]) -> None:
    found = messages(bank)
    assert len(found) == len(bank) == 403
    assert len({message.text for message in found}) == 403
    assert len({message.external_id for message in found}) == 403
    dates = [message.created_at for message in found if message.created_at]
    assert len(dates) == 403
    assert datetime(2026, 1, 1) <= min(dates)
    assert max(dates) < datetime(2026, 11, 20)
    assert len({date.month for date in dates}) >= 10
    assert dates == sorted(dates)


def test_the_bank_has_customers_in_several_countries_and_channels(bank: list[Record]) -> None:
    countries = Counter(message.country for message in messages(bank))
    assert countries.most_common(1)[0][0] == "CO"
    assert "" not in countries
    assert len({message.channel for message in messages(bank)}) == 8


def test_the_shops_workbook_has_stars_and_a_dozen_ratings_without_words(
    shop: list[Record],
) -> None:
    kinds = Counter(getattr(record, "reason", "message") for record in shop)
    assert kinds == {"message": 219, "rating_only": 12}
    assert {message.score for message in messages(shop)} == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert all(message.created_at and message.extra["Producto"] for message in messages(shop))


def test_the_mailbox_is_left_to_the_source_of_mail() -> None:
    assert TicketSource().detect(MAILBOX, ReadOptions()).score == 0.0
    content = MAILBOX.read_bytes()
    assert len(re.findall(rb"(?m)^From \S+ \w{3} ", content)) == 120
    assert content.count(b"Auto-Submitted: auto-replied") == 4


def test_every_address_of_the_examples_is_invented() -> None:
    text = BANK.read_text("latin-1") + MAILBOX.read_text("ascii")
    # A line that ends in "=" goes on in the next one.
    addresses = re.findall(r"[\w.-]+@[\w-]+(?:\.[\w-]+)+", text.replace("=\n", ""))
    assert addresses
    assert not [address for address in addresses if not address.endswith(".example")]


@pytest.mark.skipif(
    not (os.environ.get("VOCMINE_DATA") and Path(os.environ["VOCMINE_DATA"], "corpus").is_dir()),
    reason="VOCMINE_DATA does not name a folder with the corpus",
)
def test_the_examples_are_made_again_from_the_corpus(tmp_path: Path, shop: list[Record]) -> None:
    corpus = Path(os.environ["VOCMINE_DATA"], "corpus")
    script = EXAMPLES / "make_examples.py"
    command = [sys.executable, str(script), "--data", str(corpus), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    for example in (BANK, MAILBOX):
        assert (tmp_path / example.name).read_bytes() == example.read_bytes(), example.name
    # The container's bytes depend on the version of the library that writes workbooks.
    assert list(ReviewSource().read(tmp_path / SHOP.name, ReadOptions())) == shop
