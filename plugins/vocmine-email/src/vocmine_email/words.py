"""Sets of words, written as people read them."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a string separated by white space."""
    return frozenset(words.split())
