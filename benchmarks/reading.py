"""How fast exports are read, and in how much memory, through detection and the source's `read`.

python benchmarks/reading.py [--rows N] [--formats csv,json,ndjson,xlsx,mbox,gz] [--json FILE]

Makes an export of N rows and one of 2N in every format, with the fifteen columns of a municipal
PQRS export, and reads each in a process of its own. `read` is records per second of processor
time while `read` runs; `whole` counts detection as well; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

COLUMNS = (
    "Radicado", "Fecha de radicación", "Canal", "Tipo", "Dependencia", "Asunto", "Descripción",
    "Respuesta", "Fecha de respuesta", "Estado", "Ciudad", "Departamento", "Calificación",
    "Correo", "Teléfono",
)  # fmt: skip
TARGETS = {"csv": 20_000, "ndjson": 20_000, "xlsx": 8_000, "mbox": 1_000}
_OPENINGS = (
    "Buenas tardes, llevo tres semanas esperando que me respondan por",
    "Quiero poner una queja porque nadie soluciona",
    "Por cuarta vez escribo a esta entidad para reclamar por",
    "Solicito de manera respetuosa que se revise",
    "Es una falta de respeto con el ciudadano lo que pasa con",
)
_THINGS = (
    "el cobro del servicio de acueducto del mes pasado, que llegó tres veces más alto",
    "la cita con el especialista que cancelaron sin avisar",
    "el hueco de la calle frente a la escuela, donde ya se cayeron dos personas",
    "la devolución del dinero que pagué por un trámite que nunca hicieron",
    "el ruido del establecimiento que abrieron al lado de mi casa",
    "la tarjeta que el cajero retuvo, y en la sucursal me dicen que llame a la línea",
)
_ENDINGS = (
    "En la línea me tuvieron cuarenta minutos y después se cortó la llamada.",
    "El funcionario de la ventanilla fue amable, pero no pudo hacer nada.",
    "Adjunto los soportes; quedo atento a una respuesta de fondo y no a la plantilla de siempre.",
    "Si no me contestan voy a ir a la Superintendencia.",
    "Mi mamá tiene 82 años y no puede seguir haciendo filas.",
)
_ANSWER = (
    "Reciba un cordial saludo. En atención a su solicitud, nos permitimos informarle que fue "
    "trasladada a la dependencia competente, que dará respuesta en los términos de ley."
)
_WROTE = "El jue, 2 ene 2025 a las 8:12, Atención <atencion@example.org> escribió:"
_PLACES = (("Medellín", "Antioquia"), ("Cali", "Valle"), ("Tunja", "Boyacá"), ("Pasto", "Nariño"))


def rows(count: int) -> Iterator[list[str]]:
    """Rows of a municipal export, every text its own, the same on every machine."""
    draw = random.Random(20260304)
    begun = datetime(2025, 1, 2, 8)
    for number in range(1, count + 1):
        moment = begun + timedelta(minutes=7 * number)
        city, region = draw.choice(_PLACES)
        said = f"{draw.choice(_OPENINGS)} {draw.choice(_THINGS)}. {draw.choice(_ENDINGS)}"
        yield [
            f"2025-{number:07d}",
            moment.strftime("%d/%m/%Y %H:%M"),
            draw.choice(("Web", "Presencial", "Teléfono", "Correo electrónico")),
            draw.choice(("Petición", "Queja", "Reclamo", "Sugerencia")),
            draw.choice(("Secretaría de Hacienda", "Secretaría de Salud", "Planeación")),
            f"Reclamo {number}",
            f"{said} Caso {number}.",
            _ANSWER,
            (moment + timedelta(days=12)).strftime("%d/%m/%Y"),
            draw.choice(("Cerrado", "Abierto", "En trámite")),
            city,
            region,
            str(draw.randint(1, 5)),
            f"persona{number}@example.com",
            f"300{number:07d}",
        ]


def write_csv(path: Path, count: int) -> None:
    """As a spreadsheet in Spanish saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows(rows(count))


def write_gz(path: Path, count: int) -> None:
    """The same, compressed."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain"
        write_csv(plain, count)
        with plain.open("rb") as source, gzip.open(path, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target)


def write_ndjson(path: Path, count: int) -> None:
    """One object a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows(count):
            file.write(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n")


def write_json(path: Path, count: int) -> None:
    """A document with the records in `data`."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"total": {count}, "data": [')
        for number, row in enumerate(rows(count)):
            record = json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False)
            file.write((",\n" if number else "\n") + record)
        file.write("]}\n")


def write_xlsx(path: Path, count: int) -> None:
    """With shared strings, as a spreadsheet saves it."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("PQRS")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(rows(count), start=1):
            sheet.write_row(number, 0, row)


def write_mbox(path: Path, count: int) -> None:
    """Plain text and HTML, a quoted answer below, quoted-printable or base64."""
    with path.open("wb") as file:
        for number, row in enumerate(rows(count)):
            moment = datetime(2025, 1, 2, 8) + timedelta(minutes=7 * number)
            mail = EmailMessage()
            mail["From"] = f"Ana Pérez <{row[13]}>"
            mail["To"] = "atencion@example.org"
            mail["Subject"] = row[5]
            mail["Date"] = format_datetime(moment)
            mail["Message-ID"] = f"<{number}@example.com>"
            mail.set_content(f"{row[6]}\n\nAna Pérez\n\n{_WROTE}\n> {_ANSWER}\n")
            if number % 3:
                mail.add_alternative(
                    f"<html><body><p>{row[6]}</p><p>Ana Pérez</p></body></html>", subtype="html"
                )
            file.write(f"From {row[13]} {moment:%a %b %d %H:%M:%S %Y}\n".encode())
            file.write(mail.as_bytes() + b"\n\n")


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "csv": write_csv,
    "gz": write_gz,
    "ndjson": write_ndjson,
    "json": write_json,
    "xlsx": write_xlsx,
    "mbox": write_mbox,
}


def read_one(path: str, profile: bool) -> dict[str, Any]:
    """Read one export in this process."""
    from vocmine.inputs import Inputs
    from vocmine.plugin import ReadOptions
    from vocmine.plugins import load_plugins

    plugins = load_plugins()
    before = _peak_mib()
    begun, clock = time.process_time(), time.perf_counter()
    count = 0
    if profile:
        import cProfile

        profiler = cProfile.Profile()
        profiler.enable()
    with Inputs(plugins, ReadOptions()) as inputs:
        for source in inputs.open([path]):
            opened = time.process_time()
            for _ in source.records():
                count += 1
        if inputs.failures:
            raise inputs.failures[0].error
    if profile:
        profiler.disable()
        profiler.print_stats("tottime")
    done = time.process_time()
    return {
        "records": count,
        "read_per_second": round(count / (done - opened)),
        "whole_per_second": round(count / (done - begun)),
        "wall_seconds": round(time.perf_counter() - clock, 2),
        "memory_mib": round(_peak_mib()),
        "grown_mib": round(_peak_mib() - before),
    }


def _peak_mib() -> float:
    # What `resource` tells on Linux is no less than the memory of the process that started this.
    status = Path("/proc/self/status")
    if status.exists():
        return float(status.read_text("ascii").partition("VmHWM:")[2].split()[0]) / 2**10
    try:  # Windows has no `resource`; there the figures of memory are zero
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def measure(path: Path) -> dict[str, Any]:
    """Read one export in a process of its own."""
    command = [sys.executable, __file__, "--read", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--formats", default=",".join(WRITERS))
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        print(json.dumps(read_one(options.read, options.profile)))
        return 0
    result: dict[str, Any] = {"benchmark": "reading", "python": platform.python_version()}
    print("format   records   read/s  whole/s  target  memory MiB (grown)")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.formats.split(","):
            for count in (options.rows, 2 * options.rows):
                path = Path(folder) / f"export.{name}"
                WRITERS[name](path, count)
                found = measure(path)
                result[f"{name}-{count}"] = found
                print(
                    f"{name:7}{found['records']:9}{found['read_per_second']:9}"
                    f"{found['whole_per_second']:9}{TARGETS.get(name, 0) or '':>8}"
                    f"{found['memory_mib']:8} ({found['grown_mib']})",
                    flush=True,
                )
                path.unlink()
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
