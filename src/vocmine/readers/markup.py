"""HTML as plain text that follows the conventions of plain-text mail.

Block elements become lines, quoted replies (`<blockquote type="cite">`) become lines that start
with `> `, and a signature block starts with `-- `, so that rules for plain-text mail serve both
kinds of body. What people write in angle brackets (`<ana@example.com>`, `<PIN>`) stays.
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
# What an opening bracket needs behind it to begin a tag, by the name that follows it.
_PLAIN_TAGS = _word_set(
    "a b big blockquote body br center col colgroup dd div dl dt em font h1 h2 h3 h4 h5 h6 hr html "
    "i img li ol p pre s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul "
    "wbr"
)
_PAIRED_TAGS = _word_set(  # words as well: only with attributes or with an end further on
    "abbr address article aside audio button canvas caption cite code data del details figcaption "
    "fieldset figure footer form head header iframe ins kbd label legend main map mark menu nav "
    "noscript object option picture q samp script section select style summary svg template "
    "textarea time title var video"
)
_EMPTY_TAGS = _word_set("area base embed input link meta param source track")
_SWALLOWING = _PAIRED_TAGS & _DROPPED
_OFFICE_TAG = re.compile(r"/?(?:o|v|w|m|x|st\d|u\d):[a-zA-Z]\w*[\s/>]")
_TAG_NAME = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])")
_TAG_END = re.compile(r"[\s/]*>")
_ATTRIBUTE = re.compile(
    r"(?:\s+(?:hidden|nowrap|border|noshade|compact|disabled|checked|selected|readonly|required))*+"
    r"(?:\s*/?>|\s+[a-zA-Z][\w:.-]{0,60}\s{0,20}=)"
)
_CLOSING_NAME = re.compile(r"</([a-zA-Z][a-zA-Z0-9]{0,20})[\s/>]")
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_LAYOUT_TAG = re.compile(
    r"<(?:p|div|br|tr|td|li|ul|ol|h[1-6]|table|pre|blockquote|hr)\b", re.IGNORECASE
)
_MAX_DEPTH = 3000
_MANY_TAGS = 6000
_MAX_CHARS = 8_000_000


def html_to_text(markup: str) -> str:
    """Readable text of an HTML body; never fails.

    Scripts, styles, hidden elements and images are dropped, entities decoded, runs of white
    space collapsed as a browser does (kept inside `<pre>`). Angle brackets that begin no tag of
    HTML are text.
    """
    markup = _only_tags(markup[:_MAX_CHARS])
    # The parser is quadratic in the depth of unclosed elements: no mail program nests that deep.
    if markup.count("<") > _MANY_TAGS and _depth(markup) > _MAX_DEPTH:
        return _without_tags(markup)
    body = LexborHTMLParser(markup).body
    return _render(body) if body is not None else ""


def cell_words(cell: str) -> str:
    """The words of a cell that may hold HTML, without blank edges.

    A cell without markup is left as it is; the lines of one that has no tags for lines are kept.
    """
    if not has_markup(cell):
        return cell.strip()
    if not _LAYOUT_TAG.search(cell):
        cell = cell.replace("\r\n", "\n").replace("\n", "<br>")
    return re.sub(" {2,}", " ", html_to_text(cell)).strip()


def has_markup(text: str) -> bool:
    """Whether there is a tag of HTML or an entity in a text; `<3`, `a < b` and `<PIN>` are none."""
    if _ENTITY.search(text):
        return True
    return "<" in text and _only_tags(text).count("<") > 0


def _only_tags(markup: str) -> str:
    """The markup with every `<` that begins no tag written `&lt;`.

    A parser takes what follows any `<` and a letter for a tag and drops it up to the next `>`, and
    everything up to the end after a comment or a `<script>` that is never closed.
    """
    first, *pieces = markup.split("<")
    if not pieces:
        return markup
    last = {match[1].lower(): match.start() for match in _CLOSING_NAME.finditer(markup)}
    last["!--"] = markup.rfind("-->")
    kept = [first]
    at = len(first)
    for piece in pieces:
        kept.append("<" if _begins_tag(piece, at, last) else "&lt;")
        kept.append(piece)
        at += 1 + len(piece)
    return "".join(kept)


def _begins_tag(piece: str, at: int, last: dict[str, int]) -> bool:
    """Whether a `<` at a position begins a tag, with what follows it up to the next `<`.

    Args:
        piece: What follows.
        at: The position of the `<`.
        last: Name of an element to the position of the last of its closing tags.
    """
    if piece.startswith("!--"):
        return last["!--"] > at
    if piece[:8].lower() == "!doctype" or piece.startswith("![") or piece[:4].lower() == "?xml":
        return ">" in piece
    named = _TAG_NAME.match(piece)
    if named is None:
        return _OFFICE_TAG.match(piece) is not None
    name, rest = named[2].lower(), named.end()
    if name not in _PLAIN_TAGS and name not in _PAIRED_TAGS and name not in _EMPTY_TAGS:
        return False
    if named[1]:
        return _TAG_END.match(piece, rest) is not None
    bare = _TAG_END.match(piece, rest) is not None
    closed = last.get(name, -1) > at
    if name in _SWALLOWING and not closed:
        return False
    if bare:
        return name in _PLAIN_TAGS or closed
    return _ATTRIBUTE.match(piece, rest) is not None


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
