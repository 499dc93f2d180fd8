"""Small things that every rule about words and lines uses."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a string separated by white space."""
    return frozenset(words.split())


def next_words(lines: list[str], at: int) -> int:
    """The first line from `at` on that is not blank; one past the last when all are."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
