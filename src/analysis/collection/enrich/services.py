"""The services in their order, what each can fill, by which ids it is asked, and its answers, kept as they come."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.enrich.cells import CELLS, citations_of
from analysis.collection.retracted import says_retracted
from analysis.common.dates import today
from analysis.common.errors import BadInput
from analysis.common.extras import extra
from analysis.common.progress import progress

if TYPE_CHECKING:
    from analysis.collection.fetch.polite import Polite

KEPT = ("title", "authors", "abstract", "year", "venue", "doi", "subjects")


class Service(NamedTuple):
    """A service: its module in ``collection.fetch``, the cells it can fill, the kinds of ids it knows, best first."""

    module: str
    fills: frozenset[str]
    ids: tuple[str, ...]


# In this order they are asked. The first that knows a value fills the cell; only a retraction may still be told later.
SERVICES = {
    "openalex": Service("openalex", frozenset(CELLS), ("doi", "arxiv", "pmid")),
    "crossref": Service("crossref", frozenset(CELLS) - {"subjects"}, ("doi",)),
    "arxiv": Service("arxiv", frozenset(CELLS) - {"citations", "retracted"}, ("arxiv",)),
    "europe-pmc": Service("europe_pmc", frozenset(CELLS), ("pmid", "doi")),
}


class Answer(NamedTuple):
    """What a service said when it was asked for one thing, and on which day."""

    date: str
    found: list[dict[str, Any]]


class Answers:
    """A service's answers in a file of JSON lines, one for each thing asked; what is in it survives a break."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Answer] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            data = path.read_bytes()
            whole = data[: data.rfind(b"\n") + 1]  # a line that a break cut short is asked for again
            if len(whole) < len(data):
                with path.open("rb+") as file:
                    file.truncate(len(whole))
        except OSError as error:
            raise BadInput(f"{path}: cannot be written ({error.strerror}); choose another place") from error
        try:
            for line in whole.decode().splitlines():
                told = json.loads(line)
                self._answers[told["asked"]] = Answer(str(told["date"]), list(told["found"]))
        except (ValueError, KeyError, TypeError):
            raise BadInput(f"{path}: holds no answers of a service; remove it or choose another name") from None

    def __contains__(self, asked: str) -> bool:
        return asked in self._answers

    def get(self, asked: str) -> Answer | None:
        """The answer to what was asked, None if there is none yet."""
        return self._answers.get(asked)

    def add(self, answers: dict[str, list[dict[str, Any]]]) -> None:
        """Keep what was found for each thing asked; an empty list where there is nothing."""
        with self._path.open("a", encoding="utf-8", newline="\n") as file:
            for asked, found in answers.items():
                self._answers[asked] = Answer(today(), [_kept(row) for row in found])
                line = {"asked": asked, **self._answers[asked]._asdict()}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def ask(
    name: str, ids: Sequence[str], titles: Sequence[str], answers: Answers, polite: Callable[[float], Polite]
) -> None:
    """Ask a service for papers by ids, many at a time, and by titles, one by one, unless the answer is there already.

    ``polite`` makes the manners for a pause in seconds. BIAS_SENSES_<SERVICE>_URL names another server. Raises
    ``ServiceFailed`` when the service does not answer after retries and ``BadInput`` when it refuses us or its client
    is not installed; what came until then is in ``answers``.
    """
    module = import_module(f"analysis.collection.fetch.{SERVICES[name].module}")
    if client := getattr(module, "CLIENT", ""):
        with extra("live", f"asking {name}"):
            import_module(client)
    base_url = os.environ.get(f"BIAS_SENSES_{SERVICES[name].module.upper()}_URL", "")
    manners = polite(module.PAUSE)
    batches = list(_batches([i for i in ids if i not in answers], module.BATCH))
    for batch in progress(batches, f"asking {name}"):
        page = manners.ask(name, partial(module.lookup, batch, base_url))
        manners.pause = max(module.PAUSE, page.pause)
        found = {row["paper_id"]: row for row in page.rows}
        answers.add({asked: [found[asked]] if asked in found else [] for asked in batch})
    for title in progress([t for t in titles if t not in answers], f"asking {name} for titles"):
        page = manners.ask(name, partial(module.titled, title.removeprefix("title:"), base_url))
        manners.pause = max(module.PAUSE, page.pause)
        answers.add({title: page.rows})


def _batches(ids: Sequence[str], most: int) -> Iterator[list[str]]:
    """The ids in pieces; those of PubMed by themselves, as a service asks for one kind at a time."""
    for kind in (True, False):
        own = [i for i in ids if i.startswith("pmid:") == kind]
        yield from (own[at : at + most] for at in range(0, len(own), most))


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    """What is needed of a service's row: the cells, what proves the match, and the service's own id as ``record``."""
    extra = row.get("extra") or {}
    kept = {name: row[name] for name in KEPT if row.get(name)}
    address = str(extra.get("openalex") or row.get("url") or "")
    own = row.get("record") or address.partition("/abs/")[2] or address.rpartition("/")[2]
    count = citations_of(extra)
    return kept | {
        "record": str(own), "retracted": says_retracted(str(row.get("title") or ""), extra),
        **({"citations": count} if count is not None else {}),
    }  # fmt: skip
