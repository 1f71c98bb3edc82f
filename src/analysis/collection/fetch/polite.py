"""Manners towards a live service: a pause between requests, patience with its failures, an end to patience."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import requests

from analysis import __version__
from analysis.common.errors import ISSUES, BadInput, ServiceFailed
from analysis.common.progress import say

T = TypeVar("T")

HOME = ISSUES.removesuffix("/issues")

TIMEOUT = 60.0  # seconds without a byte
CONNECT = 10.0  # seconds until a server answers at all
UNREACHED = 3  # tries where no server is reached: without a network none will be
LONGEST_ANSWER = 1_000_000  # bytes of an answer to what is posted
LONGEST_WAIT = 300.0  # a service that wants more is asked again another day


class Transient(Exception):
    """A failure that may pass.

    ``wait`` is how many seconds the service asks us to stay away, if it says so; ``reached`` is false where there was
    no connection to any server.
    """

    def __init__(self, reason: str, wait: float | None = None, *, reached: bool = True) -> None:
        super().__init__(reason)
        self.wait, self.reached = wait, reached


@dataclass
class Polite:
    """Asks one thing after another: ``pause`` seconds apart, each up to ``tries`` times with doubling waits.

    Each wait is told on stderr. Where no server was ever reached, patience ends after ``UNREACHED`` tries.
    """

    pause: float
    tries: int = 6
    first_wait: float = 3.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: float | None = field(default=None, init=False)
    _reached: bool = field(default=False, init=False)

    def ask(self, service: str, request: Callable[[], T]) -> T:
        """What ``request`` returns. Raises ``ServiceFailed`` when it stays ``Transient`` to the end."""
        reason = ""
        for attempt in range(self.tries):
            self._keep_distance()
            try:
                answer = request()
                self._reached = True
                return answer
            except Transient as failure:
                reason = str(failure)
                self._reached |= failure.reached
                wait = max(self.first_wait * 2**attempt, failure.wait or 0.0)
                if (failure.wait or 0.0) > LONGEST_WAIT:
                    raise ServiceFailed(f"{service}: {reason}, and asks to wait {failure.wait:.0f} s") from failure
            finally:
                self._last = self.clock()
            tries = self.tries if self._reached else min(self.tries, UNREACHED)
            if attempt + 1 == tries:
                break
            wait = min(wait, LONGEST_WAIT)
            say(f"{service}: {reason}; asking again in {wait:.0f} s (try {attempt + 2} of {tries})")
            self.sleep(wait)
        advice = "" if self._reached else "; check the network"
        raise ServiceFailed(f"{service}: {reason}, {tries} times in a row{advice}")

    def _keep_distance(self) -> None:
        if self._last is not None and (left := self._last + self.pause - self.clock()) > 0:
            self.sleep(left)


def contact() -> str:
    """The e-mail address of BIAS_SENSES_MAILTO, which services ask for, or ""; it is sent, and written nowhere."""
    address = os.environ.get("BIAS_SENSES_MAILTO", "").strip()
    if address and not re.fullmatch(r"[!-~]+@[!-~]+", address):
        raise BadInput("the contact for services (--mailto, BIAS_SENSES_MAILTO) is no e-mail address")
    return address


def user_agent() -> str:
    """Who asks: this program, its version, where it lives and, if it is known, whom to write to."""
    write_to = f"; mailto:{contact()}" if contact() else ""
    return f"bias-senses/{__version__} ({HOME}{write_to})"


class Session(requests.Session):
    """A session that says who asks and gives up on a silent server; the services' clients set no limit of their own."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """As ``requests.Session.request``, with a timeout; failures that may pass are raised as ``Transient``."""
        options["timeout"] = options.get("timeout") or (CONNECT, TIMEOUT)
        others = {name: value for name, value in (options.get("headers") or {}).items() if name.lower() != "user-agent"}
        options["headers"] = others | {"User-Agent": user_agent()}
        try:
            response = super().request(*args, **options)
        except requests.RequestException as error:
            raise connection_failed(error) from error
        check_status(response.status_code, response.headers.get("Retry-After", ""))
        return response


def get_json(address: str, params: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, str]]:
    """A service's answer as an object, and its headers. Raises ``Transient`` for what is none."""
    with Session() as session:
        response = session.get(address, params=dict(params))
        return _object(response.status_code, response.content), response.headers


def post_json(address: str, body: Mapping[str, Any], headers: Mapping[str, str], *, timeout: float) -> dict[str, Any]:
    """A service's answer to ``body``, sent as JSON, as an object; ``timeout`` is in seconds without a byte.

    A redirection is not followed: what is sent goes to the address alone. Raises ``Transient`` for an answer that is no
    object, or longer than ``LONGEST_ANSWER``.
    """
    with Session() as session:
        response = session.post(
            address, json=dict(body), headers=dict(headers), timeout=(CONNECT, timeout), allow_redirects=False,
            stream=True,
        )  # fmt: skip
        try:
            answer = next(response.iter_content(LONGEST_ANSWER + 1), b"")
        except requests.RequestException as error:
            raise connection_failed(error) from error
    if len(answer) > LONGEST_ANSWER:
        raise Transient(f"the service sent more than {LONGEST_ANSWER:,} bytes")
    return _object(response.status_code, answer)


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise Transient(f"the service sent no usable page ({type(error).__name__})") from error
    if status == 404 or not isinstance(answer, dict):
        raise Transient("the service sent no usable page")
    return answer


def pause_told(headers: Mapping[str, str]) -> float:
    """Seconds between requests by the headers X-Rate-Limit-Limit and -Interval ("50", "1s"); 0 without them."""
    limit, interval = (headers.get(f"X-Rate-Limit-{name}", "") for name in ("Limit", "Interval"))
    seconds = re.fullmatch(r"(\d+)s?", interval.strip())
    return float(seconds[1]) / int(limit) if seconds and limit.strip().isdigit() and int(limit) else 0.0


# How the transports of the services' clients call it when no server was reached: no network, no name, no answer.
_NO_SERVER = frozenset(
    ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout", "ConnectError", "ProxyError")
)


def connection_failed(error: BaseException) -> Transient:
    """The failure of a connection as one that may pass, and whether a server was reached."""
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__name__ in _NO_SERVER:
            return Transient(f"no connection to the server ({type(cause).__name__})", reached=False)
        cause = cause.__cause__ or cause.__context__
    return Transient(f"the connection failed ({type(error).__name__})")


def check_status(status: int, retry_after: str = "") -> None:
    """Raise ``Transient`` for a status that may pass and ``BadInput`` where the request itself is refused."""
    if status in (403, 408, 425, 429) or status >= 500:  # both arXiv and OpenAlex say 403 to the hasty
        raise Transient(f"the service answered {status}", _seconds(retry_after))
    if status == 401:
        raise BadInput("the service refused us (401); check its key in the environment")
    if status >= 400 and status != 404:
        raise BadInput(f"the service does not understand the request ({status}); check the query or the ids")


def _seconds(retry_after: str) -> float | None:
    """Retry-After as seconds; it may be a date."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None
