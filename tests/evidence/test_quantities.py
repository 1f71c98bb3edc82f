"""Numbers and links: every form by hand in sentences of our own, the labelled papers, and what must not be a row."""

from __future__ import annotations

import gzip
import json
import math
import time

import pandas as pd
import pytest

from analysis.collection import load_papers
from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS
from analysis.evaluation.quantities import labelled_quantities, score_quantities
from analysis.evidence.links import find_links
from analysis.evidence.quantities import find_quantities


def quantities_of(*abstracts: str, title: str = "A title") -> pd.DataFrame:
    return find_quantities(
        pd.DataFrame([{"paper_id": f"p{i}", "title": title, "abstract": text} for i, text in enumerate(abstracts)])
    )


def read(text: str) -> list[tuple[str, str, float, float | None, str]]:
    """Span as written, kind, value, value_to (None if there is none) and unit of each row."""
    table = quantities_of(text)
    return [
        (text[row.start : row.end], row.kind, row.value, None if math.isnan(row.value_to) else row.value_to, row.unit)
        for row in table.itertuples()
    ]


RESULTS = [
    ("Our parser gives a 2times training speed-up.", "2times", 2, None, "times"),
    (r"It needs approximately 0.12\% of the total model parameters.", r"0.12\%", 0.12, None, "%"),
    ("We reach an FID of 3.02 on PhotoSet.", "3.02", 3.02, None, ""),
    ("The score rises from 3.82% to 78.14% after tuning.", "3.82% to 78.14%", 3.82, 78.14, "%"),
    ("It is two orders of magnitude faster than Zed.", "two orders of magnitude", 2, None, "orders of magnitude"),
    ("It is an order of magnitude cheaper.", "an order of magnitude", 1, None, "orders of magnitude"),
    ("The effect was clear (p < 0.001).", "0.001", 0.001, None, ""),
    ("It beats the baseline by 3.5 points.", "3.5 points", 3.5, None, "points"),
    ("It gains 2.1 pp over the rest.", "2.1 pp", 2.1, None, "percentage points"),
    ("There was a 12-fold increase in yield.", "12-fold", 12, None, "fold"),
    ("It costs half the price.", "half", 0.5, None, "times"),
    ("The cost is cut in half.", "half", 0.5, None, "times"),
    ("It was seen in half of the patients.", "half", 0.5, None, ""),
    ("It halves the memory.", "halves", 0.5, None, "times"),
    ("It doubles the throughput.", "doubles", 2, None, "times"),
    ("Only a third of trials said so.", "a third", 0.333, None, ""),
    ("It wins on 3 of 5 tasks.", "3 of 5", 3, None, "of 5"),
    ("Of all fish, 35/104 survived.", "35/104", 35, None, "of 104"),
    ("One in five nurses left.", "One in five", 1, None, "of 5"),
    ("About 1 in 10 nurses left.", "1 in 10", 1, None, "of 10"),
    ("The mean error was 5.2 ± 0.3.", "5.2 ± 0.3", 5.2, None, ""),
    (r"The error falls to $10^{-5}$ at once.", r"$10^{-5}$", 1e-5, None, ""),
    (r"It is 1.33$\times$ faster.", r"1.33$\times$", 1.33, None, "times"),
    (r"It is $\sim5\times$ faster.", r"5\times", 5, None, "times"),
    (r"Recall grows by \(20\%\) here.", r"\(20\%\)", 20, None, "%"),
    ("It is 40x larger than before.", "40x", 40, None, "times"),
    ("The bias changed by −0.3 on average.", "−0.3", -0.3, None, ""),
    ("Accuracy changes by +3.1% on average.", "+3.1%", 3.1, None, "%"),
    ("It saves 10-20% of the cost.", "10-20%", 10, 20, "%"),
    ("Recall grew by 7.1–9.4 % there.", "7.1–9.4 %", 7.1, 9.4, "%"),
    ("The correlation lay between 0.27 and 0.40 there.", "0.27 and 0.40", 0.27, 0.4, ""),
    ("Life fell from 76.3 months in one group to 52.1 months.", "76.3 months in one group to 52.1 months", 76.3, 52.1,
     "months"),
    ("A query takes 12 ms on average.", "12 ms", 12, None, "ms"),
    ("It reaches 63.9 mAP.", "63.9", 63.9, None, ""),
    ("The relative risk was 0·84 overall.", "0·84", 0.84, None, ""),
    (r"The gain is $50$--$90\times$ over it.", r"$50$--$90\times$", 50, 90, "times"),
    (r"Tuning is $105$ times faster.", r"$105$ times", 105, None, "times"),
    ("The effect was small (g = 0.39; 0.08~0.70).", "0.08~0.70", 0.08, 0.7, ""),
    ("Seven studies were deemed biased.", "Seven", 7, None, ""),
    ("Of all nurses, 48 (96%) replied.", "48", 48, None, ""),
    ("Among 10 135 adults, 12 died.", "12", 12, None, ""),
    ("A total of 70 patients developed a fever.", "70", 70, None, ""),
    ("Mobility was high (20 cm2V-1s-1) in all.", "20", 20, None, ""),
    ("Numbers changed (0.22 early to 0.03 late) in May.", "0.22 early to 0.03", 0.22, 0.03, ""),
    ("The mean blood pressure was 85.5 mm Hg then.", "85.5 mm Hg", 85.5, None, "mmHg"),
    ("Fever was noted in only four patients.", "four", 4, None, ""),
    ("A scene is built in just 2.7 seconds.", "2.7 seconds", 2.7, None, "s"),
]  # fmt: skip
SCOPES = [
    ("We surveyed 1,204 nurses.", "1,204", 1204, None, ""),
    ("The sample was small (n = 1,204).", "1,204", 1204, None, ""),
    ("We collect 1.2M images of cats.", "1.2M", 1.2e6, None, ""),
    ("The corpus has 2.5 million words.", "2.5 million", 2.5e6, None, ""),
    ("In total 10 135 patients were included.", "10 135", 10135, None, ""),
    ("In total 10\u2009135 patients were included.", "10\u2009135", 10135, None, ""),
    (r"The set holds 1{,}000 questions.", r"1{,}000", 1000, None, ""),
    ("We test on eight datasets.", "eight", 8, None, ""),
    ("One hundred and twenty-three patients took part.", "One hundred and twenty-three", 123, None, ""),
    ("We collected 80 hours of speech.", "80 hours", 80, None, "hours"),
    ("We compare three approaches.", "three", 3, None, ""),
    ("We study 21 models.", "21", 21, None, ""),
    ("The models range from 1B to 70B.", "1B to 70B", 1e9, 7e10, ""),
    ("Among 10 135 adults, 12 died.", "10 135", 10135, None, ""),
    ("By day 10 135 nurses had joined the survey.", "135", 135, None, ""),
    ("METHODS: Twenty-seven early risers were tested.", "Twenty-seven", 27, None, ""),
    ("Nurses were asked (mean age 41.3).", "41.3", 41.3, None, ""),
    ("We recorded calls up to 30 km in all directions.", "30 km", 30, None, "km"),
    ("Birds were seen at two sites (520 km2) in May.", "520 km2", 520, None, "km2"),
    ("Nurses were interviewed and followed up for 6 months.", "6 months", 6, None, "months"),
    ("We analyse a 10-year dataset of storms.", "10-year", 10, None, "years"),
    ("The study was carried out by 498 doctors.", "498", 498, None, ""),
    ("Estimates of cost were made in 4 countries.", "4", 4, None, ""),
    ("Four TW writers gave advice.", "Four", 4, None, ""),
    ("From 1997 to 2006 of 1,410 nurses the records were read.", "1,410", 1410, None, ""),
]
SETTINGS = [
    ("The learning rate is $10^{-5}$ throughout.", "$10^{-5}$", 1e-5, None, ""),
    ("We set k = 5 throughout.", "5", 5, None, ""),
    ("The LoRA rank is 8 throughout.", "8", 8, None, ""),
    ("We train for 3 epochs.", "3 epochs", 3, None, "epochs"),
    ("Cells were kept at 25 °C.", "25 °C", 25, None, "°C"),
    ("Adults aged 18-65 years were eligible.", "18-65 years", 18, 65, "years"),
    ("Patients took 50 mg/day.", "50 mg/day", 50, None, "mg/day"),
    ("We tune a 7B-parameter model.", "7B-parameter", 7e9, None, "parameters"),
    ("It needs only 1% of the training data, as it is trained with 1% of the labels.", "1%", 1, None, "%"),
    ("Images are resized to 512 x 512 pixels.", "512 x 512", 512, None, ""),
    ("We use 5-fold cross-validation.", "5-fold", 5, None, "fold"),
    (r"We tune a model with $34$ billion parameters.", r"$34$ billion parameters", 3.4e10, None, "parameters"),
    ("It improved in patients with high pressure (> 100 mmHg).", "100 mmHg", 100, None, "mmHg"),
    ("We split them into a training set (70%) and the rest.", "70%", 70, None, "%"),
    ("Short answers (<5,000 characters) were better.", "5,000", 5000, None, ""),
    ("It fails unless detection rates are high (>90%).", "90%", 90, None, "%"),
    ("The risk rose during the first 6 months.", "6 months", 6, None, "months"),
    ("Five months later, the risk was higher.", "Five months", 5, None, "months"),
    ("There were fewer events per 1,000 nurses.", "1,000", 1000, None, ""),
    ("The efficiency was measured for R = 500 Ω.", "500 Ω", 500, None, "Ω"),
    ("High-resolution runs (3 km) capture the storm.", "3 km", 3, None, "km"),
]


@pytest.mark.parametrize(
    ("kind", "text", "span", "value", "value_to", "unit"),
    [
        (kind, *case)
        for kind, cases in (("result", RESULTS), ("scope", SCOPES), ("setting", SETTINGS))
        for case in cases
    ],
)
def test_a_number_has_its_span_value_unit_and_kind(kind, text, span, value, value_to, unit):
    rows = read(text)
    assert (span, kind, pytest.approx(value, rel=1e-12), value_to, unit) in rows, rows


@pytest.mark.parametrize(
    "text",
    [
        "We use GPT-4, ResNet-50 and Llama-2 7B on CIFAR-10 with F1 in 3D.",
        "A 4-bit model of COVID-19 reads top-5 lists, as §3 and Section 4 say.",
        "In 2019, and since the 1990s or 12 June 2003, H2O and p53 were known.",
        "The reasons are (1) cost, (2) time, and 3) space [12], [3-5].",
        "This two-stage method has three modules and makes two contributions.",
        "The two models differ, and both are one.",
        "Study 1 and Figure 2 show that type 2 diabetes follows phase III.",
        "The bound is $O(n^2)$, $2^k$ and $\\ell_1$ with $x > 0$.",
        "As Qwen2.5-7B, DALL-E 2 and Gemma 3 show, IL-6 is few-shot.",
        "See doi:10.1000/182 and arXiv:2401.01234 for more.",
        "Several hundred or a few thousand of many.",
        "Players roll 1:1 at 3:45 in layers 2, 3 and 5.",
        "It improves Recall@5 under RCP 8.5.",
        "Among the Big Five traits lies a one-parameter family.",
        "A third approach has a half-life, double descent, and a second half; it runs twice daily.",
        "See https://github.com/a/b2-3 and https://x.org/12/345.",
        "The 5' end binds the beta 3 agonist, and the 3'-region does not, between surveys 1 and 2.",
        "Many trials,1 as in Proteins 2011; 79(Suppl 10): 126-136, and Phys. Rev. Lett. 128, 130606 (2022), agree.",
        "Our model has two additional factors and is divided into two sectors by the 2071-2100 period.",
    ],
)
def test_names_dates_marks_and_rhetoric_are_no_rows(text):
    assert [row for row in read(text) if row[1] != "link"] == []


@pytest.mark.parametrize("number", ["1e999", "10^{400}", "9" * 400, "1e308 million"])
def test_a_number_beyond_what_a_float_holds_is_no_row(number):
    assert [row[0] for row in read(f"It needs {number} papers and 12% of them.")] == ["12%"]


def test_the_level_of_an_interval_is_no_row():
    assert read("The risk was higher (OR 1.31, 95% CI 1.10-1.56; p < 0.001).") == [
        ("1.31", "result", 1.31, None, ""),
        ("1.10-1.56", "result", 1.10, 1.56, ""),
        ("0.001", "result", 0.001, None, ""),
    ]


def test_what_follows_of_the_other_studies_is_a_row():
    rows = read("Seven studies had a low risk of bias, three with a high risk of bias.")
    assert [row[:3] for row in rows] == [("Seven", "result", 7), ("three", "result", 3)]


def test_a_range_does_not_cross_the_end_of_a_sentence():
    rows = read("It draws from 12 public datasets. Models are tested on up to 500 questions.")
    assert [row[2:4] for row in rows] == [(12, None), (500, None)]


def test_units_at_the_end_of_a_list_belong_to_each():
    assert read("Survival was 67, 16 and 9 months.") == [
        ("67", "result", 67, None, "months"), ("16", "result", 16, None, "months"),
        ("9 months", "result", 9, None, "months"),
    ]  # fmt: skip


def test_what_of_and_versus_are_stretches_of_the_sentence():
    first = "Compared with full tuning, Foo cuts training time by 40% on PhotoSet."
    rows = quantities_of(f"We study bias. {first} It is 30 times faster than Bar.")
    assert rows[["what", "of", "versus"]].to_numpy().tolist() == [
        ["training time", "PhotoSet", "full tuning"], ["faster", "", "Bar"],
    ]  # fmt: skip
    assert rows["sentence"].tolist() == [
        first, "It is 30 times faster than Bar.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("It reaches a new state-of-the-art FID of 3.02.", "FID"),
        ("The odds were raised (OR 1.31).", "OR"),
        ("The odds were raised (95% CI 1.10-1.56).", "95% CI"),
        ("We interviewed 12 school teachers.", "school teachers"),
        ("It lifts the detection rate from 3% to 7%.", "detection rate"),
        ("There was a 12-fold increase in yield.", "yield"),
        ("Death was noted in 46% of the patients.", "Death"),
    ],
)
def test_what_is_measured_or_counted(text, what):
    assert quantities_of(text)["what"].tolist() == [what]


def test_every_text_of_a_row_is_verbatim(shared):
    with gzip.open(shared / "corpora" / "other_fields.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = pd.DataFrame([json.loads(line) for line in lines]).rename(columns={"id": "paper_id"})
    texts = {(p.paper_id, f): getattr(p, f) for p in papers.itertuples() for f in ("title", "abstract")}
    rows = find_quantities(papers)
    assert len(rows) > 500
    for row in rows.itertuples():
        text = texts[row.paper_id, row.field]
        assert row.sentence in text
        assert text[row.start : row.end] in row.sentence
        assert all(part in row.sentence for part in (row.what, row.of, row.versus))


def test_rows_stand_in_the_order_of_papers_and_text():
    rows = quantities_of(
        "We test 3 models on 8 tasks.", "None.", "We test 2 models.", title="Two orders of magnitude faster"
    )
    assert rows[["paper_id", "field", "value"]].to_numpy().tolist() == [
        ["p0", "title", 2], ["p0", "abstract", 3], ["p0", "abstract", 8], ["p1", "title", 2], ["p2", "title", 2],
        ["p2", "abstract", 2],
    ]  # fmt: skip
    assert list(rows.columns) == list(SCHEMAS["quantities"])


def test_without_papers_or_numbers_the_table_is_empty():
    assert quantities_of("No number here.").empty
    assert find_quantities(pd.DataFrame(columns=["paper_id", "title", "abstract"])).empty
    with pytest.raises(BadInput, match="abstract"):
        find_quantities(pd.DataFrame({"paper_id": ["a"], "title": ["b"]}))


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/a/b.", ["https://github.com/a/b"]),
        ("Code ([here](https://a-b.github.io)).", ["https://a-b.github.io"]),
        ("See [a-b.github.io](https://a-b.github.io).", ["https://a-b.github.io"]),
        ("See a-b.github.io, too.", ["a-b.github.io"]),
        ("See github.com/x/y and www.example.org/z!", ["github.com/x/y", "www.example.org/z"]),
        (r"At \url{https://x.org/a\_b}.", ["https://x.org/a_b"]),
        ("(see https://en.wikipedia.org/wiki/Bias_(statistics))", ["https://en.wikipedia.org/wiki/Bias_(statistics)"]),
        ("As https://doi.org/10.1000/182; says.", ["https://doi.org/10.1000/182"]),
        ("Mail a@b.org; see GitHub, Node.js, Booking.com, e.g. this.", []),
    ],
)
def test_links_are_as_the_text_has_them(text, urls):
    found = find_links(text)
    assert [link.url for link in found] == urls
    assert all(text[link.start : link.end].replace("\\", "") == link.url for link in found)
    rows = quantities_of(text)
    assert rows.loc[rows["kind"] == "link", "url"].tolist() == urls
    assert rows["value"].isna().all()


@pytest.mark.parametrize(
    "piece",
    ["1", "1,234,", "1 ", "two hundred ", "\\", "$", "a/", "1.", "1-", "{\\sim}", "(1", "5% and ", "$1$ ", "1 a had "],
)
def test_time_grows_with_the_length_of_the_text(piece):
    def seconds(length: int) -> float:
        start = time.process_time()
        quantities_of("", title=piece * (length // len(piece)))
        return time.process_time() - start

    seconds(600)
    assert seconds(4800) < 30 * max(seconds(600), 0.02)  # 8 times the text; 64 were quadratic


def test_of_the_bundled_papers_nine_in_ten_results_are_right():
    scores = score_quantities(find_quantities(load_papers().papers), labelled_quantities("bundled")).set_index("kind")
    assert scores.loc["result", "recall"] >= 0.90
    assert scores.loc["result", "precision"] >= 0.90
    assert scores.loc["link", ["recall", "precision"]].tolist() == [1, 1]


@pytest.mark.parametrize("part", ["open", "sealed2", "unseen"])
def test_results_of_other_abstracts_are_right(shared, tmp_path, part):
    labels = labelled_quantities(part)
    scores = score_quantities(find_quantities(papers_of(labels, shared, tmp_path)), labels).set_index("kind")
    assert scores.loc["result", "recall"] >= 0.85
    assert scores.loc["result", "precision"] >= 0.85


def papers_of(labels: pd.DataFrame, shared, tmp_path) -> pd.DataFrame:
    """The papers of the labels, from the corpora beside the repository, cleaned as any others."""
    wanted, file = set(labels["paper_id"]), tmp_path / "papers.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for corpus in ("arxiv_2025_2026", "other_fields", "disciplines"):
            with gzip.open(shared / "corpora" / f"{corpus}.jsonl.gz", "rt", encoding="utf-8") as lines:
                out.writelines(line for line in lines if json.loads(line)["id"] in wanted)
    papers = load_papers(file, keep_duplicates=True).papers
    assert set(papers["paper_id"]) == wanted
    return papers
