"""``enrich_papers`` asks services in turn for what papers lack and fills the empty cells; ``undo`` empties them."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.collection.enrich.cells import Cells
from analysis.collection.enrich.match import LIKENESS, SAME_ID, likeness, refused_by_id, refused_by_title
from analysis.collection.enrich.origins import CELLS, GUESS, origins_of
from analysis.collection.enrich.services import SERVICES, Answer, Answers, ask
from analysis.collection.identity import Identity, identify, identity_of
from analysis.common.errors import BadInput, ServiceFailed
from analysis.common.tables import takes_frames
from analysis.common.wording import count_of, listed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.collection.fetch.polite import Polite

_SHORTEST = 3  # words of a title that is worth asking for
_PLURALS = {"abstract": "abstracts", "year": "years", "venue": "venues", "doi": "DOIs", "subjects": "lists of subjects",
            "citations": "citation counts", "retracted": "retraction statuses"}  # fmt: skip
_SINGULARS = {"doi": "DOI", "subjects": "list of subjects", "citations": "citation count",
              "retracted": "retraction status"}  # fmt: skip


class Enriched(NamedTuple):
    """The papers with what was filled, the origins table, and what went wrong: service -> one line."""

    papers: pd.DataFrame
    origins: pd.DataFrame
    failed: dict[str, str]

    def __str__(self) -> str:
        """One line for a person."""
        filled = self.origins[self.origins["status"] == "filled"]
        counts = Counter(filled["cell"])
        told = [count_of(counts[cell], _SINGULARS.get(cell, cell), _PLURALS[cell]) for cell in CELLS if counts[cell]]
        parts = [f"{listed(told)} from services" if told else "nothing from services"]
        guesses, refused = int(filled["guess"].sum()), int((self.origins["status"] == "refused").sum())
        parts += [f"{count_of(guesses, 'cell')} by title alone, a guess"] if guesses else []
        parts += [f"{count_of(refused, 'match', 'matches')} refused"] if refused else []
        return "; ".join(parts)


class _Paper:
    """A paper as services are asked for it: its identity, the ids that are known by now, and how they became known."""

    def __init__(self, paper_id: str, identity: Identity) -> None:
        self.paper_id, self.identity = paper_id, identity
        self.ids = {"doi": identity.doi, "arxiv": identity.arxiv, "pmid": identity.pmid and f"pmid:{identity.pmid}"}
        self.by: dict[str, str] = {}

    def key(self, kinds: Sequence[str]) -> tuple[str, str]:
        """The kind and value of the first id of these kinds that the paper has; ("", "") if it has none."""
        return next(((kind, self.ids[kind]) for kind in kinds if self.ids[kind]), ("", ""))

    @property
    def title_key(self) -> str:
        """The title to ask for; "" where the paper has an id, or a title that tells too little."""
        words = self.identity.title.split()
        return "" if any(self.ids.values()) or len(words) < _SHORTEST else f"title:{self.identity.title}"


@takes_frames
def enrich_papers(
    papers: pd.DataFrame,
    answers: str | os.PathLike[str],
    *,
    services: Sequence[str] = tuple(SERVICES),
    least: float = LIKENESS,
    polite: Callable[[float], Polite] | None = None,
) -> Enriched:
    """Fill empty cells of a papers table from live services; no value that is there is changed.

    Cells are abstract, year, venue, DOI and subjects, and in ``extra`` the citation count and the retraction status.
    A paper is asked for by DOI, arXiv id or PMID. One without any is asked for by its title, and what was found so is
    marked as a guess. ``services`` are asked in this order, each only for what is still missing; the first that knows a
    value fills the cell. ``least`` is how like two titles must be, from 0 to 1. ``answers`` is a folder where the
    answers are kept as they come, so that a broken run goes on where it stopped. ``polite`` makes the manners towards a
    service for its pause in seconds. BIAS_SENSES_MAILTO is the e-mail address that services ask for.

    A service that fails is named in ``failed``; what the others know is filled all the same. Raises ``BadInput`` for an
    unknown service, a likeness out of range or a folder that cannot be used.
    """
    from analysis.collection.fetch.polite import Polite, contact

    if unknown := [name for name in services if name not in SERVICES]:
        raise BadInput(f"service {unknown[0]!r} is none of {', '.join(SERVICES)}")
    if not 0.8 <= least <= 1:
        raise BadInput(f"likeness {least}: must be from 0.8 to 1")
    contact()
    cells = Cells(papers)
    asked_for = [_Paper(*pair) for pair in zip(papers["paper_id"], identify(papers), strict=True)]
    refused: list[dict[str, Any]] = []
    failed: dict[str, str] = {}
    for name in services:
        work = _Work(name, cells, asked_for, Answers(Path(answers) / f"{name}.jsonl"))
        try:
            ask(name, list(work.by_id), list(work.by_title), work.answers, polite or Polite)
        except (ServiceFailed, BadInput) as failure:
            reason = str(failure).removeprefix(f"{name}: ")
            failed[name] = f"{reason}; {count_of(work.unanswered, 'paper')} not asked for"
        refused += work.fill(least)
    table = cells.table()
    return Enriched(table, origins_of(table, refused), failed)


def undo(papers: pd.DataFrame, wanted: str = "all") -> tuple[pd.DataFrame, int]:
    """The papers without what ``enrich_papers`` filled, and how many cells were emptied.

    ``wanted`` is a service, "guesses" (what was found by title alone) or "all". A cell that was changed since it was
    filled stays as it is. Raises ``BadInput`` for anything else.
    """
    if wanted not in ("all", "guesses", *SERVICES):
        raise BadInput(f"undo {wanted!r}: is none of all, guesses, {', '.join(SERVICES)}")
    cells = Cells(papers)
    gone = sum(len(cells.empty(row, wanted)) for row, text in enumerate(papers["extra"]) if '"enriched"' in text)
    return cells.table(), gone


class _Work:
    """What one service is asked, for which papers, and what becomes of its answers."""

    def __init__(self, name: str, cells: Cells, papers: list[_Paper], answers: Answers) -> None:
        self.name, self.cells, self.papers, self.answers = name, cells, papers, answers
        self.by_id: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.by_title: dict[str, list[int]] = defaultdict(list)
        service = SERVICES[name]
        for row, paper in enumerate(papers):
            if not cells.lacking(row) & service.fills:
                continue
            kind, key = paper.key(service.ids)
            if key:
                self.by_id[key].append((row, kind))
            elif paper.title_key:
                self.by_title[paper.title_key].append(row)

    @property
    def unanswered(self) -> int:
        """For how many papers there is no answer yet."""
        ids = sum(len(rows) for key, rows in self.by_id.items() if key not in self.answers)
        return ids + sum(len(rows) for key, rows in self.by_title.items() if key not in self.answers)

    def fill(self, least: float) -> Iterator[dict[str, Any]]:
        """Fill cells from the answers that are there; yields a row of the origins table for each match refused."""
        for key, rows in self.by_id.items():
            for answer, identities in self._answer(key):
                found, theirs = answer.found[0], identities[0]
                for row, kind in rows:
                    matched = ", ".join(filter(None, (self.papers[row].by.get(kind), kind)))
                    if reason := refused_by_id(self.papers[row].identity, theirs):
                        yield self._refused(row, found, answer.date, matched, reason)
                    else:
                        self._take(row, found, answer.date, matched)
        for key, numbers in self.by_title.items():
            for answer, identities in self._answer(key):
                for row in numbers:
                    yield from self._by_title(row, answer, identities, least)

    def _answer(self, key: str) -> Iterator[tuple[Answer, list[Identity]]]:
        """The answer to ``key`` and the identities of what was found; nothing where nothing was."""
        answer = self.answers.get(key)
        if answer and answer.found:
            yield answer, [identity_of(row) for row in answer.found]

    def _by_title(self, row: int, answer: Answer, identities: list[Identity], least: float) -> Iterator[dict[str, Any]]:
        mine = self.papers[row].identity
        ranked = sorted(((likeness(mine, theirs), -i) for i, theirs in enumerate(identities)), reverse=True)
        for alike, i in ranked:
            if not refused_by_title(mine, identities[-i], least):
                self._take(row, answer.found[-i], answer.date, f"{GUESS} {alike:.2f}")
                return
        alike, i = ranked[0]
        if alike >= SAME_ID:  # a service that does not know a title answers with any other
            reason = refused_by_title(mine, identities[-i], least)
            yield self._refused(row, answer.found[-i], answer.date, f"{GUESS} {alike:.2f}", reason)

    def _refused(self, row: int, found: dict[str, Any], date: str, matched: str, reason: str) -> dict[str, Any]:
        return {
            "paper_id": self.papers[row].paper_id, "status": "refused", "service": self.name,
            "record": found["record"], "date": date, "matched": matched, "guess": matched.startswith(GUESS),
            "reason": reason,
        }  # fmt: skip

    def _take(self, row: int, found: dict[str, Any], date: str, matched: str) -> None:
        origin = {"by": self.name, "record": found["record"], "on": date, "matched": matched}
        values = found | {"subjects": [s.replace(";", ",") for s in found.get("subjects", ())]}
        filled = [
            cell for cell in CELLS
            if cell in SERVICES[self.name].fills and self.cells.fill(row, cell, values.get(cell), origin)
        ]  # fmt: skip
        paper = self.papers[row]
        if "doi" in filled and not paper.ids["doi"]:
            paper.ids["doi"], paper.by["doi"] = found["doi"], matched
