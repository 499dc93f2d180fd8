"""HTML bodies as plain text that follows the conventions of plain-text mail.

Block elements become lines, quoted replies (`<blockquote type="cite">`) become lines that start
with `> `, and a signature block starts with `-- `, so that rules for plain-text mail serve both
kinds of body.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b\ufeff]")


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _word_set(
    "address article aside blockquote center dd div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr legend li main nav ol p pre section table tbody tfoot thead tr ul"
)
_PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6"])
_DROPPED = _word_set(
    "script style head title noscript template svg object iframe select textarea _comment "
    "-comment !doctype map audio video canvas"
)
_CELLS = frozenset({"td", "th"})
_SIGNATURE_IDS = frozenset({"signature", "x_signature", "ms-outlook-mobile-signature"})
_SIGNATURE_CLASSES = frozenset({"gmail_signature", "moz-signature", "applemailsignature"})
_HIDDEN = re.compile(r"(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)
_WHITESPACE = re.compile(r"[ \t\r\n\f]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BREAKING_TAG = re.compile(r"</?(?:p|div|br|tr|li|h[1-6])\b[^<>]*>", re.IGNORECASE)
_VOID = _word_set("br hr img input meta link area base col embed source track wbr p li td tr")
_MAX_DEPTH = 3000
_MANY_TAGS = 6000
_MAX_CHARS = 8_000_000


def html_to_text(markup: str) -> str:
    """Readable text of an HTML body; never fails.

    Scripts, styles, hidden elements and images are dropped, entities decoded, runs of white
    space collapsed as a browser does (kept inside `<pre>`).
    """
    markup = markup[:_MAX_CHARS]
    # The parser is quadratic in the depth of unclosed elements: no mail program nests that deep.
    if markup.count("<") > _MANY_TAGS and _depth(markup) > _MAX_DEPTH:
        return _without_tags(markup)
    body = LexborHTMLParser(markup).body
    return _render(body) if body is not None else ""


def tidy(text: str) -> str:
    """Newlines as `\\n`, no-break spaces as spaces, without controls and zero-width characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    return _CONTROLS.sub("", text.replace("\xa0", " ").replace("\u202f", " "))


@dataclass(slots=True)
class _Writer:
    """Lines being written: `quote` is how many cited block quotes are open."""

    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    quote: int = 0

    def line(self, *, blank: bool = False) -> None:
        """End the line, if it has begun; `blank` asks for an empty line after it."""
        raw = "".join(self.parts)
        words = raw.strip(" \xa0")
        blank = blank or ("\xa0" in raw and not words)  # <p>&nbsp;</p> is an empty line
        self.parts.clear()
        prefix = "> " * self.quote
        if words:
            self.lines.append(prefix + words)
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(prefix.rstrip())

    def forced(self) -> None:
        """End the line as `<br>` does: an empty one counts, but only one in a row."""
        had_words = any(self.parts)
        self.line(blank=not had_words)

    def write(self, words: str) -> None:
        """Add words to the line, one space between runs of white space."""
        if words[:1] == " " and (not self.parts or self.parts[-1].endswith(" ")):
            words = words[1:]
        if words:
            self.parts.append(words)


def _render(body: LexborNode) -> str:
    writer = _Writer()
    node: LexborNode | None = body.first_child
    depth = 0
    preformatted = 0
    while node is not None:
        tag = node.tag or ""
        child = None
        if tag == "-text":
            _write_text(writer, node.text_content or "", preformatted=preformatted > 0)
        elif tag not in _DROPPED and not _is_hidden(node):
            child = node.first_child
            _open(writer, node, tag)
            if child is None:
                _close(writer, node, tag)
        if child is not None:
            preformatted += tag == "pre"
            node, depth = child, depth + 1
            continue
        while node is not None and node.next is None:
            node, depth = node.parent, depth - 1
            if node is None or depth < 0:
                node = None
                break
            preformatted -= node.tag == "pre"
            _close(writer, node, node.tag or "")
        node = node.next if node is not None else None
    writer.line()
    return tidy("\n".join(writer.lines)).strip("\n")


def _write_text(writer: _Writer, words: str, *, preformatted: bool) -> None:
    if preformatted:
        first, *others = words.replace("\r\n", "\n").split("\n")
        writer.parts.append(first)
        for other in others:
            writer.forced()
            writer.parts.append(other)
        return
    writer.write(_WHITESPACE.sub(" ", words))


def _open(writer: _Writer, node: LexborNode, tag: str) -> None:
    if tag == "br":
        writer.forced()
    elif tag in _BLOCKS:
        writer.line()
        if tag == "li":
            writer.parts.append("- ")
        elif tag == "blockquote" and _is_cited(node):
            writer.quote += 1
        elif _is_signature(node):
            writer.lines.append("> " * writer.quote + "-- ")
    elif tag in _CELLS:
        writer.write(" ")


def _close(writer: _Writer, node: LexborNode, tag: str) -> None:
    if tag not in _BLOCKS:
        return
    # Outlook writes every line as a paragraph without margin.
    writer.line(blank=tag in _PARAGRAPHS and not _classes(node).startswith("mso"))
    if tag == "blockquote" and _is_cited(node):
        writer.quote -= 1


def _is_cited(node: LexborNode) -> bool:
    # A plain <blockquote> is also how Gmail and Outlook indent the customer's own paragraphs.
    cited = (node.attributes.get("type") or "").lower() == "cite"
    return cited or "gmail_quote" in _classes(node)


def _classes(node: LexborNode) -> str:
    return (node.attributes.get("class") or "").lower()


def _is_signature(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    if not _SIGNATURE_CLASSES.isdisjoint(_classes(node).split()):
        return bool(node.text().strip(" \n-"))
    return (attributes.get("id") or "").lower() in _SIGNATURE_IDS and bool(node.text().strip())


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _depth(markup: str) -> int:
    """The deepest nesting of elements that must be closed, at most."""
    deepest = depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() in _VOID:
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
        depth = max(depth, 0)
    return deepest


def _without_tags(markup: str) -> str:
    lines = html.unescape(_ANY_TAG.sub(" ", _BREAKING_TAG.sub("\n", markup))).split("\n")
    return tidy("\n".join(" ".join(line.split()) for line in lines)).strip("\n")
