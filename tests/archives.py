"""Archives made in memory, and what comes of opening them: shared by the tests of containers."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from vocmine.inputs import Input, Inputs
from vocmine.message import Message
from vocmine.plugin import ReadOptions
from vocmine.plugins import load_plugins

TABLE = "Radicado;Descripción\nR-1;No llegó el pedido\nR-2;La app se cierra sola\n".encode()
OTHER = "Radicado;Descripción\nR-9;Nadie contesta el teléfono\n".encode()


def zipped(members: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def tarred(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


class Opened:
    """What came of opening some paths: texts by input, and sentences about the rest."""

    def __init__(self, *paths: Path | str) -> None:
        self.inputs: list[Input] = []
        self.texts: dict[str, list[str]] = {}
        with Inputs(load_plugins(), ReadOptions()) as inputs:
            for source in inputs.open([str(path) for path in paths]):
                self.inputs.append(source)
                records = [r for r in source.records() if isinstance(r, Message)]
                self.texts[source.name] = [record.text for record in records]
        self.errors = [str(failure.error) for failure in inputs.failures]
        self.ignored = [failure.path for failure in inputs.ignored]


def opened(folder: Path, name: str, content: bytes) -> Opened:
    path = folder / name
    path.write_bytes(content)
    return Opened(path)
