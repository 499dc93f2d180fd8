"""Text encodings of exports: one small rule, streaming, that never loses a character.

The rule: a byte order mark decides; else zero bytes at every other position mean UTF-16; else
strict UTF-8; else Windows-1252, where the five bytes it leaves undefined are read as Latin-1. Bytes
inside words that are accented letters in Mac Roman or in CP850 (DOS) only make it one of those, and
bytes that are such letters in none are told as a doubt. Files glued together from several
encodings are decoded line by line. Mojibake that is already in the text is not repaired here.
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from vocmine.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD_BYTES = 1 << 20
"""How much of a file is looked at to decide its encoding."""
_BLOCK_BYTES = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
# Two Windows-1252 characters in a row can be valid UTF-8 by chance ("SÉ…" reads as "SɅ"), so a
# line of a Windows-1252 file is taken as UTF-8 only when what comes out is ordinary text.
_IMPLAUSIBLE = re.compile("[\x80-\x9f\u0100-\u1fff\u2e80-\uf8ff]")
_LONE_RETURN = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FALLBACK = "vocmine.cp1252"


def _decode_undecodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    rest = error.object[error.start : error.end]
    return "".join(_LEGACY[byte] for byte in rest), error.end


def _legacy_character(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


_LEGACY = [_legacy_character(byte) for byte in range(256)]
codecs.register_error(_FALLBACK, _decode_undecodable)


_LABELS = {
    "cp1252": "Windows-1252",
    "cp850": "CP850",
    "mac-roman": "Mac Roman",
    "utf-16-be": "UTF-16BE",
    "utf-16-le": "UTF-16LE",
    "utf-8": "UTF-8",
}
_ACCENTED = "áéíóúüñçãõâêôàÁÉÍÓÚÜÑÇÃÕÂÊÔÀ"
_LETTERS = {
    codec: frozenset(_ACCENTED.encode(codec, "ignore"))
    for codec in ("cp1252", "mac-roman", "cp850")
}
# A high byte with a letter of ASCII on either side: an apostrophe or a dash is rarely there.
_IN_WORD = re.compile(rb"(?<=[A-Za-z])([\x80-\xff])(?=[A-Za-z])")
_LEAST_IN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file: Python codec `name`, bytes of byte order mark to skip, who decided."""

    name: str
    bom: int = 0
    explicit: bool = False
    doubtful: bool = False
    """Whether bytes inside words are no letters of our languages."""

    @property
    def label(self) -> str:
        """Name for people: `UTF-8`, `UTF-16LE`, `Windows-1252`."""
        return _LABELS.get(self.name, self.name)

    @property
    def wide(self) -> bool:
        """Whether a line end takes more than one byte (UTF-16, UTF-32)."""
        return "\n".encode(self.name) != b"\n"


def find_encoding(head: bytes, *, explicit: str = "") -> Encoding:
    """The encoding of a file from its first bytes, or the one the user asked for.

    Raises:
        UsageError: `explicit` is not the name of a text encoding.
        UnicodeError: `explicit` is UTF-16 or UTF-32 and the bytes cannot be.
    """
    for mark, name in _BOMS:
        if head.startswith(mark) and (not explicit or _codec(explicit).startswith(name[:6])):
            return Encoding(name, len(mark), bool(explicit))
    wide = _utf16_by_zero_bytes(head)
    if explicit:
        return Encoding(_without_mark(_codec(explicit), wide, head), explicit=True)
    if wide:
        return Encoding(wide)
    return Encoding("utf-8") if _mostly_utf8(head) else _one_byte_encoding(head)


def _one_byte_encoding(head: bytes) -> Encoding:
    """Windows-1252, unless the bytes inside words are accented letters of another one only."""
    found = Counter(_IN_WORD.findall(head))
    total = found.total()
    if total < _LEAST_IN_WORDS:
        return Encoding("cp1252")
    shares = {
        codec: sum(count for byte, count in found.items() if byte[0] in letters) / total
        for codec, letters in _LETTERS.items()
    }
    best = max(shares, key=lambda codec: shares[codec])  # the first of equals: Windows-1252
    # ’ of Windows-1252 is í of Mac Roman: English alone (don’t) must not make a file one of a Mac.
    varied = sum(byte[0] in _LETTERS[best] for byte in found) > 1
    if best != "cp1252" and shares[best] >= 0.9 and shares["cp1252"] < 0.5 and varied:
        return Encoding(best)
    apostrophes = found[b"\x92"]
    return Encoding("cp1252", doubtful=shares["cp1252"] + apostrophes / total < 0.7)


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name.strip()).name
        "\n".encode(codec)
        b"\xe1\n".decode(codec, _FALLBACK)  # some, such as idna, are not made for whole lines
    except (LookupError, UnicodeError):
        raise UsageError(
            f"'{name}' is not an encoding.", "Use for example utf-8, latin-1, cp1252 or utf-16."
        ) from None
    # Files said to be Latin-1 are nearly always Windows-1252, which adds “ ” € and …
    return "cp1252" if codec in {"iso8859-1", "cp1252"} else codec.replace("_", "-")


def _without_mark(codec: str, wide: str, head: bytes) -> str:
    """The codec for a file without byte order mark, which Python's `utf-16` would insist on.

    Raises:
        UnicodeError: Every table in UTF-16 or UTF-32 has zero bytes, and these are not such.
    """
    if not codec.startswith(("utf-16", "utf-32")):
        return codec
    if codec.startswith("utf-16") and wide and wide.startswith(codec):
        return wide
    if codec.startswith("utf-32") and b"\0\0\0" in head:
        return codec if codec[-2:] in {"le", "be"} else "utf-32-le"
    raise UnicodeError(f"not in {codec}")


def _utf16_by_zero_bytes(head: bytes) -> str:
    sample = head[: 1 << 16]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd / half > 0.4 and even / half < 0.1:
        return "utf-16-le"
    if even / half > 0.4 and odd / half < 0.1:
        return "utf-16-be"
    return ""


def _mostly_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        sequences = len(_MULTIBYTE.findall(head))
        return sequences > len(_HIGH_BYTES.findall(_MULTIBYTE.sub(b"", head)))
    return True


@dataclass(slots=True)
class TextFile:
    """A file decoded while it streams; counts what it had to mend.

    Args:
        path: The file.
        encoding: How to decode it (see `find_encoding`).
    """

    path: Path
    encoding: Encoding
    mixed: int = field(default=0, init=False)
    """Lines (or blocks) that were not in the encoding of the file."""
    nuls: int = field(default=0, init=False)
    """NUL characters removed."""

    def lines(self) -> Iterator[str]:
        """Every line with its own line end, `\\n`, `\\r\\n` or `\\r`, in file order."""
        self.mixed = self.nuls = 0
        if self.encoding.wide:
            yield from self._wide_lines()
            return
        with self._open() as stream:
            for raw in stream:
                if b"\r" in raw and b"\r" in raw[: -2 if raw.endswith(b"\r\n") else -1]:
                    for part in _LONE_RETURN.findall(raw):
                        yield self._decode(part)
                else:
                    yield self._decode(raw)

    def blocks(self) -> Iterator[str]:
        """The text in blocks of about a million characters, never cut inside a character."""
        self.mixed = self.nuls = 0
        if self.encoding.wide:
            with self._open_wide() as text:
                while block := text.read(_BLOCK_BYTES):
                    yield self._without_nuls(block)
            return
        with self._open() as stream:
            rest = b""
            while block_bytes := stream.read(_BLOCK_BYTES):
                block_bytes = rest + block_bytes
                # An ASCII byte ends any character, so it is a safe place to cut.
                cut = len(block_bytes)
                while cut and block_bytes[cut - 1] >= 0x80:
                    cut -= 1
                rest = block_bytes[cut:]
                yield self._decode(block_bytes[:cut])
            if rest:
                yield self._decode(rest)

    def warnings(self) -> list[str]:
        """Sentences about what was mended so far."""
        found = []
        if self.encoding.doubtful:
            found.append(
                f"The encoding of {self.path.name} is not sure; it is read as "
                f"{self.encoding.label}. If accents look wrong, name it with --encoding, for "
                "example mac-roman or cp850."
            )
        if self.mixed:
            found.append(
                f"{self.path.name} mixes encodings; lines that were not in "
                f"{self.encoding.label} and were read apart: {self.mixed}."
            )
        if self.nuls:
            found.append(f"NUL characters removed from {self.path.name}: {self.nuls}.")
        return found

    def _open(self) -> IO[bytes]:
        try:
            stream = self.path.open("rb", buffering=_BLOCK_BYTES)
        except OSError as error:
            raise cannot_open(self.path, error) from None
        stream.seek(self.encoding.bom)
        return stream

    def _open_wide(self) -> IO[str]:
        return io.TextIOWrapper(
            self._open(),
            encoding=self.encoding.name,
            errors="replace",
            newline="",
        )

    def _wide_lines(self) -> Iterator[str]:
        with self._open_wide() as text:
            for line in text:
                yield self._without_nuls(line)

    def _without_nuls(self, text: str) -> str:
        if "\0" in text:
            self.nuls += text.count("\0")
            text = text.replace("\0", "")
        return text

    def _decode(self, raw: bytes) -> str:
        if raw.isascii():
            return self._without_nuls(raw.decode("ascii"))
        if self.encoding.name == "cp1252" and not self.encoding.explicit:
            return self._without_nuls(self._decode_legacy(raw))
        try:
            return self._without_nuls(raw.decode(self.encoding.name))
        except UnicodeDecodeError:
            if self.encoding.name != "cp1252":
                self.mixed += 1
            return self._without_nuls(raw.decode(self.encoding.name, _FALLBACK))

    def _decode_legacy(self, raw: bytes) -> str:
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("cp1252", _FALLBACK)
        if _IMPLAUSIBLE.search(text):
            return raw.decode("cp1252", _FALLBACK)
        self.mixed += 1
        return text


def read_head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file.

    Raises:
        SourceError: The file is missing or cannot be opened.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise cannot_open(path, error) from None


def cannot_open(path: Path, error: OSError) -> SourceError:
    """The error for a file that is missing or closed to us."""
    if isinstance(error, FileNotFoundError):
        return SourceError(f"There is no file {path}.", "Check the path and its spelling.")
    if isinstance(error, IsADirectoryError):
        return SourceError(f"{path} is a folder.", "Name a file inside it.")
    reason = error.strerror or type(error).__name__
    return SourceError(f"{path} cannot be opened: {reason}.", "Check its permissions.")
