"""Fixtures wherever vocmine is installed beside pytest; nothing is imported before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vocmine.batch import Batch
    from vocmine.message import Message
    from vocmine.store.database import Store


@pytest.fixture(scope="session")
def vocmine_messages() -> list[Message]:
    """36 messages, 12 each in Spanish, Portuguese and English; ids begin with the language."""
    from vocmine.testing.examples import example_messages

    return example_messages()


@pytest.fixture(scope="session")
def vocmine_batch() -> Batch:
    """Those messages as an analyzer is given them, with segments and vectors of model `voc`."""
    from vocmine.testing.examples import example_batch

    return example_batch()


@pytest.fixture
def vocmine_store(tmp_path: Path) -> Iterator[Store]:
    """An empty store in a file of its own, closed after the test."""
    from vocmine.store.database import Store

    with Store(tmp_path / "vocmine.db") as store:
        yield store
