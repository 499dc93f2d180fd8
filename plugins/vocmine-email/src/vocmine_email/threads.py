"""Which messages belong to one conversation, told while they stream past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine_email import headers

if TYPE_CHECKING:
    from vocmine_email.mime import Part

MAX_REMEMBERED = 2_000_000
"""Messages whose thread is remembered: some 100 bytes each, and no words of any."""


class Threads:
    """Names each message's thread after the Message-ID of its first message.

    `References` begins with that identifier. A mail that only says what it answers takes the
    thread of that message, if it has passed; of a Gmail export all mail with one X-GM-THRID goes
    with the first that passed.
    """

    def __init__(self) -> None:
        self._root_of: dict[int, str] = {}

    def root(self, message: Part, external_id: str) -> str:
        """The identifier of the thread, empty when the message names none and has none."""
        ancestors = headers.identifiers(message["references"]).split(" ", 1)[0]
        parent = headers.identifier(message["in-reply-to"])
        # What replaces a lost identifier in References says nothing about the thread.
        oldest = ancestors or (parent if "@" in parent else "")
        root = self._known(oldest) or self._known(parent) or oldest or external_id
        gmail = (message["x-gm-thrid"] or "").strip()
        if gmail:
            root = self._remember(f"gmail {gmail[:40]}", root) or root
        if external_id and root != external_id:
            self._remember(external_id, root)
        return root

    def _known(self, identifier: str) -> str:
        return self._root_of.get(hash(identifier), "") if identifier else ""

    def _remember(self, identifier: str, root: str) -> str:
        """Keep the root of an identifier, unless one is known; the one that is kept."""
        if len(self._root_of) >= MAX_REMEMBERED:
            return self._root_of.get(hash(identifier), "")
        return self._root_of.setdefault(hash(identifier), root)
