"""`vocmine fetch`: the only command that uses the network, and only to the server it is given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

    from vocmine_email.imap_address import Tls


@click.command(
    epilog="""\b
Examples:
  vocmine fetch imap://pqrs@correo.example.com/INBOX --to pqrs.mbox
  vocmine fetch imap://ana@gmail.com@imap.gmail.com/Reclamos --to reclamos.mbox --since 2025-01-01
  vocmine analyze pqrs.mbox"""
)
@click.argument("url", metavar="imap://USER@HOST/FOLDER")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The mbox file to write; the next time only what is new is added to it.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Only messages that arrived on this day or later.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=0,
    show_default="all",
    metavar="N",
    help="Copy N messages at most, oldest first; the next time goes on from there.",
)
@click.option(
    "--tls",
    type=click.Choice(("implicit", "starttls", "none")),
    default="implicit",
    show_default=True,
    help="How the connection is encrypted; 'none' is for servers on this machine.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def fetch(
    url: str, target: Path, since: datetime | None, limit: int, tls: Tls, quiet: bool
) -> None:
    """Copy the mail of an IMAP folder to an mbox file, to be analysed.

    This is the only command that uses the network, and it talks to the server of the address
    alone. Nothing is changed there: no message is marked as read, moved or deleted.

    The password comes from VOCMINE_IMAP_PASSWORD (a token of OAuth from VOCMINE_IMAP_TOKEN) or
    from the system's keyring. It is not written anywhere.
    """
    from vocmine.cli.output import note
    from vocmine_email.fetch import copy, prepare, progress_words
    from vocmine_email.imap import open_folder
    from vocmine_email.imap_address import Address, secret_of

    address = Address.parse(url, tls)
    day = since.date() if since else None
    state = prepare(target, str(address), day)
    with open_folder(address, secret_of(address)) as folder:
        note(f"{address.folder} on {address.host}: {folder.count} messages.", quiet=quiet)
        outcome = copy(
            folder,
            target,
            state,
            since=day,
            limit=limit,
            on_batch=lambda done: note(f"{done} copied …", quiet=quiet),
        )
    for sentence in progress_words(address.folder, outcome, target.name):
        note(sentence, quiet=quiet)
