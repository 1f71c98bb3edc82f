"""The methods paragraph and the limits of a study, written from its manifest: ready to paste, and true of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import __version__
from analysis.common.prose import Prose, Sentence, between, sentence
from analysis.common.wording import count_of, listed, percent
from analysis.evaluation import shipped_evaluation
from analysis.inventory.inventory import UNCLEAR
from analysis.senses.held_out import labelled_fields, labelled_papers
from analysis.senses.probable import ABSTAIN_BELOW
from analysis.senses.reader import EXTENDED, FEW, INDUCED, SHIPPED
from analysis.topics.model import SENSE_WEIGHT, UNMODELLED

if TYPE_CHECKING:
    from analysis.study.study import Study


def methods(study: Study) -> Prose:
    """How this study was made: what was searched, who read it and how well, and what its intervals carry."""
    manifest, errors = study.manifest, study.error_model
    versions = manifest["versions"]
    packages = ", ".join(f"{name} {versions[name]}" for name in sorted(versions) if name != "bias-senses")
    sentences = [
        f"We searched titles and abstracts of {count_of(len(study.papers), 'paper')} for the word family of "
        f"\u201c{study.term}\u201d with bias-senses {__version__} and found "
        f"{count_of(len(study.mentions), 'mention')} in "
        f"{count_of(study.mentions['paper_id'].nunique(), 'paper')}.",
        f"Sentences were parsed with {manifest['grammar']} and encoded with {manifest['encoder']}.",
        _reader(study),
        *_quality(study),
    ]
    agreement = errors.stances_as_labelled
    if agreement is not None and (study.senses["stance"] != "").any():
        right, n = agreement
        done = [stance.past or stance.id for stance in study.inventory.stances.values()]
        sentences.append(
            f"What the authors do with it ({', '.join(done)}) was read in the same way; "
            f"on {n:,} held-out mentions this agrees with the label on {percent(right / n)}."
        )
    rung, _, why = manifest["rung"].partition(": ")
    sentences.append(
        f"No topics were modelled ({why})."
        if rung in UNMODELLED
        else f"Topics come from BERTopic ({manifest['rung']}), made of the encoded mention and the sense it was read "
        f"in (weight: {SENSE_WEIGHT:g} times the confidence). So they keep to senses partly by construction."
    )
    sentences.append(
        "Shares are given with 95% percentile intervals over replicates that draw the papers anew with replacement"
        + (
            " and the labels anew from the errors seen on held-out labels: how often a reading of that confidence is "
            "wrong, and how often a paper read in one sense uses several, or the other way round."
            if errors.senses is not None
            else "."
        )
    )
    sentences.append(
        "How ambiguous the term is, as a number of equally common senses, is 2 to the power of Shannon's entropy in "
        f"bits of the senses' shares of mentions, \u201c{UNCLEAR}\u201d left out (Hill 1973)."
    )
    sentences.append(f"Random seed {manifest['seed']}; versions: {packages}.")
    return Prose(map(sentence, sentences))


def _trained_on(study: Study) -> int:
    """How many papers with a mention were among the shipped ones that the reader learned from."""
    if not study.reading.learned_shipped:
        return 0
    return int(study.mentions.drop_duplicates("paper_id")["paper_id"].isin(labelled_papers()).sum())


def _reader(study: Study) -> str:
    """Who gave each mention its sense."""
    n, reviewed = count_of(len(study.inventory.ids), "sense"), int(study.senses["reviewed"].sum())
    person = f" {count_of(reviewed, 'mention')} kept a label given or confirmed by the user." if reviewed else ""
    if study.reading.by == INDUCED:
        return f"The encoded mentions were clustered, and the groups are called {n} here.{person}"
    context = ", and the output of a MiniLM fine-tuned on such labels, which sees the whole abstract"
    if study.reading.by == FEW:
        return (
            f"Each mention was given one of {n} by a logistic model made for this study and by labels spread to "
            "mentions like it (Zhou et al. 2004), from the senses' definitions, collocations and example sentences and "
            f"the user's labels, as far as there were any.{person}"
        )
    taught = " Before it read, it also learned the user's labels." if study.reading.by == EXTENDED else ""
    return (
        f"Each mention was given one of {n} or \u201c{UNCLEAR}\u201d by a logistic model on the encoded mention, its "
        f"collocations{context if study.reading.scores else ''}. The labels it was trained and tested on are a large "
        "language model's readings of each context under written guidelines; they were not checked by people."
        f"{taught}{person}"
    )


def _quality(study: Study) -> list[str]:
    """How often the reader is right, as far as that was measured."""
    held_out, by = study.error_model.held_out, study.reading.by
    method = "head" if study.reading.scores else "without_scores"
    right = shipped_evaluation().value("accuracy", method) if by == SHIPPED else study.error_model.accuracy
    if held_out is None or right is None:
        return ["How often this is wrong is not known, because there were no held-out labels."]
    own = len(study.held_out)
    whose, when = {
        SHIPPED: (" held-out labelled mentions it agrees", ""),
        EXTENDED: (f" held-out labelled mentions ({own:,} the user's) it agreed", " before it learned the user's"),
        FEW: (" labelled mentions, each read without the labels of its paper, it agrees", ""),
    }[by]
    sentences = [
        f"On {len(held_out):,}{whose} with the label on {percent(right.value)} "
        f"({between(right.low, right.high)}, their papers drawn anew){when}."
    ]
    if known := _trained_on(study):
        sentences.append(
            f"{known:,} of the papers searched {'was' if known == 1 else 'were'} among those labelled for "
            "training, where it agrees more often. Estimates use their labels; counts use the readings."
        )
    return sentences


def limits(study: Study) -> Prose:
    """What the study cannot say, point by point, as far as its tables show it."""
    papers, senses, errors = study.papers, study.senses, study.error_model
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
    if errors.senses is None or errors.held_out is None:
        points.append(
            sentence(
                "How often the senses are wrong is not known: there are no labels for them. Intervals cover the "
                "choice of "
                "papers alone, so label a sample before you cite a share."
            )
        )
    elif not study.reading.learned_shipped:
        points.append(
            sentence(
                "The correction for the classifier's errors assumes that it errs elsewhere as it does on the "
                f"{len(errors.held_out):,} labelled mentions. If these were not drawn at random, it may err more or "
                "less."
            )
        )
    else:
        fields = [f"{field} ({n:,} mentions)" for field, n in labelled_fields().items()]
        points.append(
            sentence(
                "The correction for the classifier's errors assumes that it errs here as it did on the held-out "
                f"papers. Their largest fields of research are {listed(fields[:3])}. In a distant field it may err "
                "more."
            )
        )
    mixed = errors.mixing_as_labelled
    if errors.senses is not None and mixed is not None and mixed.of:
        points.append(
            sentence(
                f"Counts and lists of papers that mix senses are often wrong: of {mixed.of:,} held-out papers with two "
                f"labelled mentions or more, {mixed.labelled:,} mix them by their labels and {mixed.read:,} as read, "
                f"{mixed.both:,} by both. Estimates and intervals allow for it."
            )
        )
        if known := _trained_on(study):
            labelled = int(errors.senses.labels_of(study.mentions)["label"].notna().sum())
            points.append(
                sentence(
                    f"{count_of(known, 'paper')} of {len(papers):,} {'was' if known == 1 else 'were'} among those "
                    f"labelled for training: their labels (of {labelled:,} of "
                    f"{count_of(len(study.mentions), 'mention')}) stand for the readings in every estimate. Other "
                    "mentions of these papers may be read better than the correction assumes."
                )
            )
    if papers["paper_id"].nunique() < 50:
        points.append(
            sentence(
                f"{count_of(len(papers), 'paper')} {'is' if len(papers) == 1 else 'are'} few. The intervals are wide "
                "for that reason, and a sense that is missing here may well exist in the field."
            )
        )
    return Prose(points, bullets=True)
