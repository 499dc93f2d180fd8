"""Closed word classes of Spanish, Portuguese and English that tell where clauses begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, normalize

from vocmine.segmentation.tokens import is_address


class Kind:
    """What a token can be; several at once (plain integers: `IntFlag` is slow in a hot loop)."""

    OTHER = 0
    WORD = 1
    """Has a letter and is no link or mention."""
    STOP = 2
    """`.`, `...`, `…`"""
    CRY = 4
    """`!` or `?`, also repeated or mixed."""
    COMMA = 8
    SEMICOLON = 16
    COLON = 32
    BREAK = 64
    """White space with a line end."""
    OPENS = 128
    """`¿ ¡`"""
    CLOSES = 256
    """Closing bracket or quote."""
    BRACKET = 512
    """Opening bracket."""
    BULLET = 1024
    DASH = 2048
    ADDRESS = 4096
    """Link, e-mail address or @handle."""
    PICTURE = 8192
    """Emoji or another symbol."""
    NUMBER = 16384
    VERB = 32768
    """Looks finite, or only stands beside a finite verb (`no`, `me`, `se`)."""
    SPACE = 65536


_MARKS = {",": Kind.COMMA, "،": Kind.COMMA, "、": Kind.COMMA, ";": Kind.SEMICOLON, ":": Kind.COLON}
_NUMBER = re.compile(r"[\d.,:/%$€£ºª°+-]*\d[\d.,:/%$€£ºª°+-]*$")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Word classes of one language, all lower case, multi-word connectives as tuples.

    Args:
        verbs: Finite forms and words that stand beside finite verbs.
        verb_endings: Endings of finite forms, as a regular expression.
        not_verbs: Words with such an ending that are none.
        contrast: Connectives after which another point follows, whatever the length.
        addition: Connectives that add a point when a clause follows.
        coordination: `y`, `e`, `and`: split only between two clauses.
        linkers: Words that begin a subordinate clause, for long runs.
        subjects: Words that begin a new clause after a comma.
    """

    verbs: frozenset[str] = frozenset()
    verb_endings: str = r"(?!)"
    not_verbs: frozenset[str] = frozenset()
    contrast: frozenset[tuple[str, ...]] = frozenset()
    addition: frozenset[tuple[str, ...]] = frozenset()
    coordination: frozenset[str] = frozenset()
    linkers: frozenset[tuple[str, ...]] = frozenset()
    subjects: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split()) for line in text.split(","))


_SPANISH = Lexicon(
    verbs=_words("""
        no nunca jamás jamas ni me te se le les nos os
        es son está esta están estan esté fue fui fueron era eran eres soy somos estoy estamos estaba estaban estuvo
        sea ser hay había habia hubo habrá ha han he hemos haya tiene tienen tengo tenemos tenía tenia tuvo tuve tuvimos
        hace hacen hago hizo hice hicieron puede pueden puedo podemos pude pudo pudieron podría podria
        va van voy vamos iba dice dicen digo dijo dije dijeron da dan doy dio di dieron viene vino vinieron vine
        pone puso quiere quieren quiero quise quiso sabe saben sé debe deben debo deja dejan sale salen salió queda quedan
        sirve sirven funciona funcionan llega llegan llego llevo lleva llevan cobra cobran cobro falta faltan falla fallan
        carga cierra abre responde responden contesta contestan atiende atienden atendieron espero pago pagan compré compre
        pedí pedi sigo sigue siguen parece parecen pasa pasan recomiendo recomienda necesito exijo solicito pido quisiera
        agradezco felicito ofrece ofrecen cuenta cumple cumplen vale cuesta cuestan trae traen entra entro huele
        devuelvan devuelven solucionan solucionen arreglan aparece manda mandan toca tarda tardan demora demoran gusta
        gustó encanta encantó encontré encontramos dieron quedé quedó volveré volvería volveria regresaría vi vio
    """),
    verb_endings=(
        r"(?:aron|ieron|jeron|aste|iste|amos|emos|imos|aba|aban|abas|ábamos|ía|ían|íamos|ió|[^aeiou]ó|[^aeiou]é|"
        r"ará|erá|irá|arán|erán|irán|aré|eré|iré|[^aeiouáéíóú]an|[^aeiouáéíóú]en)$"
    ),
    not_verbs=_words("""
        gran tan plan pan san joven imagen examen orden origen margen resumen volumen además también tampoco café
        compañía garantía energía todavía día mayoría cafetería categoría economía tecnología mercancía policía batería
        tía guía vía alegría sabiduría lotería fotografía cercanía panadería habrían extremos ramos tramos últimos mismos
        mínimos máximos próximos hemos bebé porqué
    """),
    contrast=_phrases(
        "pero,aunque,sin embargo,no obstante,en cambio,mientras que,sino que,sino,excepto que,salvo que,a pesar de,pese a,"
        "eso sí,eso si"
    ),
    addition=_phrases(
        "además,ademas,también,tambien,encima,aparte,por otro lado,por otra parte,asimismo,incluso,inclusive,luego,después,"
        "despues,ahora,entonces,tampoco,y ahora,y luego,y encima,y además,y ademas,y aparte,y después,y tampoco,por cierto,"
        "y todavía,y aun así,y aún así"
    ),
    coordination=_words("y e"),
    linkers=_phrases(
        "porque,ya que,pues,por lo que,así que,asi que,cuando,como,donde,hasta que,para que,y,por eso,por que,si,que,"
        "entonces,ahora,luego,después,despues"
    ),
    subjects=_words("""
        yo tú usted ustedes ellos ella ellas él nosotros uno esto eso esta este estos estas ese esa aquello nadie nada todo
        todos ninguno alguien mi mis su sus nuestro nuestra el la los las lo un una unos unas muy poco mucha mucho muchas
        muchos buen buena bueno buenas mal mala malo malas excelente pésimo pésima pesimo pesima
    """),
)

_PORTUGUESE = Lexicon(
    verbs=_words("""
        não nao nunca jamais nem me te se lhe nos é são sao está esta estão estao tá fui foi foram era eram sou somos estou
        estamos estava estavam esteve há havia houve haverá tem têm tenho temos tinha tinham teve tive tivemos faz fazem faço
        fiz fez fizeram pode podem posso pude pôde vai vão vou vamos diz dizem disse disseram dá dão dei deu deram vem veio
        vieram quer querem quero sabe sei deve devem deixa sai saiu fica ficou funciona funcionam chega chegou cobra cobram
        falta cai caiu responde respondem atende atendem atenderam espero pago comprei pedi continua parece recomendo preciso
        exijo solicito agradeço oferece cumpre vale custa volto consigo consegue aguardo resolvem resolve
    """),
    verb_endings=(
        r"(?:[^aeiou]ou|[^aeiou]eu|[^aeiou]iu|aram|eram|iram|ava|avam|iam|[^aeiou]ei|amos|emos|imos|ará|erá|irá|arão|erão|irão|"
        r"aria|eria|iria|[^aeiouáéíóú]am|[^aeiouáéíóú]em)$"
    ),
    not_verbs=_words(
        "bem sem nem cem quem também tambem ontem homem ordem garagem viagem mensagem imagem bagagem porém porem alguém "
        "ninguém além contagem passagem seu meu teu lei ramos mínimos últimos extremos jovem nuvem"
    ),
    contrast=_phrases(
        "mas,porém,porem,contudo,no entanto,entretanto,embora,todavia,só que,so que,enquanto que,apesar de,mas também"
    ),
    addition=_phrases(
        "além disso,alem disso,também,tambem,inclusive,ainda por cima,por outro lado,depois,agora,e agora,e depois,e ainda,"
        "e também,então,fora que,sem contar que"
    ),
    coordination=_words("e"),
    linkers=_phrases(
        "porque,pois,já que,então,quando,onde,até que,para que,e,por isso,se,que,agora,depois,pq"
    ),
    subjects=_words("""
        eu você vc vocês vcs eles ela elas ele nós isso isto este esta esse essa ninguém nada tudo todos meu minha meus minhas
        seu sua seus suas o a os as um uma muito muita pouco bom boa mau má ruim ótimo ótima excelente péssimo péssima
    """),
)

_ENGLISH = Lexicon(
    verbs=_words("""
        am is are was were 's 'm 're 've 'll 'd n't not have has had do does did can could will would should may might must
        get gets got keep keeps keeps kept says said say told tell went go goes gone came come comes make makes made take
        takes took want wants need needs work works love loves hate like likes know think thought feel felt see saw find
        found buy bought pay paid charge charges give gave left seem seems looks arrived waiting never cannot please
    """),
    verb_endings=r"(?:[^e]ed)$",
    not_verbs=_words("red bed speed hundred unlimited fixed limited united"),
    contrast=_phrases(
        "but,however,although,though,even though,whereas,while,nevertheless,yet,on the other hand,except that,despite"
    ),
    addition=_phrases(
        "also,besides,moreover,furthermore,in addition,plus,then,now,and now,and then,and also,as well as"
    ),
    coordination=_words("and"),
    linkers=_phrases("because,since,so,when,where,until,and,which,as,if,that"),
    subjects=_words("""
        i you he she it we they this that these those there nobody nothing everything everyone my your his her our their its
        the a an no very great good bad terrible excellent poor
    """),
)

_LEXICONS = {"es": _SPANISH, "pt": _PORTUGUESE, "en": _ENGLISH}
_NEUTRAL = Lexicon()


def lexicon_of(lang: str) -> Lexicon:
    """The words of a language; a lexicon without any for languages other than es, pt and en."""
    return _LEXICONS.get(lang, _NEUTRAL)


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Lower case with composed accents."""
    return normalize("NFC", word).lower()


@lru_cache(maxsize=1 << 16)
def kind_of(word: str, lexicon: Lexicon) -> int:
    """The `Kind` flags of a token."""
    if word.isspace():
        return Kind.BREAK if "\n" in word or "\r" in word else Kind.SPACE
    if any(map(str.isalpha, word)):
        return _kind_of_word(word, lexicon)
    if _NUMBER.match(word):
        return Kind.NUMBER
    return _kind_of_mark(word)


def _kind_of_word(word: str, lexicon: Lexicon) -> int:
    if word.startswith("@") or is_address(word):
        return Kind.ADDRESS
    low = fold(word)
    if low in lexicon.verbs:
        return Kind.WORD | Kind.VERB
    if len(low) > 3 and low not in lexicon.not_verbs and re.search(lexicon.verb_endings, low):
        return Kind.WORD | Kind.VERB
    return Kind.WORD


def _kind_of_mark(word: str) -> int:
    first = word[0]
    if word in _MARKS:
        return _MARKS[word]
    if "!" in word or "?" in word or first in "！？":
        return Kind.CRY
    if first in ".…。":
        return Kind.STOP
    if first in "¿¡":
        return Kind.OPENS
    if first in "•●▪■◦‣·*":
        return Kind.BULLET
    if first in "-–—":
        return Kind.DASH
    group = category(first)
    if group in ("Pe", "Pf") or first in "\"'":
        return Kind.CLOSES
    if group in ("Ps", "Pi"):
        return Kind.BRACKET
    return Kind.PICTURE if group in ("So", "Sk", "Cs", "Mn", "Cf") else Kind.OTHER
