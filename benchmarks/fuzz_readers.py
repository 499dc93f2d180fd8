"""Feeds altered exports of every format to detection and reading, and keeps what breaks them.

python benchmarks/fuzz_readers.py [--minutes N] [--seed N] [--out DIR]

Whatever a file holds, reading it gives records or an error of vocmine. Anything else is a find:
another exception, a record that breaks the contract, more than 20 seconds of processor time,
or more than 3 GiB.
Each find is saved in DIR, with its traceback beside it; the exit code is 1 when there is one.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import selectors
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SECONDS = 20
HUNG = 200
"""Seconds by the clock after which a process is given up; other work may slow it down."""
MEMORY = 3 * 2**30
ROWS = [
    ["Radicado", "Fecha", "Calificación", "Asunto", "Descripción"],
    ["0001", "04/03/2025", "1", "Pedido", "El pedido no llegó, y nadie responde"],
    ["0002", "2025-03-15 10:00", "4,5", "", 'Dice "en camino";\nlleva así un mes'],
    ["0003", "16 de marzo de 2025", "", "Cobro", "Me cobraron dos veces 😡 | qué pasó"],
]
TOKENS = (
    b'"', b'""', b";", b",", b"\t", b"\r", b"\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3",
    b"[", b"]", b"{", b"}", b"null", b"1e999", b"-1", b"99999999999999999999", b"\\ud83d", b"\\",
    b"\nFrom ", b"\n\n", b"=?utf-8?q?", b"--", b"boundary=", b"base64", b"message/rfc822", b"<a",
    b"XFD1048576", b"table:number-columns-repeated=\"99999\"", b"&#0;", b"sep=;", b"PK\x03\x04",
)  # fmt: skip
MAGIC = (
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"{", b"[{",
    b"From a 4 Mar 2025 10:00\nFrom: a\n", b"\xff\xfe", b"\xef\xbb\xbf", b"",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
)  # fmt: skip


def _table(delimiter: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(ROWS)
    return text.getvalue().encode(encoding, "replace")


def _records() -> list[dict[str, str]]:
    return [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


def _xlsx() -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name in ("Portada", "Datos"):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(ROWS if name == "Datos" else ROWS[:1]):
                sheet.write_row(number, 0, row)
            sheet.write(5, 2, 45000.5)
            sheet.write(6, 3, True)
    return made.getvalue()


def _ods() -> bytes:
    names = ("office", "table", "text", "manifest")
    spaces = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in names)
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="1">'
        "<text:p>{}</text:p></table:table-cell>"
    )
    rows = "".join(
        '<table:table-row table:number-rows-repeated="1">'
        + "".join(cell.format(text.replace("&", "&amp;").replace("<", "&lt;")) for text in row)
        + "</table:table-row>"
        for row in ROWS
    )
    return zipped({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": f"<manifest:manifest{spaces}/>".encode(),
        "content.xml": (
            f"<office:document-content{spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="Hoja">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>"
        ).encode(),
    })  # fmt: skip


def _eml() -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"] = "Ana Pérez <ana@example.com>"
    mail["Subject"] = "Reclamo por la facturación"
    mail["Date"] = "Tue, 4 Mar 2025 10:00:00 -0500"
    mail["Message-ID"] = "<1@example.com>"
    mail.set_content("No llegó la factura.\n\nEl lun, 3 mar 2025, Yo <y@b.co> escribió:\n> Hola\n")
    mail.add_alternative("<html><body><p>No llegó la factura.</p></body></html>", subtype="html")
    inner = EmailMessage()
    inner["From"] = "b@example.com"
    inner.set_content("Reenviado")
    mail.add_attachment(inner)
    mail.add_attachment(b"\0\1\2", maintype="image", subtype="png", filename="foto.png")
    return mail.as_bytes()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip with these members."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def seeds() -> dict[str, bytes]:
    """A small valid export of every format, by file name."""
    eml = _eml()
    found = {
        f"{encoding}{number}.csv": _table(delimiter, encoding)
        for number, delimiter in enumerate(",;\t|")
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
    }
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in _records())
    found |= {
        "a.json": json.dumps({"total": 3, "data": _records()}).encode(),
        "b.json": json.dumps(_records(), ensure_ascii=False, indent=1).encode(),
        "c.jsonl": lines.encode(),
        "d.xlsx": _xlsx(),
        "e.ods": _ods(),
        "f.eml": eml,
        "g.mbox": b"".join(
            b"From a@b.co Tue Mar  4 10:00:00 2025\n" + eml + b"\n" for _ in range(3)
        ),
    }
    found["h.csv.gz"] = gzip.compress(found["utf-81.csv"])
    inside = {"q.csv": found["utf-81.csv"], "m/a.eml": eml, "l.csv.gz": found["h.csv.gz"]}
    found |= {"i.zip": zipped(inside), "j.tgz": _tar(inside)}
    return found


def mutated(content: bytes, draw: random.Random, others: list[bytes]) -> bytes:
    """The content with one to eight alterations; inside its members when it is a zip."""
    if content.startswith(b"PK") and draw.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        for name in draw.sample(sorted(members), draw.randint(1, min(2, len(members)))):
            members[name] = mutated(members[name], draw, others)
        return zipped(members)
    data = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        _alter(data, draw, others)
    return bytes(data)


def _alter(data: bytearray, draw: random.Random, others: list[bytes]) -> None:
    at = draw.randrange(len(data) + 1)
    end = min(len(data), at + draw.choice((1, 2, 8, 40, 400)))
    how = draw.randrange(7)
    if how == 0:
        del data[at:end]
    elif how == 1:
        data[at:at] = data[at:end] * draw.choice((1, 2, 50))
    elif how == 2:
        data[at:at] = draw.choice(TOKENS) * draw.choice((1, 1, 3, 1000))
    elif how == 3:
        data[at:end] = draw.randbytes(end - at)
    elif how == 4:
        del data[at:]
    elif how == 5 and at < len(data):
        data[at] ^= 1 << draw.randrange(8)
    else:
        other = draw.choice(others)
        start = draw.randrange(len(other) + 1)
        data[at:at] = other[start : start + draw.choice((10, 100, 1000))]


def inputs(draw: random.Random) -> Iterator[tuple[str, bytes]]:
    """Names and contents without end, the same for a seed."""
    made = seeds()
    names, contents = sorted(made), [made[name] for name in sorted(made)]
    while True:
        name = draw.choice(names)
        if draw.random() < 0.1:
            yield name, draw.choice(MAGIC) + draw.randbytes(draw.choice((0, 1, 20, 600, 5000)))
        else:
            yield name, mutated(made[name], draw, contents)


def work() -> None:
    """Read the paths that come on standard input, one a line, and answer with a line each."""
    try:
        import resource
    except ImportError:  # Windows sets no limit on memory this way
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from vocmine.plugins import load_plugins

    plugins = load_plugins()
    for line in sys.stdin:
        begun = time.process_time()
        try:
            found = _read(Path(json.loads(line)), plugins)
        except BaseException:
            found = traceback.format_exc()
        if (taken := time.process_time() - begun) > SECONDS:
            found = found or f"It took {taken:.0f} seconds."
        print(json.dumps(found), flush=True)


def _read(path: Path, plugins: object) -> str:
    from vocmine.errors import PluginError, VocmineError
    from vocmine.inputs import Inputs
    from vocmine.message import fault_of
    from vocmine.plugin import ReadOptions

    with Inputs(plugins, ReadOptions()) as opened:  # type: ignore[arg-type]
        for source in opened.open([str(path)]):
            try:
                for record in source.records():
                    if fault := fault_of(record):
                        return f"A record breaks the contract: {fault}"
            except VocmineError:
                pass
        crashed = [item for item in opened.failures if isinstance(item.error, PluginError)]
        return crashed[0].traceback or str(crashed[0].error) if crashed else ""


class Worker:
    """A process that reads files, started again when it hangs or dies."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "--work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, path: Path) -> str:
        """What is wrong with how a file is read; empty when nothing is."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(str(path)) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            answered = waiting.select(HUNG)
        line = process.stdout.readline() if answered else ""
        if line:
            return str(json.loads(line))
        self.stop()
        self._start()
        return "The process ended." if answered else f"No answer in {HUNG} seconds."

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("fuzz-finds"))
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work()
        return 0
    finds: Counter[str] = Counter()
    tried = 0
    until = time.monotonic() + 60 * options.minutes
    worker = Worker()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in inputs(random.Random(options.seed)):
            if time.monotonic() > until:
                break
            tried += 1
            path = Path(folder) / name
            path.write_bytes(content)
            if wrong := worker.ask(path):
                _save(options.out, name, content, wrong, finds)
    worker.stop()
    print(f"{tried} inputs, {sum(finds.values())} finds of {len(finds)} kinds")
    return 1 if finds else 0


def _save(out: Path, name: str, content: bytes, wrong: str, finds: Counter[str]) -> None:
    """Save the first three of each kind of find; kinds are told by where it was raised."""
    places = [line.strip() for line in wrong.splitlines() if line.strip().startswith("File ")]
    kind = " | ".join([*places[-1:], wrong.strip().splitlines()[-1][:120]])
    finds[kind] += 1
    if finds[kind] > 3:
        return
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{len(finds)}-{finds[kind]}-{name}"
    (out / stem).write_bytes(content)
    (out / f"{stem}.txt").write_text(wrong, encoding="utf-8")
    print(f"{out / stem}: {kind}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
