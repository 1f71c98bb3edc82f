"""The methods paragraph and the limits of a study, written from its manifest: ready to paste, and true of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import __version__
from analysis.charts.style import percent
from analysis.evaluate import shipped_evaluation
from analysis.findings.confusion import labelled_fields, labelled_papers
from analysis.findings.mixing import shipped_mixing
from analysis.findings.sentences import Prose, Sentence, between, count_of, listed, sentence
from analysis.findings.stance import shipped_agreement
from analysis.senses.assign import ABSTAIN_BELOW
from analysis.senses.inventory import UNCLEAR
from analysis.topics import SENSE_WEIGHT, UNMODELLED

if TYPE_CHECKING:
    from analysis.findings.confusion import Confusion
    from analysis.study import Study


def methods(study: Study, confusion: Confusion | None) -> Prose:
    """How this study was made. ``confusion`` is the held-out confusion matrix behind its intervals, or None."""
    manifest = study.manifest
    versions = manifest["versions"]
    packages = ", ".join(f"{name} {versions[name]}" for name in sorted(versions) if name != "bias-senses")
    told = [
        f"We searched titles and abstracts of {count_of(len(study.papers), 'paper')} for the word family of "
        f"\u201c{study.term}\u201d with bias-senses {__version__} and found "
        f"{count_of(len(study.mentions), 'mention')} in "
        f"{count_of(study.mentions['paper_id'].nunique(), 'paper')}.",
        f"Sentences were parsed with {manifest['grammar']} and encoded with {manifest['encoder']}.",
        _labelling(study, confusion),
    ]
    if confusion is not None:
        evaluation = shipped_evaluation()
        accuracy = evaluation.value("accuracy")
        told.append(
            f"On {evaluation.about['mentions']:,} held-out labelled mentions it agrees with the label on "
            f"{percent(accuracy.value)} ({between(accuracy.low, accuracy.high)}, their papers drawn anew)."
        )
        if known := _trained_on(study):
            told.append(
                f"{known:,} of the papers searched {'was' if known == 1 else 'were'} among those labelled for "
                "training, where it agrees more often; there estimates take the labels, counts do not."
            )
    if confusion is not None and (study.senses["stance"] != "").any():
        right, n = shipped_agreement()
        told.append(
            "What the authors do with the bias (fight, measure, use or merely mention it) was read in the same way; "
            f"on {n:,} held-out mentions this agrees with the label on {percent(right / n)}."
        )
    rung, _, why = manifest["rung"].partition(": ")
    told.append(
        f"No topics were modelled ({why})."
        if rung in UNMODELLED
        else f"Topics come from BERTopic ({manifest['rung']}), made of the encoded mention beside the sense it was "
        f"read in (weight: {SENSE_WEIGHT:g} times the confidence), so that they keep to senses partly by construction."
    )
    told.append(
        "Shares are given with 95% percentile intervals over replicates that draw the papers anew with replacement"
        + (
            " and the labels anew from what the held-out ones leave open: how often a reading of that confidence is "
            "wrong, and how often a paper read in one sense uses several, or the other way round."
            if confusion is not None
            else "."
        )
    )
    told.append(
        "How ambiguous the term is, as a number of equally common senses, is 2 to the power of Shannon's entropy in "
        f"bits of the senses' shares of mentions, \u201c{UNCLEAR}\u201d left out (Hill 1973)."
    )
    told.append(f"Random seed {manifest['seed']}; versions: {packages}.")
    return Prose(map(sentence, told))


def _trained_on(study: Study) -> int:
    """How many papers with a mention were among those labelled for training."""
    return int(study.mentions.drop_duplicates("paper_id")["paper_id"].isin(labelled_papers()).sum())


def _labelling(study: Study, confusion: Confusion | None) -> str:
    n, reviewed = len(study.inventory.ids), int(study.senses["reviewed"].sum())
    person = f" {count_of(reviewed, 'mention')} kept a label given or confirmed by the user." if reviewed else ""
    if confusion is None:
        return f"Mentions were given {count_of(n, 'sense')} for which no held-out labels were at hand.{person}"
    return (
        f"Each mention was given one of {count_of(n, 'sense')} or \u201c{UNCLEAR}\u201d by a logistic model on the "
        "encoded mention, its collocations, and what a MiniLM fine-tuned on such labels says of it with the whole "
        "abstract in view. The labels it was trained and tested on are a large language model's readings "
        "of "
        f"each context under written guidelines; they were not checked by people.{person}"
    )


def limits(study: Study, confusion: Confusion | None) -> Prose:
    """What the study cannot say, point by point, as far as its tables show it."""
    papers, senses = study.papers, study.senses
    points: list[Sentence] = [
        sentence("Only titles and abstracts were read; the same papers' full texts may use other senses."),
    ]
    if not study.papers["abstract"].astype(bool).all():
        missing = int((~papers["abstract"].astype(bool)).sum())
        points.append(sentence(f"{count_of(missing, 'paper')} came without an abstract, so only the title was read."))
    undated = int(papers["year"].isna().sum())
    if undated:
        points.append(
            sentence(
                f"{undated:,} of {count_of(len(papers), 'paper')} {'has' if undated == 1 else 'have'} no year and "
                f"{'is' if undated == 1 else 'are'} left out of findings over time."
            )
        )
    if unsure := int(senses["abstained"].sum()):
        points.append(
            sentence(
                f"{unsure:,} of {count_of(len(senses), 'mention')} ({percent(unsure / len(senses))}) "
                f"{'is' if unsure == 1 else 'are'} unsure, read with a confidence below {ABSTAIN_BELOW:g}; these still "
                "count in every table under their likeliest sense."
            )
        )
    if confusion is None:
        points.append(
            sentence(
                "How often the senses are wrong is not known: there are no labels for them. Intervals cover the "
                "choice of "
                "papers alone, so label a sample before you cite a share."
            )
        )
    else:
        fields = [f"{field} ({n:,} mentions)" for field, n in labelled_fields().items()]
        points.append(
            sentence(
                "The correction for the classifier's errors supposes that it errs here as it did on the held-out "
                f"papers, whose largest fields of research are {listed(fields[:3])}; in a distant field it may err "
                "more."
            )
        )
    if confusion is not None:
        mixed = shipped_mixing()
        points.append(
            sentence(
                f"Counts and lists of papers that mix senses are often wrong: of {mixed.of:,} held-out papers with two "
                f"labelled mentions or more, {mixed.labelled:,} mix them by their labels and {mixed.read:,} as read, "
                f"{mixed.both:,} by both. Estimates and intervals allow for it."
            )
        )
        if known := _trained_on(study):
            labelled = int(confusion.labels_of(study.mentions)["label"].notna().sum())
            points.append(
                sentence(
                    f"{count_of(known, 'paper')} of {len(papers):,} {'was' if known == 1 else 'were'} among those "
                    f"labelled for training: their labels (of {labelled:,} of "
                    f"{count_of(len(study.mentions), 'mention')}) stand for the readings in every estimate. Other "
                    "mentions of these papers may be read better than the correction supposes."
                )
            )
    if papers["paper_id"].nunique() < 50:
        points.append(
            sentence(
                f"{count_of(len(papers), 'paper')} {'is' if len(papers) == 1 else 'are'} few: a sense that is missing "
                "here may well exist in the field, and the intervals are wide for that reason."
            )
        )
    return Prose(points, bullets=True)
