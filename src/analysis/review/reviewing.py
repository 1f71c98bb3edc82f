"""The work of reviewing, without widgets: which mention comes next, what is decided, and how far it agrees."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from analysis.common.wording import count_of, percent
from analysis.review.given import known_ids, known_sense, reviewer_named, reviews_beside, tidied
from analysis.review.journal import Entry, Journal
from analysis.review.many import TOGETHER, collocations, machine_of
from analysis.review.sheet import RANDOM_SHARE, draw_reviews
from analysis.senses.cues import Cue, find_cues
from analysis.senses.reviews import CONSENSUS
from analysis.senses.sampled import drawn_stretch, random_order, seed_of
from analysis.statistics.agreement import AT_RANDOM, Proportion, proportion, with_more
from analysis.statistics.intervals import FEW
from analysis.study.sample import readable, record_drawn

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

MORE = 50  # mentions, of which the next sheet may consist


class Reviewing:
    """A queue of mentions worth a look, and the file that receives what is decided about them.

    The queue holds ``n`` drawn mentions (``draw_reviews``) or those of ``mentions``, and what ``reviewer`` began
    earlier: noted, tagged or postponed ones. What the reviewer has decided in the file is not asked again. ``path`` and
    ``reviewer`` default as in ``label_many``. With ``settled_by``, the name of a person, decisions are those of
    ``consensus``. With the first decision, what was drawn at random is recorded in ``drawn.csv`` beside the file.
    Raises ``BadInput`` when the file cannot be used or a mention is unknown.
    """

    def __init__(
        self,
        study: Study,
        path: str | os.PathLike[str] | None = None,
        *,
        mentions: Iterable[str] | None = None,
        n: int = MORE,
        reviewer: str | None = None,
        seed: int = 0,
        settled_by: str = "",
    ) -> None:
        self.study, self._seed, self._settles = study, seed, bool(settled_by)
        name = CONSENSUS if settled_by else reviewer_named(reviewer)
        self.journal = Journal(study, reviews_beside(study, path), name, settled_by)
        self.readings = study.readings.set_index("mention_id")
        self._machine = machine_of(study)
        if mentions is None:
            drawn = draw_reviews(study, n=n, seed=seed)
            sheet = dict(zip(drawn["mention_id"], drawn["why"], strict=True))
        else:
            sheet = dict.fromkeys(known_ids(study, mentions), "")
        self._unrecorded = [m for m, why in sheet.items() if why == AT_RANDOM]
        self._why: dict[str, str] = {str(m): str(why) for m, why in sheet.items()}
        self._why |= {m: entry.why for m, entry in self.journal.entries.items() if not entry.sense}
        self._shown = ""

    @property
    def queue(self) -> list[str]:
        """The ids of the mentions that are open, in the order in which they are asked: postponed ones last."""
        entries = self.journal.entries
        fresh = [m for m in self._why if not self.entry(m).sense and not self.entry(m).postponed]
        later = [m for m in self._why if not self.entry(m).sense and self.entry(m).postponed]
        return fresh + sorted(later, key=lambda m: entries[m].line)

    @property
    def done(self) -> list[str]:
        """The ids of the mentions among those asked that are decided."""
        return [m for m in self._why if self.entry(m).sense]

    @property
    def current(self) -> pd.Series | None:
        """The mention being asked about, as a row of ``Study.readings``; None when all is done."""
        found = self._current
        return self.readings.loc[found] if found else None  # type: ignore[return-value]

    @property
    def _current(self) -> str:
        return self._shown or next(iter(self.queue), "")

    def entry(self, mention_id: str) -> Entry:
        """What the reviewer says of a mention so far."""
        return self.journal.entries.get(mention_id, Entry())

    def show(self, mention_id: str) -> None:
        """Ask about this mention now, decided or not. Raises ``BadInput`` for an unknown one."""
        self._shown = known_ids(self.study, [mention_id])[0]
        self._why.setdefault(self._shown, self.entry(mention_id).why)

    def decide(self, sense: str, stance: str = "") -> None:
        """Write that the current mention has ``sense`` (and ``stance``, if given), and go on to the next."""
        sense, stance = known_sense(self.study.inventory, sense, stance)
        self._say(sense=sense, stance=stance, postponed=False)
        self._shown = ""

    def accept(self, stance: str = "") -> None:
        """Decide that the sense was read right."""
        self.decide(str(self.readings.loc[self._current, "sense"]), stance)

    def decide_all(self, sense: str, stance: str = "") -> int:
        """Write one decision for the current mention and all open ones with the same words; returns how many."""
        sense, stance = known_sense(self.study.inventory, sense, stance)
        _, ids = self.same_words
        said = {m: replace(self._explained(m), sense=sense, stance=stance, postponed=False) for m in ids}
        self._write(said)
        self._shown = ""
        return len(said)

    @property
    def cues(self) -> list[Cue]:
        """The inventory's cues that fire for the current mention."""
        own = self.study.mentions[self.study.mentions["mention_id"] == self._current]
        return [cue for fired in find_cues(own, self.study.inventory) for cue in fired]

    @property
    def same_words(self) -> tuple[str, list[str]]:
        """The collocation of the current mention, and the ids of the open mentions with it, the current one first.

        A postponed mention stays postponed, and who settles conflicts is asked about conflicts alone.
        """
        own = self._current
        if not own:
            return "", []
        words = self._collocations[own]
        alike = self._collocations.index[self._collocations == words] if words else []
        among = self._why if self._settles else self._readable
        found = (m for m in alike if m != own and m in among)
        return words, [own, *(m for m in found if not (self.entry(m).sense or self.entry(m).postponed))]

    @cached_property
    def _collocations(self) -> pd.Series:
        return collocations(self.study)

    @cached_property
    def _readable(self) -> set[str]:
        return set(readable(self.study))

    def annotate(self, note: str, tags: Iterable[str] = ()) -> bool:
        """Keep a note and tags with the current mention, which stays open. Returns whether that is new."""
        note, tags = tidied(note, tags)
        before = self.entry(self._current)
        if not self._current or (note, tags) == (before.note, before.tags):
            return False
        self._say(note=note, tags=tags)
        return True

    def postpone(self) -> None:
        """Ask about the current mention last, in this session or a later one; it counts as open."""
        if not self.entry(self._current).sense:
            self._say(postponed=True)
        self._shown = ""

    def undo(self) -> int:
        """Take back this reviewer's last step in the file, whichever session made it, and show its first mention.

        Returns of how many mentions: a decision about many is one step. 0 when there was none.
        """
        changed = self.journal.undo()
        for mention_id in changed:
            self._why.setdefault(mention_id, self.entry(mention_id).why)
        self._shown = changed[0] if changed else self._shown
        return len(changed)

    def so_far(self, *, more: int = MORE) -> SoFar:
        """How far the reader of the study agrees with the reviewer so far, and what ``more`` mentions would change.

        Where the reviewer said nothing, others' decisions count, and ``consensus`` counts before all.
        """
        decided = {**self.journal.others, **{m: e for m, e in self.journal.entries.items() if e.sense}}
        decided |= {m: e for m, e in self.journal.others.items() if e.reviewer.lower() == CONSENSUS}
        alike = {
            m: e.sense == read for m, e in decided.items() if e.sense and (read := e.read_as or self._machine.get(m))
        }
        drawn = {m for m, why in self._why.items() if why == AT_RANDOM}
        drawn |= {m for m, entry in decided.items() if entry.why == AT_RANDOM}
        return count_so_far(self._order, alike, drawn, more=more)

    @cached_property
    def _order(self) -> list[str]:
        """The random order of the mentions that the machine read by itself, as far as that is known."""
        entries = [*self.journal.entries.items(), *self.journal.others.items()]
        compared = {mention_id for mention_id, entry in entries if entry.read_as}
        told = set(self._machine.index[self._machine == ""]) - compared
        return random_order((m for m in self._readable if m not in told), seed_of(self.study.drawn, self._seed))

    def _say(self, **change: object) -> None:
        self._write({self._current: replace(self._explained(self._current), **change)})  # type: ignore[arg-type]

    def _write(self, said: Mapping[str, Entry]) -> None:
        if self._unrecorded:
            record_drawn(self.study, self._unrecorded, seed=self._seed, folder=self.journal.path.parent)
            self._unrecorded = []
        self.journal.write(said)

    def _explained(self, mention_id: str) -> Entry:
        """What was said of a mention, with why it was shown and as what it was read."""
        entry = self.entry(mention_id)
        read = str(self._machine[mention_id])
        return replace(entry, why=entry.why or self._why.get(mention_id) or TOGETHER, read_as=entry.read_as or read)


@dataclass(frozen=True)
class SoFar:
    """How often the reader agrees with the reviewers: ``at_random`` alone tells how it does on the collection.

    ``picked`` counts the mentions that were read because they looked doubtful or were selected. ``waiting`` mentions of
    the random sample are not decided yet. ``more`` further mentions, of which ``random`` are of that sample, would
    leave the interval ``expected`` if the share stayed as it is.
    """

    at_random: Proportion
    picked: Proportion
    waiting: int
    more: int
    random: int
    expected: tuple[float, float]

    def __str__(self) -> str:
        """The agreement in sentences."""
        part = self.at_random
        if not part.n:
            told = ["How far the reader agrees with you cannot be said yet: no mention drawn at random is decided."]
        else:
            told = [
                f"The reader agrees with you on {part.hits:,} of {count_of(part.n, 'mention')} drawn at random: "
                f"{percent(part.hits / part.n)}, with a 95% interval from {percent(part.low)} to {percent(part.high)}."
            ]
            now, then = (100 * (high - low) for low, high in ((part.low, part.high), self.expected))
            if part.n >= FEW and self.random:
                told.append(
                    f"Another {self.more} mentions, {self.random} of them at random, would narrow the interval from "
                    f"{now:.0f} to about {then:.0f} points if the share stays."
                )
            elif not self.random:
                told.append("No further mention is left to draw at random.")
        if self.waiting:
            waits = "waits" if self.waiting == 1 else "wait"
            told.append(f"{count_of(self.waiting, 'mention')} of the random sample {waits} for a decision.")
        if self.picked.n:
            told.append(
                f"Of {count_of(self.picked.n, 'mention')} picked for a reason, such as doubt, it agrees on "
                f"{self.picked.hits:,}; they say nothing about the collection."
            )
        return " ".join(told)


def count_so_far(order: Sequence[str], alike: Mapping[str, bool], drawn: Collection[str], *, more: int = MORE) -> SoFar:
    """Count agreement on the random sample and on the rest.

    ``order`` is the random order of all mentions, ``alike`` says of each decided one whether reader and reviewer agree,
    ``drawn`` are those drawn at random, decided or not. The sample is ``drawn_stretch``. Intervals are Wilson's (1927).
    """
    sample = set(drawn_stretch(order, drawn, alike))
    part = proportion([hit for m, hit in alike.items() if m in sample])
    open_ = sum(m not in alike for m in sample)
    random = min(round(RANDOM_SHARE * more), len(order) - len(sample) + open_)
    return SoFar(
        at_random=part,
        picked=proportion([hit for m, hit in alike.items() if m not in sample]),
        waiting=open_,
        more=more,
        random=random,
        expected=with_more(part, random),
    )


def agreement_so_far(
    study: Study,
    path: str | os.PathLike[str] | None = None,
    *,
    reviewer: str | None = None,
    seed: int = 0,
    more: int = MORE,
) -> SoFar:
    """How far the reader of a study agrees with the reviews in a file (``Reviewing.so_far``); print it for sentences.

    What counts is the sense that the machine gave when the mention was shown, before it learned from it. ``path``
    and ``reviewer`` default as in ``label_many``; ``seed`` is the one of the sheet.
    """
    return Reviewing(study, path, reviewer=reviewer, seed=seed).so_far(more=more)
