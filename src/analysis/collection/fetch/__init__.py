"""Live sources: papers from arXiv, OpenAlex and Hugging Face, by query or by id, into a file that can grow."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.sources import PROVENANCE
from analysis.common.errors import BadInput, ServiceFailed
from analysis.common.extras import extra
from analysis.common.progress import progress
from analysis.common.tables import SCHEMAS, replacing

if TYPE_CHECKING:
    from analysis.collection.fetch.page import Page
    from analysis.collection.fetch.polite import Polite

SERVICES = {"arxiv": "arxiv", "openalex": "openalex", "hf-papers": "hf_papers"}
MOST = 1000  # papers of a query, unless told otherwise: "bias" alone has millions


class Fetched(NamedTuple):
    """What a run brought: new papers, papers in the file altogether, and why ids asked for are not among them."""

    path: Path
    new: int
    total: int
    missing: dict[str, str]

    def __str__(self) -> str:
        """One line for a person."""
        sentence = f"{self.new:,} papers fetched, {self.total:,} in {self.path}"
        if self.missing:
            first, reason = next(iter(self.missing.items()))
            sentence += f"; {len(self.missing):,} ids without a paper (the first: {first}, {reason})"
        return sentence


def fetch_papers(
    service: str,
    out: str | os.PathLike[str],
    *,
    query: str | None = None,
    ids: Iterable[str] | os.PathLike[str] | None = None,
    limit: int | None = None,
    base_url: str | None = None,
    polite: Polite | None = None,
) -> Fetched:
    """Fetch papers by a query in the service's own language, or by ids, and append them to ``out`` (JSON lines).

    ``load_papers`` reads the file. ``ids`` are ids or the path of a file of them (see ``read_ids``); papers keep
    the id as given, so that annotations join. ``limit`` bounds a query (default: ``MOST``). Beside the file lies its
    provenance (service, query, dates, versions, how far it got); calling again goes on after an interruption,
    or with a larger ``limit``. ``base_url`` (or BIAS_SENSES_ARXIV_URL, ..._OPENALEX_URL, ..._HF_PAPERS_URL) names
    another server. Keys come from OPENALEX_API_KEY and HF_TOKEN and are written nowhere. Raises ``BadInput`` for a
    wrong call, a refused one or a file that belongs to another fetch, ``ServiceFailed`` when the service does not
    answer after retries; what came until then is kept.
    """
    if service not in SERVICES:
        raise BadInput(f"service {service!r} is none of {', '.join(SERVICES)}")
    if isinstance(ids, os.PathLike):
        ids = read_ids(ids)
    wanted = list(dict.fromkeys(i.strip() for i in ids if i.strip())) if ids is not None else None
    limit = MOST if limit is None else limit
    if (query is None or not query.strip()) == (not wanted):
        raise BadInput(f"{service}: give either a query or a file with ids")
    if limit < 1:
        raise BadInput(f"limit {limit}: must be 1 or more")
    if base_url is None:
        base_url = os.environ.get(f"BIAS_SENSES_{SERVICES[service].upper()}_URL", "")

    from analysis.collection.fetch.polite import Polite

    module = module_of(service, SERVICES[service])
    store = _Store(Path(out), service, query if not wanted else None, wanted, module.CLIENT)
    polite = polite or Polite(module.PAUSE)
    before = len(store.there)
    try:
        if wanted:
            _by_ids(module, wanted, store, polite, service, base_url)
        else:
            _by_query(module, query or "", limit, store, polite, service, base_url)
    except ServiceFailed as failure:
        kept = f"{len(store.there)} papers are kept in {store.path}; run the same again to go on"
        raise ServiceFailed(f"{failure}; {kept}") from failure
    return Fetched(store.path, len(store.there) - before, len(store.there), store.state["missing"])


def module_of(service: str, module: str) -> Any:
    """The module of a service. Raises ``BadInput`` if the package that it asks the service through is not installed."""
    found = import_module(f"{__name__}.{module}")
    if package := getattr(found, "CLIENT", ""):
        with extra("live", f"fetching from {service}"):
            import_module(package)
    return found


def _by_query(module: Any, query: str, limit: int, store: _Store, polite: Polite, service: str, base_url: str) -> None:
    while not store.state["complete"] and len(store.there) < limit:
        cursor, left = store.state["cursor"], limit - len(store.there)
        request = partial(module.search, query, cursor, left, base_url)
        page: Page = polite.ask(service, request)
        if not page.rows and not store.there:
            page = polite.ask(service, request)  # "nothing at all" is said twice before it is believed
        new = [row for row in page.rows if row["paper_id"] not in store.there]
        # A page that the limit cuts is asked for again when the limit is raised.
        cut = len(new) > left
        store.add(new[:left], cursor=cursor if cut else page.cursor, complete=not (cut or page.cursor))


def _by_ids(module: Any, ids: list[str], store: _Store, polite: Polite, service: str, base_url: str) -> None:
    left = [i for i in ids if i not in store.there and i not in store.state["missing"]]
    batches = [left[k : k + module.BATCH] for k in range(0, len(left), module.BATCH)]
    for batch in progress(batches, f"fetching from {service}"):
        page: Page = polite.ask(service, partial(module.lookup, batch, base_url))
        store.add(page.rows, missing=page.missing)
    store.add([], complete=True)


def read_ids(path: str | os.PathLike[str]) -> list[str]:
    """Ids from a text file (one a line, # begins a comment) or from the column paper_id of a CSV, each once."""
    path = Path(path)
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: no readable file of ids ({type(error).__name__})") from error
    header = next(csv.reader(text.splitlines()[:1]), [])
    if "paper_id" in header:
        found: Iterator[str] = ((row.get("paper_id") or "").strip() for row in csv.DictReader(text.splitlines()))
    else:
        found = (line.partition("#")[0].strip() for line in text.splitlines())
    ids = list(dict.fromkeys(i for i in found if i))
    if not ids:
        raise BadInput(f"{path}: holds no id; give one a line, or a CSV with a column paper_id")
    return ids


def search_of(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The search that a fetched file came of: service, query, ids (how many), started, updated, complete; {} if none.

    It is read from the provenance that ``fetch_papers`` left beside the file.
    """
    try:
        state = json.loads(_beside(Path(path)).read_text("utf-8"))
        asked = state["papers"] + len(state["missing"]) if state["ids_sha256"] else 0
        names = ("service", "query", "started", "updated", "complete")
        return {name: state[name] for name in names} | {"ids": asked}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}{PROVENANCE}")


class _Store:
    """The growing file and its provenance; what is in them survives a break at any moment."""

    def __init__(self, path: Path, service: str, query: str | None, ids: list[str] | None, client: str) -> None:
        self.path = path
        self._provenance = _beside(path)
        digest = hashlib.sha256("\n".join(ids).encode()).hexdigest() if ids else ""
        purpose = {"service": service, "query": query or "", "ids_sha256": digest}
        self.state: dict[str, Any] = purpose | {
            "started": _now(), "updated": _now(), "papers": 0, "cursor": "", "complete": False, "missing": {},
            "versions": {client: version(client), "bias-senses": version("bias-senses")},
        }  # fmt: skip
        self.there: set[str] = set()
        if path.exists() or self._provenance.exists():
            self._take_up(purpose)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            raise BadInput(f"{path}: cannot be written ({error.strerror}); choose another place") from error
        self._save()

    def _take_up(self, purpose: dict[str, str]) -> None:
        try:
            state = json.loads(self._provenance.read_text("utf-8"))
            same = {name: state[name] for name in purpose} == purpose
        except (OSError, ValueError, KeyError, TypeError):
            raise BadInput(f"{self.path}: is there already and no fetch of ours; choose another name") from None
        if not same:
            raise BadInput(f"{self.path}: belongs to another query or other ids; choose another name")
        self.state |= state
        data = self.path.read_bytes() if self.path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]  # a line that a break cut short is fetched again
        if len(whole) < len(data):
            with self.path.open("rb+") as file:
                file.truncate(len(whole))
        self.there = {json.loads(line)["paper_id"] for line in whole.splitlines() if line.strip()}
        if not self.there:
            self.state |= {"cursor": "", "complete": False, "missing": {}}

    def add(
        self,
        rows: list[dict[str, Any]],
        *,
        cursor: str = "",
        complete: bool = False,
        missing: dict[str, str] | None = None,
    ) -> None:
        """Append papers, then note how far we are."""
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            for row in rows:
                if row["paper_id"] not in self.there:
                    self.there.add(row["paper_id"])
                    file.write(json.dumps(_whole(row, self.state["service"]), ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.state |= {"cursor": cursor, "complete": complete, "missing": self.state["missing"] | (missing or {})}
        self._save()

    def _save(self) -> None:
        self.state |= {"updated": _now(), "papers": len(self.there)}
        with replacing(self._provenance) as temporary:
            temporary.write_text(json.dumps(self.state, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _whole(row: dict[str, Any], service: str) -> dict[str, Any]:
    """A row with all columns that a record brings along; ``extra`` without what is empty, as JSON."""
    extra = {name: value for name, value in row.get("extra", {}).items() if value not in (None, "", [])}
    columns = {name: kind for name, kind in SCHEMAS["papers"].items() if name != "as_read"}
    empty: dict[str, Any] = {column: [] if kind == "list" else "" for column, kind in columns.items()}
    return empty | row | {"source": service, "extra": json.dumps(extra, ensure_ascii=False) if extra else ""}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
