"""The mbox file of `vocmine fetch`: what it holds after runs that were cut off or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vocmine.errors import SourceError
from vocmine_email.fetch import Outcome, copy, prepare
from vocmine_email.imap import Fetched

NAME = "imap://ana@localhost/INBOX"


class Box:
    """A folder of messages, in the order in which the server numbers them from `first` on."""

    def __init__(self, *names: int, first: int = 1, validity: int = 7) -> None:
        self.validity = validity
        self._held = {uid: f"{n}@example.com" for uid, n in enumerate(names, start=first)}

    def uids(self, after: int, since: object) -> Iterator[list[int]]:
        left = [uid for uid in self._held if uid > after]
        yield from ([uid] for uid in left)

    def identifiers(self, uids: list[int]) -> dict[int, str]:
        return {uid: self._held[uid] for uid in uids}

    def messages(self, uids: list[int]) -> Iterator[list[Fetched]]:
        for uid in uids:
            raw = f"Message-ID: <{self._held[uid]}>\nFrom: a@b.co\n\nHola {uid}\n".encode()
            yield [Fetched(uid=uid, arrived=0, raw=raw)]


def fetched(box: Box, target: Path, **options: Any) -> Outcome:
    return copy(box, target, prepare(target, NAME, None), **options)  # type: ignore[arg-type]


def test_a_comparison_that_was_cut_off_goes_on_and_copies_nothing_twice(tmp_path: Path) -> None:
    target = tmp_path / "buzon.mbox"
    fetched(Box(0, 1, 2, 3), target)
    renumbered = Box(4, 0, 5, 1, 6, 2, 3, first=101, validity=8)
    fetched(renumbered, target, limit=1)
    fetched(renumbered, target, limit=1)
    fetched(renumbered, target)
    text = target.read_text("utf-8")
    assert [text.count(f"<{n}@example.com>") for n in range(7)] == [1] * 7
    assert fetched(renumbered, target) == Outcome(0, 0)


def test_a_folder_that_is_not_there_is_no_lost_connection(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be written") as error:
        fetched(Box(0), tmp_path / "nowhere" / "buzon.mbox")
    assert "--to" in error.value.hint
