"""Damaged, hostile and foreign files: what can be read is read, the rest is said."""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import cache

from .animals import Animal, AsideOrLost, Refused, Said
from .dialects import MAPPING, ROWS, SAID
from .mail import mail
from .tickets import ANIMALS as TICKETS
from .writing import delimited, document, gzipped, text, workbook, zipped

_PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\xdac\xfc\xcf\xc0P\x0f\x00\x04\x85\x01\x80\x84\xa9"
    b"\x8c!\x00\x00\x00\x00IEND\xaeB`\x82"
)
_PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n%%EOF\n"
_WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
_TRAVERSAL = {
    "../../fuera.csv": _PNG,
    "/tmp/zoo_fuera.csv": _PNG,
    "..\\..\\fuera.csv": _PNG,
    "pqrs.csv": delimited(ROWS, ";"),
}
_BOMB_BYTES = 72 << 20


def _cut_gzip() -> bytes:
    """Rows that do not compress, so that a cut file still holds the first of them."""
    noise = "".join(f"{zlib.crc32(str(n).encode()):08x}" for n in range(4000))
    rows = [*ROWS, ["PQR-2025-0104", "27/03/2025", "Web", f"Código {noise}"]]
    whole = gzipped(delimited(rows, ";"))
    return whole[: len(whole) * 2 // 3]


@cache
def _bomb() -> bytes:
    return zipped({"pqrs.csv": b"Radicado;Descripci\xc3\xb3n\nR-1;" + b"a" * _BOMB_BYTES})


def _entities() -> bytes:
    """A workbook whose texts are entities that would unfold to gigabytes."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "ja">{levels}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" '
        'uniqueCount="1"><si><t>&e9;</t></si></sst>'
    )
    buffer = io.BytesIO(workbook({"Hoja1": [["Comentario"], ["x"]]}))
    with zipfile.ZipFile(buffer) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**inside, "xl/sharedStrings.xml": strings.encode()})


def _nested() -> bytes:
    """A mail in a mail in a mail, a hundred times."""
    inner = mail("Adentro", "Hay un ratón en la bodega 4.").decode()
    for depth in range(100):
        inner = mail(f"Rv: {depth}", inner, kind="message/rfc822").decode()
    return inner.encode()


def _cut_json() -> bytes:
    values = [{"id": "q-1", "fecha": "2025-03-04", "texto": "No abren la caja dos."},
              {"id": "q-2", "fecha": "2025-03-05", "texto": "Se dañó el datáfono."},
              {"id": "q-3", "fecha": "2025-03-06", "texto": "Muy buena música."}]  # fmt: skip
    return document(values)[:-25]


def _cut_lines() -> bytes:
    zendesk = next(animal for animal in TICKETS if animal.file == "zendesk_export.json").make()
    assert isinstance(zendesk, bytes)
    return zendesk[:-200]


def _refused(file: str, content: bytes, name: str, *words: str) -> Animal:
    return Animal(file, lambda: content, refused=Refused(words), kind="not_read", name=name)


_JSON_SAID = (
    Said("No abren la caja dos.", "q-1", "2025-03-04T00:00:00"),
    Said("Se dañó el datáfono.", "q-2", "2025-03-05T00:00:00"),
)
_ZENDESK = next(animal for animal in TICKETS if animal.file == "zendesk_export.json")

ANIMALS = (
    _refused("vacio.csv", b"", "An empty file", "empty"),
    _refused("blancos.csv", b"\xef\xbb\xbf\r\n  \r\n\r\n", "Nothing but blank lines", "empty"),
    _refused("foto.csv", _PNG, "An image named .csv", "PNG"),
    _refused("informe.csv", _PDF, "A PDF named .csv", "PDF"),
    _refused("informe.xlsx", zipped(_WORD), "A Word document named .xlsx", "Word"),
    _refused("cortado.xlsx", workbook({"Hoja1": ROWS})[:2000], "A workbook cut short", "damaged"),
    Animal("recorte.csv.gz", _cut_gzip, SAID, kind="compressed", mapping=MAPPING, ends_broken=True,
           name="gzip cut short: its first rows are read, the rest is said"),
    Animal("bomba.zip", _bomb, refused=Refused(), kind="not_read",
           name="A small zip that unpacks to something huge"),
    Animal("entidades.xlsx", _entities, refused=Refused(), kind="not_read",
           name="A workbook with an entity bomb"),
    Animal("anidado.eml", _nested, (AsideOrLost(),), source="email", kind="eml",
           name="A mail in a mail, a hundred times"),
    Animal("rutas.zip", lambda: zipped(_TRAVERSAL), SAID, kind="compressed", mapping=MAPPING,
           may_complain=True, name="A zip with names that lead outside"),
    Animal("solo_fotos.zip", lambda: zipped({"a.png": _PNG, "b.png": _PNG}), refused=Refused(),
           kind="not_read", name="A zip without exports"),
    Animal("recorte.json", _cut_json, _JSON_SAID, kind="table", ends_broken=True,
           name="JSON cut short: its first records are read, the rest is said"),
    Animal("recorte.ndjson", _cut_lines, _ZENDESK.records[:2], kind="zendesk", ends_broken=True,
           name="Zendesk's export cut short in its last ticket"),
    Animal("numeros.csv", lambda: text("\nmes;ventas\n1;200\n2;340\n"), refused=Refused(("text",)),
           kind="not_read", name="A table without words"),
    Animal("mayordomo.mbox", lambda: b"From the start, nothing was right.\n",
           refused=Refused(), kind="not_read", name="A text that starts like a mailbox"),
)  # fmt: skip
