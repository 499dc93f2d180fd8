"""What is mended in the messages of one export before they are identified, and counted.

Everything here is learned from the export's own first messages or asked for; what is taken out of a
text is kept (`context` for the words of a form, `extra` for texts as they were).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vocmine.duplicates import is_nobody, normalised
from vocmine.readers.aliases import ALIASES, plain
from vocmine.readers.markup import cell_words, has_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.message import Message

CLEANING = 2
"""Grows when texts are mended otherwise: what an export gave before is then replaced."""
LOOKED_AT = 500
"""Messages of an export that are looked at to learn what it repeats."""
LOOKED_AT_CHARACTERS = 4_000_000
"""Where to stop looking sooner, in an export of long texts."""
LEAST_MESSAGES = 20
"""Of fewer messages nothing is learned."""
FORM_SHARE = 0.5
"""A first or last line that more than half of the messages have is of a form, not of a person."""
HTML_SHARE = 0.2
"""A column with tags in a fifth of its cells is HTML; in fewer, a customer may have typed them."""
_FORM_LINES = 10
_FORM_CHARACTERS = 200
_KEPT = "{} (as exported)"

_RULE = re.compile(r"[-_=*~\s]*")
_GREETING = frozenset(
    """
    hola buenos buenas buen bom boa dia dias tarde tardes noche noches noite hello hi dear estimados
    estimado estimada senores senor senora cordial saludo saludos respetados prezados gracias muchas
    obrigado obrigada atenciosamente atentamente cordialmente thanks thank regards ola doctor
""".split()
)


_TEXT_LABELS = frozenset(ALIASES["text"])
# Labels of who writes and of the record: what is filled in behind them is no complaint.
_IDENTITY = frozenset(
    plain(name)
    for name in """
    nombre|nombres|nombre completo|nombres y apellidos|nombre y apellido|nombre y apellidos
    apellido|apellidos|cedula|cedula de ciudadania|documento|numero de documento
    documento de identidad|tipo de documento|tipo documento|identificacion
    numero de identificacion|tipo de identificacion|nit|telefono|telefono de contacto
    telefono celular|numero de telefono|celular|numero de celular|correo|correo electronico
    e-mail|email|direccion|direccion de residencia|ciudad|departamento|pais|fecha|hora
    fecha y hora|tipo|tipo de solicitud|tipo de pqrs|tipo pqrs|tipo de pqr|canal|radicado
    numero de radicado|no radicado|ip|direccion ip
    nome|nome completo|sobrenome|cpf|cnpj|rg|numero do documento|tipo de documento|telefone
    numero de telefone|endereco|cidade|data|data e hora|tipo de solicitacao|protocolo
    numero de protocolo|endereco ip
    name|full name|first name|last name|surname|id|id number|document|document number
    document type|phone|phone number|telephone|mobile|mobile number|e-mail address|email address
    address|city|state|country|date|time|date and time|type|type of request|request type|channel
    case number|ticket number|ip address
    """.replace("\n", "|").split("|")
    if name.strip()
)
_VALUE_CHARACTERS = 100
"""Longer values of such a label are no name or number: somebody wrote a message there."""
_SENTENCE = frozenset(
    "no me mi que se ya nunca sin pero porque nao nem meu minha sem mas not never my was but"
    " because".split()
)
"""Words of a message and of no name, whatever the label: `Fecha: ayer, y no hubo servicio`."""
_LINE_CHARACTERS = 300


@dataclass(slots=True)
class Mended:
    """How many messages of an export were mended, by what."""

    repaired: int = 0
    html: int = 0
    form: int = 0
    form_lines: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """A sentence for each kind."""
        found = []
        if self.repaired:
            found.append(
                f"garbled accents were mended in {_messages(self.repaired)}; the text as exported "
                "is kept among its other columns."
            )
        if self.html:
            found.append(f"HTML was made text in {_messages(self.html)} (--as-exported leaves it).")
        if self.form:
            lines = ", ".join(f"'{line[:60]}'" for line in self.form_lines[:3])
            more = ", …" if len(self.form_lines) > 3 else ""
            found.append(
                f"words of a form were taken out of {_messages(self.form)} and kept as context: "
                f"{lines}{more} (--as-exported leaves them in)."
            )
        return found


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


class Cleaner:
    """Mends the messages of one export, in their order.

    Args:
        repair_text: Mend garbled accents with ftfy.
        as_exported: Leave HTML and the words of a form in the texts.
        salt: For pseudonyms of authors; empty keeps their names.
    """

    def __init__(
        self, *, repair_text: bool = False, as_exported: bool = False, salt: str = ""
    ) -> None:
        self.repair_text = repair_text
        self.as_exported = as_exported
        self.salt = salt
        self.mended = Mended()
        self._is_html = False
        self._first: list[str] = []
        self._last: list[str] = []

    def learn(self, messages: Sequence[Message]) -> None:
        """Look at the first messages of the export, before any of them is mended."""
        if self.as_exported or len(messages) < LEAST_MESSAGES:
            return
        texts = [message.text for message in messages]
        marked = sum(has_markup(text) for text in texts)
        self._is_html = marked >= HTML_SHARE * len(texts)
        if self._is_html:
            texts = [cell_words(text) for text in texts]
        lines = [[line.strip() for line in text.strip().splitlines()] for text in texts]
        self._first = _repeated(lines)
        self._last = _repeated([ls[::-1] for ls in lines], labels=False)
        self.mended.form_lines = [*self._first, *self._last]

    def clean(self, message: Message) -> Message:
        """The message mended; one that needs nothing comes back as it is."""
        if self._is_html and has_markup(message.text):
            message = replace(message, text=cell_words(message.text))
            self.mended.html += 1
        if self.repair_text:
            message = self._repaired(message)
        if self._first or self._last:
            message = self._without_form(message)
        # "Anónimo" stays so: under one pseudonym, its many people would be one customer.
        if self.salt and not is_nobody(message.author):
            message = replace(message, author=pseudonym(message.author, self.salt))
        return message

    def _repaired(self, message: Message) -> Message:
        from ftfy import fix_encoding

        given = {"text": message.text, "title": message.title, "author": message.author}
        mended = {
            # Only ASCII cannot be garbled, and most of a message is.
            name: text if text.isascii() else fix_encoding(text)
            for name, text in given.items()
        }
        if mended == given:
            return message
        self.mended.repaired += 1
        # A name is not kept beside its pseudonym.
        kept = {
            _KEPT.format(name): text
            for name, text in given.items()
            if text != mended[name] and (name != "author" or not self.salt)
        }
        return replace(
            message,
            text=mended["text"],
            title=mended["title"],
            author=mended["author"],
            extra={**message.extra, **kept},
        )

    def _without_form(self, message: Message) -> Message:
        lines = message.text.strip().splitlines()
        start, end = 0, len(lines)
        while start < end:
            line = lines[start].strip()
            if _is_text_label(line) and _key(line) in self._first:
                # The rest is the customer's, whatever labels it has.
                if words := _own_words(line):
                    lines[start : start + 1] = [line[: -len(words)].rstrip(), words]
                    end += 1
                start += 1
                break
            if not _RULE.fullmatch(line) and _key(line) not in self._first:
                break
            start += 1
        while end > start and (
            lines[end - 1].strip() in self._last or _RULE.fullmatch(lines[end - 1])
        ):
            end -= 1
        taken = [line for line in [*lines[:start], *lines[end:]] if line.strip()]
        body = "\n".join(lines[start:end]).strip()
        # A message of nothing but the form stays as it is: better its words than none.
        if not taken or not body:
            return message
        self.mended.form += 1
        context = "\n\n".join(part for part in (message.context, "\n".join(taken)) if part)
        return replace(message, text=body, context=context)


def _repeated(texts: Sequence[Sequence[str]], *, labels: bool = True) -> list[str]:
    """The lines, one after another, with which more than half of the texts begin.

    Args:
        texts: Lines of each text.
        labels: Whether `Teléfono: 300` counts as the line `telefono:`, whatever was filled in.
    """
    found: list[str] = []
    key = _key if labels else _last_key
    left = [list(lines) for lines in texts]
    for _ in range(_FORM_LINES):
        for lines in left:
            while lines and _RULE.fullmatch(lines[0]):
                del lines[0]
        left = [lines for lines in left if lines]
        # What is a form's has something of the customer's after it.
        said = [lines[0] for lines in left if len(lines) > 1 or (labels and _own_words(lines[0]))]
        line, count = Counter(map(key, said)).most_common(1)[0] if said else ("", 0)
        if count <= FORM_SHARE * len(texts) or not _is_form(line):
            break
        found.append(line)
        if _is_text_label(line):
            break  # the rest is the customer's
        left = [lines[1:] for lines in left if key(lines[0]) == line]
    return found


def _key(line: str) -> str:
    """What a line of a form is recognised by, or nothing when it may be the customer's.

    `Teléfono: 300` is the line `telefono:`, whatever was filled in. Behind any other label, such as
    `Lo malo:` or `Motivo:`, there are the customer's words: no such line is a form's.
    """
    label, words = _label_of(line)
    if not label:
        return line.strip()
    if label in _IDENTITY:
        told = len(words) > _VALUE_CHARACTERS or set(normalised(words).split()) & _SENTENCE
        return "" if told else f"{label}:"
    if label in _TEXT_LABELS:
        return f"{label}:"
    return line.strip() if _is_text_label(line) else ""


def _last_key(line: str) -> str:
    """What a last line of a form is recognised by: the whole of it, or nothing as above."""
    label, _ = _label_of(line)
    return line.strip() if not label or label in _IDENTITY else ""


def _label_of(line: str) -> tuple[str, str]:
    """The plain label of a line such as `Nombre: Ana` and what stands behind it, or nothing."""
    line = line.strip()
    label, colon, words = line.partition(":")
    behind = not words or words[0].isspace()
    if not colon or not behind or len(label.strip()) < 2 or len(line) > _LINE_CHARACTERS:
        return "", ""
    return plain(label) or "?", words.strip()


def _is_text_label(line: str) -> bool:
    """Whether a line asks for the customer's words: `Mensaje: …`, `Campo: Mensaje:`."""
    label, words = _label_of(line)
    last = words.removesuffix(":").rpartition(":")[2] if words.endswith(":") else ""
    return label in _TEXT_LABELS or plain(last) in _TEXT_LABELS


def _own_words(line: str) -> str:
    """What a customer wrote on the line of a label such as `Mensaje:`, or nothing."""
    label, words = _label_of(line)
    return words if label in _TEXT_LABELS else ""


def _is_form(line: str) -> bool:
    """Whether a repeated line may be a form's: people write greetings alike too."""
    words = normalised(line).split()
    return bool(words) and len(line) <= _FORM_CHARACTERS and not set(words) <= _GREETING


def pseudonym(author: str, salt: str) -> str:
    """What stands for an author in a store: the same for one name, of no use without the salt."""
    name = normalised(author) or author.strip()
    digest = hmac.new(salt.encode(), name.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return f"author-{digest.hexdigest()[:12]}"
