"""Names of areas in running text: "me remiten a la oficina de cartera" names "oficina de cartera".

Without a parser, a name is the run of words that no verb, pronoun or mark can be part of; what
cannot be the name of an area (a person, an action, a place to wait) is told by its first word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vocmine.journey.words import fold

MOST_WORDS = 4
_REACH = 80
"""Characters in which a name is looked for."""
_TOKEN = re.compile(r"[^\W_](?:[\w/&-]*\w)?|\S")
_QUOTES = frozenset("\"'“”«»‘’*")
_DETERMINERS = frozenset(
    "el la los las un una unos unas su sus mi mis ese esa este esta aquel aquella dicha dicho "
    "o a os as um uma uns umas seu sua meu minha the an their his her my your".split()
)
_INSIDE = frozenset("de del la las los el al do da dos das of to the".split())
"""Words that stand inside a name, before a word of their own: `servicio al cliente`."""
_ENDS = frozenset(
    "que pero donde porque sin para cuando hace me nos te se lo le les quien quienes en con por "
    "como si no a ya ni ahi alli alla aqui luego despues otra otro otras otros hoy ayer desde "
    "aunque siempre nunca solo entonces mas muy tambien todo toda todos todas hasta asi mientras "
    "y e u o de del al cual ellos ella ellas el yo tu usted ustedes es era fue esta estan dice "
    "dicen dijo dijeron ha han hay tiene tienen vuelve vuelven vez veces "
    "mas quando onde sem em no na nos nas pra pro isso ele eles ela elas eu nao ja diz dizem "
    "and who which that because when where then they she he it i is was but again only just for "
    "from with in at on".split()
)
_OTHER = frozenset(
    "otro otra otros otras outro outra outros outras another other someone alguien alguem persona "
    "uno una umo um one dos tres cuatro cinco seis siete varios varias varias muchas muchos "
    "quatro tres cada siguiente mesma misma mismo mesmo lado asesor asesora asesores funcionario "
    "atendente agente agent agents persons people place different distintas distintos diferentes "
    "ejecutivo ejecutiva operador operadora empleado empleada".split()
)
"""A first word that says that there is an area and not which."""
_NOWHERE = re.compile(
    r"(?:casa|piso|hotel\w*|habitacion\w*|cuartos?|quartos?|salas?|camas?|domicilio|calle|pie|"
    r"mi|tu|correo|email|mail|pagar|triage|home|room|bed|hospital\w*|clinica\w*|urgencia\w*|"
    r"\w*terapi\w*|(?!tecno)\w+log[oi]a?s?|(?!tecno)\w+logista|especialistas?|ortoped\w*|pediatr\w*|"
    r"cirug\w*|cirujan\w*|psiquiatr\w*|fisiatr\w*|medic[oa]s?|examen\w*|avaliacao|exame\w*|"
    r"datacredito|abril|mayo|junio|julio|enero|febrero|marzo|agosto|septiembre|octubre|noviembre|"
    r"diciembre|lunes|martes|miercoles|jueves|viernes|sabado|domingo)\Z"
)
"""First words of what people are sent to without being passed on: rooms, doctors, their mailbox."""
_INFINITIVE = re.compile(r"\w{2,}(?:ar|er|ir)(?:me|se|te|lo|la|le|les|los|las|nos)?\Z")
_NOT_INFINITIVE = frozenset({"celular", "taller", "hogar", "lugar", "scanner", "counter"})
_TIMES = frozenset(
    "primera segunda tercera cuarta ultima primeira terceira vez semana dia dias mes noche tarde "
    "manana ano rato momento final principio caso persona primero segundo tercero".split()
)

_WORD = re.compile(r"\w+")
_PLURAL = re.compile(r"(?<=\w{3})(?:(?<=[lnr])es|s)\Z")
_PART = frozenset(
    "area departamento depto dpto dependencia division gerencia seccion setor sector equipo grupo "
    "dept department section team unit unidad unidade".split()
)
"""What says that something is a part of an organisation, and not which."""
_SAME = {
    "atencion": "servicio", "atendimento": "servicio", "servico": "servicio", "usuario": "cliente",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """An area in a text.

    Args:
        name: As it is written, without articles and quotes; empty when it is not named.
        end: One past its last character.
    """

    name: str
    end: int


def area_at(text: str, start: int) -> Area | None:
    """The area that is named from a character on; None where none can be.

    Args:
        text: Of a message.
        start: Where the name begins, article and quotes before it included.
    """
    words = _name(text, start)
    if not words:
        return None
    first = fold(words[0][0])
    if first in _OTHER or len(first) == 1:
        # "a otro asesor" passes on, "a otro hotel" does not.
        second = fold(words[1][0]) if len(words) > 1 else ""
        return None if _NOWHERE.match(second) else Area("", words[min(1, len(words) - 1)].end())
    if _NOWHERE.match(first) or (first not in _NOT_INFINITIVE and _INFINITIVE.match(first)):
        return None
    return Area(text[words[0].start() : words[-1].end()], words[-1].end())


def area_key(name: str) -> str:
    """What spellings of one area share: `Área de Cartera` and `cartera`, `call center` with a space
    or without, `servicio al cliente` and `atención al usuario`.

    It is the folded words without plural endings, without those that only join and those that say
    of any area that it is one, where something else is left.
    """
    joining = _INSIDE | _DETERMINERS
    words = [_PLURAL.sub("", w) for w in _WORD.findall(fold(name)) if w not in joining]
    telling = [_SAME.get(word, word) for word in words if word not in _PART]
    return "".join(telling or words)


def _name(text: str, start: int) -> list[re.Match[str]]:
    """The words of the name that begins at a character, without what comes before and after it."""
    words: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text, start, start + _REACH):
        word = fold(token[0])
        if not words and (word in _QUOTES or word in _DETERMINERS):
            continue
        inside = word in _INSIDE and bool(words)
        ends = word in _DETERMINERS or (word in _ENDS and (bool(words) or word not in _OTHER))
        if not word[0].isalnum() or len(words) > MOST_WORDS or (ends and not inside):
            break
        words.append(token)
    while words and fold(words[-1][0]) in _INSIDE:
        words.pop()
    return words


def area_before(text: str, start: int, end: int) -> tuple[str, int]:
    """The area that a clause names as whoever acts: `en la taquilla` before `me mandan`.

    Args:
        text: Of a message.
        start: First character of what stands before the verb, after the last mark.
        end: One past its last character.

    Returns:
        Its name and first character; an empty name when there is none.
    """
    found = _SUBJECT.fullmatch(fold(text[start:end]))
    if not found:
        return "", end
    first, last = start + found.start("name"), start + found.end("name")
    words = fold(text[first:last]).split()
    content = [word.strip("\"'“”«»") for word in words]
    if any(word in _TIMES or word in _OTHER for word in content) or content[0] in _ENDS:
        return "", end
    return text[first:last].strip("\"'“”«» "), start + found.start("whole")


_SUBJECT = re.compile(
    r".*?(?P<whole>\b(?:(?:y|e|pero|and|que|luego|despues|ahora)\s+)?"
    r"(?:(?:en|de|desde|na|no|in)\s+)?(?:los\s+de\s+|las\s+de\s+)?"
    r"(?:el|la|los|las|un|una|o|a|the)\s+(?P<name>[\"“«]?[^\W\d_][\w.-]*(?:\s+[\w.-]+){0,3}[\"”»]?))\s*"
)
