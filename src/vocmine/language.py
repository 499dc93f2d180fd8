"""Which language a message is written in, and whether it says anything in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

__all__ = ["has_words", "identify"]

LANGUAGE_VERSION = "1"
"""Changes when the same text could get another language."""
SUPPORTED = ("es", "pt", "en")
OTHER = "other"

# What carries no language of the writer: links, addresses, mentions.
_ADDRESSES = re.compile(r"(?i)https?:\S*|www\.\S+|\S+@\S+\.\w+|@\w*")


def has_words(text: str) -> bool:
    """Whether the text has a letter outside links, e-mail addresses and @mentions.

    False for empty texts and for those of only emoji, digits, marks or symbols.
    """
    return any(map(str.isalpha, _ADDRESSES.sub(" ", text)))


def identify(texts: Sequence[str]) -> list[str]:
    """Language of every text: `es`, `pt`, `en` or `other`."""
    restricted = _identifier(restricted=True)
    return [restricted.classify(_ADDRESSES.sub(" ", text))[0] for text in texts]


@lru_cache(maxsize=2)
def _identifier(*, restricted: bool) -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if restricted:
        identifier.set_languages(SUPPORTED)
    return identifier
