"""Alerts to an address that the user names: nothing leaves the machine otherwise.

One POST of JSON over http or https. A redirect is not followed: it would send the alerts, turned
into a request without content, to an address that nobody named.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from vocmine import __version__
from vocmine.errors import UsageError, VocmineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http.client import HTTPMessage
    from typing import IO

TIMEOUT = 20.0
"""Seconds without an answer after which it is given up."""
_CHECK = "Check the address of --webhook; the alerts above are complete."


class WebhookError(VocmineError):
    """Alerts that could not be delivered."""


def check_url(url: str) -> None:
    """Refuse an address that is not a whole http or https one.

    Raises:
        UsageError: Says what is wrong with it.
    """
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:  # a port that is no number, an unclosed bracket
        named = None
    if not named or any(character.isspace() for character in url):
        raise UsageError(
            "The address of --webhook is no http or https address.",
            "Write it whole, as in https://hooks.example.com/services/abc.",
        )


def post(url: str, content: Mapping[str, Any], *, timeout: float = TIMEOUT) -> None:
    """Send JSON to an address.

    Args:
        url: Checked with `check_url`.
        content: What to send.
        timeout: Seconds.

    Raises:
        UsageError: The address is none.
        WebhookError: It cannot be reached, answers with an error or redirects. The address itself
            is not shown whole: what follows its host is often a secret.
    """
    check_url(url)
    where = _host(url)
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"vocmine/{__version__}",
    }
    request = Request(url, body, headers, method="POST")  # noqa: S310 - checked: http or https
    try:
        with build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
            answer.read(1)
    except HTTPError as error:
        with error:
            raise WebhookError(
                f"The webhook at {where} answered {error.code} {error.reason}.", _CHECK
            ) from None
    except TimeoutError:
        raise WebhookError(
            f"The webhook at {where} did not answer in {timeout:g} seconds.", _CHECK
        ) from None
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", "") or error
        raise WebhookError(
            f"The webhook at {where} cannot be reached: {str(reason) or type(error).__name__}.",
            _CHECK,
        ) from None


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> NoReturn:
        fp.close()
        raise WebhookError(
            f"The webhook at {_host(req.full_url)} redirects elsewhere ({code}), which is not "
            "followed.",
            "Give the address that it redirects to, if you trust it.",
        )
