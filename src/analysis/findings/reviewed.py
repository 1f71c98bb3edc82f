"""How common each sense is by the mentions that a person reviewed at random: shares that need no other labels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.common.links import card_link
from analysis.common.prose import Fact, Prose, Sentence, between, sentence
from analysis.common.wording import count_of, percent, points
from analysis.statistics.agreement import Proportion, proportion
from analysis.statistics.intervals import Shares
from analysis.statistics.prediction_powered import Reviewed, count_reviewed

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.palette import Palette

ENOUGH = 25  # mentions reviewed at random, from which shares are told; with none of 25 an interval reaches to 13%
MORE = 50  # mentions that a person may review next
WITHIN = 0.05  # half the width of an interval with which reviewing can stop
REVIEWED = "reviewed"  # what the column ``error`` says of shares that rest on a sample


@dataclass(frozen=True)
class Sample:
    """A random sample as counted: ``reviewed`` of each sense, ``fixed`` mentions of each sense that were never drawn
    from (labelled ones, and those in other languages, which are unclear), and ``known`` mentions of each sense, whoever
    gave it. ``agreed`` is how often the machine had read an answered mention so; ``of`` counts all mentions.
    """

    order: tuple[str, ...]
    reviewed: Reviewed
    fixed: np.ndarray
    known: np.ndarray
    agreed: Proportion
    skipped: int
    of: int

    @property
    def answered(self) -> int:
        """How many mentions of the sample the reviewer gave a sense."""
        return self.agreed.n

    @property
    def left(self) -> int:
        """How many mentions are not in the sample."""
        return int(self.of - self.fixed.sum()) - self.answered - self.skipped

    def shares(self, more: float = 0) -> Shares:
        """Each sense's share of all mentions with its interval, or the one to expect with ``more`` reviewed mentions.

        What is known of single mentions, also those that were picked for another reason than chance, bounds the limits.
        """
        found = (self.reviewed.with_more(more) if more else self.reviewed).shares()
        drawn = self.of - self.fixed.sum()
        estimate, low, high = ((self.fixed + drawn * np.nan_to_num(part)) / max(self.of, 1) for part in found)
        least, most = self.known / max(self.of, 1), 1 - (self.known.sum() - self.known) / max(self.of, 1)
        return Shares(*(np.clip(part, least, most) for part in (estimate, low, high)))

    def half_width(self, more: float = 0) -> np.ndarray:
        """Half the width of each sense's interval."""
        _, low, high = self.shares(more)
        return np.asarray((high - low) / 2)

    def needed(self, within: float = WITHIN) -> int:
        """How many more mentions every interval needs, to be at most ``within`` wide on either side, if what comes is
        like what came; 0 where nothing is missing.
        """
        low, high = -1, self.left
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.half_width(middle).max() <= within else (middle, high)
        return high


def count_sample(
    readings: pd.DataFrame, read_as: Mapping[str, str], sample: Collection[str], drawn_from: Collection[str],
    order: Sequence[str],
) -> Sample:  # fmt: skip
    """Count a random sample of mentions.

    ``readings`` needs mention_id, sense (of ``order``) and reviewed; a reviewed mention has the reviewer's sense.
    ``read_as`` is what the machine read before it knew any review, by mention id, ``sample`` the mentions drawn at
    random, and ``drawn_from`` all those that could have been drawn.
    """
    position = {sense: i for i, sense in enumerate(order)}
    senses = readings["sense"].map(position).to_numpy(dtype=int)
    told = readings["reviewed"].to_numpy(dtype=bool)
    eligible = readings["mention_id"].isin(drawn_from).to_numpy()
    sampled = readings["mention_id"].isin(sample).to_numpy()[eligible]
    read = np.array([position.get(read_as.get(m, ""), -1) for m in readings["mention_id"]], dtype=int)[eligible]
    truth = np.where(told, senses, -1)[eligible]
    answered = sampled & (truth >= 0)
    return Sample(
        order=tuple(order),
        reviewed=count_reviewed(read, truth, sampled, len(order)),
        fixed=np.bincount(senses[~eligible], minlength=len(order)),
        known=np.bincount(senses[told | ~eligible], minlength=len(order)),
        agreed=proportion(read[answered] == truth[answered]),
        skipped=int((sampled & (truth < 0)).sum()),
        of=len(readings),
    )


def reviewed_shares(sample: Sample, *, more: int = MORE) -> pd.DataFrame:
    """Share of each sense among the mentions, by a random sample of them that a person reviewed.

    Returns one row per sense of the sample's order: sense, share, low and high (its 95 % interval for this collection,
    see ``analysis.statistics.prediction_powered``; shares need not add up to one), hits (reviewed mentions of the
    sample with this sense), reviewed (mentions of the sample with an answer), skipped (those without), of (all
    mentions), width (of the interval), width_with_more (the one to expect with ``more`` further mentions at random) and
    more. Without a reviewed mention there are no rows.
    """
    import pandas as pd

    columns = ["sense", "share", "low", "high", "hits", "reviewed", "skipped", "of", "width", "width_with_more", "more"]
    if not sample.answered:
        return pd.DataFrame(columns=columns)
    found = sample.shares()
    more = min(more, sample.left)
    return pd.DataFrame(
        {
            "sense": sample.order, **found._asdict(), "hits": sample.reviewed.hits.sum(axis=1).astype(int),
            "reviewed": sample.answered, "skipped": sample.skipped, "of": sample.of,
            "width": 2 * sample.half_width(), "width_with_more": 2 * sample.half_width(more), "more": more,
        }
    ).rename(columns={"estimate": "share"})[columns]  # fmt: skip


def with_reviews(shares: pd.DataFrame, reviewed: pd.DataFrame) -> pd.DataFrame:
    """``sense_shares`` where the shares of mentions are those of a random sample, if it is large enough (``ENOUGH``).

    Their ``error`` is "reviewed". Shares of papers stay: whether a paper has a sense, single mentions do not say.
    """
    if reviewed.empty or reviewed["reviewed"].iloc[0] < ENOUGH:
        return shares
    table, rows = shares.copy(), (shares["unit"] == "mentions").to_numpy()
    own = reviewed.set_index("sense").loc[table.loc[rows, "sense"]]
    table.loc[rows, ["estimate", "low", "high"]] = own[["share", "low", "high"]].to_numpy()
    table.loc[rows, "error"] = REVIEWED
    return table


def answer_reviews(sample: Sample, palette: Palette, *, within: float = WITHIN, more: int = MORE) -> Prose:
    """What the reviewed mentions say, how many there are, how much narrower more would make it, and when to stop.

    ``within`` is half the width of an interval with which the person is content.
    """
    n = sample.answered
    if not n:
        return Prose(
            [
                sentence(
                    "No mention drawn at random is reviewed yet. With about "
                    f"{ENOUGH}, the shares of the senses rest on your own decisions: the command review draws some."
                )
            ]
        )
    told = [reviewed_sentence(sample, palette)] if n >= ENOUGH else []
    told += [agreed_sentence(sample)]
    if sample.skipped:
        passed = "was passed over; the intervals hold whatever it is" if sample.skipped == 1 else (
            "were passed over; the intervals hold whatever they are")  # fmt: skip
        told.append(sentence(f"{count_of(sample.skipped, 'mention')} of the random sample {passed}."))
    return Prose([*told, *_planned(sample, palette, within, more)])


def reviewed_sentence(sample: Sample, palette: Palette) -> Sentence:
    """Which sense is commonest among the mentions by the random sample, and how many mentions stand behind it."""
    found = sample.shares()
    clear = [i for i, sense in enumerate(sample.order) if sense not in palette.no_sense] or [0]
    first = max(clear, key=lambda i: found.estimate[i])
    sense = sample.order[first]
    return sentence(
        f"By {count_of(sample.answered, 'mention')} drawn at random and reviewed, of {sample.of:,}, ",
        Fact(palette[sense].name, card_link(sense)),
        f" has {percent(float(found.estimate[first]))} of all mentions "
        f"({between(float(found.low[first]), float(found.high[first]))}).",
    )


def agreed_sentence(sample: Sample) -> Sentence:
    """How often the machine had read a mention of the random sample as the reviewer did."""
    part = sample.agreed
    return sentence(
        f"Of {count_of(part.n, 'mention')} drawn at random, the program had read {part.hits:,} as the reviewer did: "
        f"{percent(part.hits / part.n)} ({between(part.low, part.high)})."
    )


def _planned(sample: Sample, palette: Palette, within: float, more: int) -> list[Sentence]:
    """Whether reviewing can stop; else what is missing and what ``more`` mentions would give."""
    now, goal = sample.half_width(), f"within {100 * within:g} points either way"
    if now.max() <= within:
        return [sentence(f"Every share is known {goal}, so reviewing can stop.")]
    missing = max(sample.needed(within), ENOUGH - sample.answered)
    more = min(more, sample.left)
    widest = int(now.argmax())
    name = palette[sample.order[widest]].name
    told = []
    if sample.answered >= ENOUGH:
        then = float(sample.half_width(more)[widest])
        told.append(
            sentence(
                f"The widest interval is that of {name}; {more:,} more mentions at random would narrow it from "
                f"{points(2 * float(now[widest]))} to about {points(2 * then)} points."
            )
        )
    return [*told, sentence(f"Reviewing can stop after about {missing:,} more: then every share is known {goal}.")]
