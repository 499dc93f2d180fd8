"""The words that `vocmine.spelling` takes for right, and repairs others towards."""

from __future__ import annotations

import gzip
import itertools
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from encoder_vocabulary import LANGUAGES, corpus_texts
from heads_data import OWN_CORPUS

from vocmine.spelling import LEAST_LETTERS

if TYPE_CHECKING:
    from pathlib import Path

_MOST = {"es": 80_000, "pt": 25_000, "en": 15_000}
"""Commonest forms of each language."""
_LEAST_TEXTS = 5
"""Own texts that a word must occur in to be one, whatever the dictionaries say: names of brands."""
_OWN = 2.0
_FOREIGN = 1.0
"""What a form of Portuguese or English must be commoner by (tenfold) than one of Spanish."""
_WORD = re.compile(r"[^\W\d_]+")


def words_file(data: Path) -> bytes:
    """Known words as gzipped text: bands of like frequency, the commonest first, each by alphabet.

    A form is known when it is common and in a dictionary: lists of frequent words alone are full
    of slips, dictionaries alone of words that nobody writes and slips resemble.
    """
    bands: defaultdict[int, list[str]] = defaultdict(list)
    for word, frequency in _frequencies(data).items():
        if len(word) >= LEAST_LETTERS:
            bands[int(2 * frequency)].append(word)
    text = "\n\n".join("\n".join(sorted(bands[band])) for band in sorted(bands, reverse=True))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def _frequencies(data: Path) -> dict[str, float]:
    """Logarithm (base ten) of occurrences in a billion words, of each known word."""
    from simplemma import is_known
    from wordfreq import top_n_list, zipf_frequency

    found = dict.fromkeys(_own_words(data), _OWN)
    for language in LANGUAGES:
        common = top_n_list(language, 300_000, wordlist="large")
        right = (word for word in common if word.isalpha() and is_known(word, lang=language))
        less = 0.0 if language == "es" else _FOREIGN
        for word in itertools.islice(right, _MOST[language]):
            frequency = zipf_frequency(word, language, wordlist="large") - less
            found[word] = max(found.get(word, 0.0), frequency)
    return found


def _own_words(data: Path) -> list[str]:
    counts: Counter[str] = Counter()
    folders = ((data / "corpus", "*.jsonl*"), (OWN_CORPUS, "*.jsonl*"), (data / "train", "real*"))
    for folder, names in folders:
        for text in corpus_texts(folder, names):
            counts.update(set(_WORD.findall(text.lower())))
    return [word for word, texts in counts.items() if texts >= _LEAST_TEXTS]
