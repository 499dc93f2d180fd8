"""The customer's side of a mailbox: which mail the company itself wrote.

The mailbox says whose it is in Delivered-To. A mail from there to somebody outside is the
company's turn. Everything else stays: contact forms send customers' words from the company's own
address to itself, students and employees write to their own institution, and on gmail.com
everybody is a neighbour.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vocmine_email import headers
from vocmine_email.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vocmine_email.mime import Part

_DELIVERED = re.compile(
    rb"(?im)^(?:delivered-to|x-original-to|x-delivered-to|envelope-to):[ \t]*<?([^\s<>@]{1,100}"
    rb"@[\w.-]{1,100})"
)
_HEAD_BYTES = 2**14
_LEAST_SHARE = 0.1
"""An address seen on fewer of the messages is another's: mail that came forwarded."""
_SHARED_NAMES = word_set(
    "gmail googlemail hotmail outlook live msn passport yahoo ymail rocketmail icloud me mac aol "
    "proton protonmail pm zoho gmx mail yandex fastmail hey tuta tutanota terra uol bol ig globo "
    "globomail r7 oi zipmail une etb telmex prodigy fibertel speedy arnet ciudad cantv adinet vtr "
    "entel movistar claro"
)
_SECOND_LEVEL = word_set("com net org gov gob edu co ac mil")


@dataclass(frozen=True, slots=True)
class Company:
    """Addresses and domains of the company, and whether the user named them.

    Args:
        addresses: Whole addresses, lower case.
        domains: Domains, lower case; their subdomains belong to them.
        given: Whether they come from the user: then what they answer among themselves is the
            company's too.
    """

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    given: bool = False

    @classmethod
    def named(cls, names: str) -> Company:
        """From what a user writes: `banco.example, asesor@otro.example`."""
        words = [word.strip("<>@").lower() for word in re.split(r"[\s,;]+", names) if word]
        return cls(
            frozenset(word for word in words if "@" in word),
            frozenset(word for word in words if "@" not in word),
            given=True,
        )

    @classmethod
    def of_mailbox(cls, heads: Iterable[bytes]) -> Company:
        """From where the messages of a mailbox were delivered.

        Args:
            heads: First bytes of some messages.
        """
        seen: Counter[str] = Counter()
        for head in heads:
            found = _DELIVERED.search(_header_block(head[:_HEAD_BYTES]))
            if found:  # the first one: those below tell where it was before it was forwarded
                seen[found[1].decode("ascii", "replace").lower()] += 1
        least = sum(seen.values()) * _LEAST_SHARE
        addresses = [address for address, count in seen.items() if count >= least]
        domains = {address.rpartition("@")[2] for address in addresses}
        return cls(
            frozenset(addresses), frozenset(domain for domain in domains if not is_shared(domain))
        )

    def owns(self, address: str) -> bool:
        """Whether an address is the company's."""
        address = address.lower()
        if address in self.addresses:
            return True
        domain = address.rpartition("@")[2]
        return any(domain == own or domain.endswith("." + own) for own in self.domains)

    def of_mail(self, message: Part, address: str) -> Company:
        """This company; when none is known, the one whose domain a mail does not leave."""
        if self.addresses or self.domains:
            return self
        domain = address.lower().rpartition("@")[2]
        found = {other.lower().rpartition("@")[2] for other in _recipients(message)}
        inside = domain and found == {domain} and not is_shared(domain)
        return Company(domains=frozenset({domain})) if inside else self

    def answers_outside(self, message: Part) -> bool:
        """Whether answers go to somebody else: a web form's go to the customer who filled it in."""
        replies = headers.addresses(message["reply-to"])
        return any(not self.owns(found) for _, found in replies if found)

    def wrote(self, message: Part, address: str, *, answers: bool) -> bool:
        """Whether a mail is the company's turn.

        Args:
            message: Its headers.
            address: The sender's.
            answers: Whether an earlier mail is below it: what the company sends to itself without
                one may be a form that a customer filled in.
        """
        if not address or not self.owns(address) or self.answers_outside(message):
            return False
        recipients = _recipients(message)
        if not recipients:
            return self.given
        return any(not self.owns(found) for found in recipients) or (self.given and answers)

    def __str__(self) -> str:
        others = (a for a in self.addresses if a.rpartition("@")[2] not in self.domains)
        return ", ".join([*sorted(self.domains), *sorted(others)])


def _recipients(message: Part) -> list[str]:
    return [
        found
        for name in ("to", "cc")
        for _, found in headers.addresses(message[name])
        if "@" in found
    ]


def is_shared(domain: str) -> bool:
    """Whether anybody can have an address of a domain, as of gmail.com or yahoo.com.mx."""
    labels = [label for label in domain.lower().split(".") if label]
    while len(labels) > 1 and (len(labels[-1]) == 2 or labels[-1] in _SECOND_LEVEL):
        labels.pop()
    return bool(labels) and labels[-1] in _SHARED_NAMES


def _header_block(head: bytes) -> bytes:
    end = min((at for at in (head.find(b"\n\n"), head.find(b"\n\r\n")) if at >= 0), default=-1)
    return head if end < 0 else head[: end + 1]
