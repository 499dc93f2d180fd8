"""Which language a message is written in, and whether it says anything in words.

The model is the one that py3langid ships in its own wheel (arrays in an `npz` archive, no pickle).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from vocmine.accents import without_accents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from py3langid.langid import LanguageIdentifier

__all__ = ["OTHER", "SUPPORTED", "declines_to_comment", "has_words", "identify"]

LANGUAGE_VERSION = "1"
"""Changes when the same text could get another language: it is then analysed again."""

SUPPORTED = ("es", "pt", "en")
OTHER = "other"

_CERTAIN = 0.9
"""Probability above which a text is in a language that is not supported."""
_ENOUGH_WORDS = 4
"""Words below which a text in the Latin script is never `other`."""
_DOUBT = 0.6
"""Probability among the supported languages below which a text counts as Spanish."""
_READ = 300
"""Characters of a text that are read: more do not change the answer."""

# What carries no language of the writer: links, addresses, mentions.
_ADDRESSES = re.compile(
    r"(?i)https?:\S*|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|@\w*"
)
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[a-zA-Z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]")
# Small words that only one of the two neighbours has, for texts in doubt.
_SPANISH = re.compile(
    r"(?:el|los|las|y|pero|muy|una|un[oa]s|un|con|del|al|hay|fue|fueron|es[oa]|esto|ya|l[oae]|les|sin|"
    r"ni|mis?|sus?|hace|tienen?|soy|estoy|más|son|es|yo|usted|\w*ñ\w*)$"
)
_PORTUGUESE = re.compile(
    r"(?:n[ãa]o|com|um|uma|d[oa]s?|em|nas?|nem|muit[oa]|meu|minha|seu|sua|você|vcs?|pra|já|é|são|tá|"
    r"tem|foi|isso|ess[ea]|el[ea]|eu|ao|pel[oa]|até|\w*[ãõçêôâà]\w*)$"
)

# Without accents, marks and capitals.
_DECLINING = re.compile(
    r"nada|nothing|ningun[oa]?|nenhuma?"
    r"|(?:sin|sem|ninguna?|nenhuma?|no hay|no tengo|no|without) (?:mas )?(?:comentarios?|comments?"
    r"|observacion(?:es)?|observac(?:ao|oes)|novedad(?:es)?|sugerencias?|sugestao|sugestoes)"
)
_LONGEST_DECLINING = 40


def has_words(text: str) -> bool:
    """Whether the text has a letter outside links, e-mail addresses and @mentions.

    False for empty texts and for those of only emoji, digits, marks or symbols.
    """
    return any(map(str.isalpha, _ADDRESSES.sub(" ", text) if _may_hold_address(text) else text))


def declines_to_comment(text: str) -> bool:
    """Whether the whole text says that there is nothing to say: `Sin comentarios`, `ninguno`.

    Not `no`, which answers a question that the export does not show, and not `nada mal`.
    """
    if len(text) > _LONGEST_DECLINING:
        return False
    plain = without_accents(text.casefold())
    return _DECLINING.fullmatch(" ".join(_WORD.findall(plain))) is not None


def identify(texts: Sequence[str]) -> list[str]:
    """Language of every text: `es`, `pt`, `en` or `other`; safe in several threads.

    A mixture gets the language with most evidence. A text without evidence (empty, a link, `ok`)
    and one that could be any of the three count as Spanish. `other` takes a script other than
    the Latin one, or at least four words and a probability of 0.9 among all the languages
    that py3langid knows: a Spanish message that is refused is a lost complaint.
    """
    model = _model()
    return [_language(text[:_READ], model) for text in texts]


def _may_hold_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text.lower()


def _language(text: str, model: LanguageIdentifier) -> str:
    if _may_hold_address(text):
        text = _ADDRESSES.sub(" ", text)
    words = _WORD.findall(text)
    if not words:
        return "es"
    if not text.isascii():
        letters = "".join(words)
        if 2 * len(_LATIN.findall(letters)) < len(letters):
            return OTHER
    best, probability = model.classify(text)
    if best == "es" or (best in SUPPORTED and probability > _CERTAIN):
        return str(best)
    if best not in SUPPORTED and probability > _CERTAIN and len(words) >= _ENOUGH_WORDS:
        return OTHER
    # Only the few texts in doubt pay for the whole ranking.
    return _supported(words, [rank for rank in model.rank(text) if rank[0] in SUPPORTED])


def _supported(words: Sequence[str], ranks: list[tuple[str, float]]) -> str:
    """The most probable of es, pt and en; in doubt small words decide, and else it is Spanish."""
    best, probability = ranks[0]
    share = probability / (sum(rank[1] for rank in ranks) or 1.0)
    if share > _CERTAIN or best == "en":
        return best if share > _DOUBT else "es"
    low = [word.lower() for word in words]
    spanish = sum(_SPANISH.match(word) is not None for word in low)
    portuguese = sum(_PORTUGUESE.match(word) is not None for word in low)
    if spanish != portuguese:
        return "es" if spanish > portuguese else "pt"
    return best if share > _DOUBT else "es"


@lru_cache(maxsize=1)
def _model() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # With normalised probabilities, and apart from the module's global identifier, which
    # anyone in the process may restrict to other languages.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
