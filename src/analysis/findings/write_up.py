"""The methods paragraph and the limits of a study, written from its manifest: ready to paste, and true of this run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import __version__
from analysis.common.prose import Prose, Sentence, between, sentence
from analysis.common.wording import count_of, listed, percent
from analysis.evaluation import shipped_evaluation, shipped_evidence
from analysis.evaluation.evidence import UNSEEN
from analysis.findings.reviewed import ENOUGH as ENOUGH_REVIEWED
from analysis.senses.held_out import labelled_fields, labelled_papers
from analysis.senses.probable import ABSTAIN_BELOW, said_of
from analysis.senses.reader import EXTENDED, FEW, INDUCED, SHIPPED
from analysis.statistics.intervals import ENOUGH
from analysis.topics.model import SENSE_WEIGHT, UNMODELLED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.reviewed import Sample
    from analysis.statistics.bootstrap import Estimate
    from analysis.study.study import Study


def methods(study: Study, sample: Sample | None = None) -> Prose:
    """How this study was made: what was searched, who read it and how well, and what its intervals carry.

    ``sample`` are the mentions that were reviewed at random, if any.
    """
    manifest, errors = study.manifest, study.error_model
    versions = manifest["versions"]
    packages = ", ".join(f"{name} {versions[name]}" for name in sorted(versions) if name != "bias-senses")
    using = study.mentions["paper_id"].nunique()
    sentences = [
        f"We searched titles and abstracts of {count_of(len(study.papers), 'paper')} for the word family of "
        f"\u201c{study.term}\u201d with bias-senses {__version__}.",
        f"We found {count_of(len(study.mentions), 'mention')} in {count_of(using, 'paper')}.",
        f"Sentences were parsed with {manifest['grammar']} and encoded with {manifest['encoder']}.",
        *_reader(study),
        *(_quality(study) if errors.held_out is not None or not _reviewed(sample) else []),
    ]
    agreement = errors.stances_as_labelled
    if agreement is not None and (study.senses["stance"] != "").any():
        right, n = agreement
        done = [stance.past or stance.id for stance in study.inventory.stances.values()]
        sentences += [
            f"What the authors do with it ({', '.join(done)}) was read in the same way.",
            f"On {n:,} held-out mentions this agrees with the label on {percent(right / n)}.",
        ]
    if using:
        sentences += _abstracts()
    rung, _, why = manifest["rung"].partition(": ")
    sentences += (
        [f"No topics were modelled ({why})."]
        if rung in UNMODELLED
        else [
            f"Topics come from BERTopic ({manifest['rung']}).",
            "They are made of the encoded mention and the sense it was read in "
            f"(weight: {SENSE_WEIGHT:g} times the confidence), so they keep to senses partly by construction.",
        ]
    )
    if using < ENOUGH:
        sentences.append(
            f"Fewer than {ENOUGH} papers use the term, so the text counts papers as read; the tables have shares."
        )
    else:
        sentences.append(
            "How ambiguous the term is, as a number of equally common senses, is 2 to the power of Shannon's entropy "
            "in bits of the senses' shares of mentions, "
            f"{_either(*map(_quoted, study.inventory.no_sense))} left out (Hill 1973)."
        )
    sentences.append("Shares have 95% percentile intervals over replicates that draw the papers anew with replacement.")
    if errors.senses is not None:
        sentences += [
            "The estimate is what was counted, with known labels in the place of readings.",
            "A replicate also draws the labels anew from what held-out readings of that sense and confidence turned "
            "out to be, and from how often a paper read in one sense uses several, or the other way round.",
            "The mix of senses is drawn between the one counted and the one that would explain the readings if only "
            "the mix differed from the held-out one (Saerens et al. 2002), and the errors of each sense vary as they "
            "do between fields of research.",
        ]
    sentences += _reviewed(sample)
    sentences.append(f"Random seed {manifest['seed']}; versions: {packages}.")
    return Prose(map(sentence, sentences))


def _reviewed(sample: Sample | None) -> list[str]:
    """How the shares of mentions rest on mentions reviewed at random, where enough are."""
    if sample is None or sample.answered < ENOUGH_REVIEWED:
        return []
    skipped = f" ({sample.skipped:,} more were passed over, and limits allow for any sense)" if sample.skipped else ""
    part = sample.agreed
    return [
        f"Of {sample.of:,} mentions, {part.n:,} were drawn at random and reviewed{skipped}.",
        f"Before it knew any review, the program had read {percent(part.hits / part.n)} of these so "
        f"({between(part.low, part.high)}).",
        "Shares of mentions are prediction-powered estimates from this sample (Angelopoulos et al. 2023, with a tuned "
        "weight of the readings), for this collection.",
    ]


def _abstracts() -> list[str]:
    """How the cells of the evidence table were read, and how well on labelled abstracts."""
    evidence = shipped_evidence()
    roles = evidence.value("roles: micro-F1")
    sentences = [
        "Roles of sentences and entities were read by a MiniLM trained on CSAbstruct (Cohan et al. 2019) and SciERC "
        "(Luan et al. 2018).",
        f"On CSAbstruct's development abstracts it tells {percent(roles.value)} of the roles as crowd workers did "
        f"({between(roles.low, roles.high)}).",
    ]
    scores = evidence.quantities
    unseen = scores[(scores["part"] == UNSEEN) & (scores["kind"] == "result")]
    sentences += [
        f"Numbers and links were found by rules; of {count_of(row['n'], 'result')} that a language model labelled in "
        f"abstracts kept apart they find {percent(row['recall'])} ({between(row['recall_low'], row['recall_high'])})."
        for row in unseen.to_dict("records")
    ]
    return sentences


def trained_on(study: Study) -> int:
    """How many papers with a mention are among the shipped ones that the reader learned from."""
    if not study.reading.learned_shipped:
        return 0
    return int(study.mentions.drop_duplicates("paper_id")["paper_id"].isin(labelled_papers()).sum())


def _reader(study: Study) -> list[str]:
    """Who gave each mention its sense."""
    n, reviewed = count_of(len(study.inventory.ids), "sense"), int(study.senses["reviewed"].sum())
    person = [f"{count_of(reviewed, 'mention')} kept a label given or confirmed by the user."] if reviewed else []
    if study.reading.by == INDUCED:
        return [f"The encoded mentions were clustered, and the groups are called {n} here.", *_namer(study), *person]
    if study.reading.by == FEW:
        return [
            f"Each mention was given one of {n} by a logistic model made for this study, which reads it together "
            "with the mentions most like it (Wu et al. 2019).",
            "It learned from the senses' definitions, collocations and example sentences and the user's labels, as "
            "far as there were any.",
            *person,
        ]
    context = (
        ", its collocations, and the output of a MiniLM fine-tuned on such labels, which sees the whole abstract"
        if study.reading.scores
        else " and its collocations"
    )
    taught = ["Before it read, it also learned the user's labels."] if study.reading.by == EXTENDED else []
    return [
        f"Each mention was given one of {_either(n, *map(_quoted, study.inventory.no_sense))} by a logistic model.",
        f"It sees the encoded mention{context}.",
        "The labels it was trained and tested on are a large language model's readings of each context under written "
        "guidelines; they were not checked by people.",
        *taught,
        *person,
    ]


def _sure_above(senses: pd.DataFrame) -> str:
    """Of how many unsure readings the parent is sure; nothing where senses have no parents."""
    sure = sum(not said_of(row).unsure for row in senses[senses["abstained"]].to_dict("records"))
    return f" Of {sure:,} of them the parent is sure, and quotes are headed by it." if sure else ""


def _quoted(label: str) -> str:
    return f"\u201c{label}\u201d"


def _either(*items: str) -> str:
    return " or ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def _namer(study: Study) -> list[str]:
    """Which language model named induced senses, and what it was sent."""
    told = study.manifest.get("named_by")
    if not told:
        return []
    return [
        f"The language model {told['model']} gave them their names and descriptions, from "
        f"{count_of(told['quotes'], 'quote')}; it read nothing else, and no sense of a mention depends on it "
        f"({told['log']} holds what was sent and received)."
    ]


def agreement(study: Study) -> Estimate | None:
    """How often a reading agrees with the label of a held-out mention; None where that was not measured."""
    if study.error_model.held_out is None:
        return None
    if study.reading.by == SHIPPED and not study.is_coarse:
        return shipped_evaluation().value("accuracy", "head" if study.reading.scores else "without_scores")
    return study.error_model.accuracy


def _quality(study: Study) -> list[str]:
    """How often the reader is right, as far as that was measured."""
    held_out, by, right = study.error_model.held_out, study.reading.by, agreement(study)
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
    if known := trained_on(study):
        sentences += [
            f"{known:,} of the papers searched {'was' if known == 1 else 'were'} among those labelled for "
            "training, where it agrees more often.",
            "Estimates use their labels; counts use the readings.",
        ]
    return sentences


def limits(study: Study, sample: Sample | None = None) -> Prose:
    """What the study cannot say, point by point, as far as its tables show it.

    ``sample`` are the mentions that were reviewed at random, if any.
    """
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
                f"{unsure:,} of {count_of(len(senses), 'mention')} {'is' if unsure == 1 else 'are'} unsure, read with "
                f"a confidence below {ABSTAIN_BELOW:g}. They still count in every table under their likeliest sense."
                f"{_sure_above(senses)}"
            )
        )
    if sample is not None and _reviewed(sample):
        points.append(
            sentence(
                f"Shares of mentions rest on {sample.answered:,} mentions drawn at random, as reviewers read them. "
                "They are those of this collection; other papers may differ. Shares of papers do not rest on them."
            )
        )
    if errors.senses is None or errors.held_out is None:
        if not _reviewed(sample):
            points.append(
                sentence(
                    "How often the senses are wrong is not known: there are no labels for them. Intervals cover the "
                    "choice of papers alone. Label a sample before you cite a share."
                )
            )
    elif not study.reading.learned_shipped:
        points.append(
            sentence(
                "The intervals assume that the classifier errs elsewhere as it does on the "
                f"{len(errors.held_out):,} labelled mentions. If these were not drawn at random, it may err more or "
                "less."
            )
        )
    else:
        fields = [f"{field} ({n:,} mentions)" for field, n in labelled_fields().items()]
        points.append(
            sentence(
                "The intervals assume that the classifier errs here as it did on held-out papers, and varies as "
                f"between their fields of research. The largest of these are {listed(fields[:3])}. In a distant field "
                "it may err more."
            )
        )
    mixed = errors.mixing_as_labelled
    if errors.senses is not None and mixed is not None and mixed.of:
        wrongly = mixed.read - mixed.both
        points.append(
            sentence(
                "Counts and lists of papers that mix senses are often wrong. Of "
                f"{count_of(mixed.labelled, 'held-out paper')} that {'mixes' if mixed.labelled == 1 else 'mix'} them "
                f"by the labels, {mixed.both:,} {'was' if mixed.both == 1 else 'were'} read so; {wrongly:,} "
                f"{'other was' if wrongly == 1 else 'others were'} read so wrongly. Intervals allow for it."
            )
        )
        if known := trained_on(study):
            labelled = int(errors.senses.labels_of(study.mentions)["label"].notna().sum())
            points.append(
                sentence(
                    f"{count_of(known, 'paper')} of {len(papers):,} {'was' if known == 1 else 'were'} among those "
                    f"labelled for training. Their labels stand for the readings of {count_of(labelled, 'mention')} in "
                    "every estimate. Other mentions of these papers may be read better than the intervals assume."
                )
            )
    using = study.mentions["paper_id"].nunique()
    if using:
        spans = shipped_evidence().value("entities: precision of spans")
        points.append(
            sentence(
                "Cells of the evidence table are read by machine. On labelled abstracts "
                f"{percent(spans.value)} of the entities found have both borders and the kind right "
                f"({between(spans.low, spans.high)})."
            )
        )
    if 0 < using < ENOUGH:
        points.append(
            sentence(
                f"{count_of(using, 'paper')} with the term {'is' if using == 1 else 'are'} few. A share of them would "
                f"say little of other papers, so with fewer than {ENOUGH} the report lists them. A sense that is "
                "missing here may well exist in the field."
            )
        )
    return Prose(points, bullets=True)
