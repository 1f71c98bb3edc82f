"""Cleaning: each step on a text that needs it, and none on a text that doesn't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.collection.clean import clean_text
from analysis.common.latex import decode_latex

NEEDED = [
    ("markup", "<p>CO<sub>2</sub> &amp; <i>bias</i></p>", "CO2 & bias"),
    ("markup", "&lt;p&gt;twice escaped&lt;/p&gt;", "twice escaped"),
    ("mojibake", "a â€œquotedâ€\x9d naÃ¯ve bias", "a “quoted” naïve bias"),
    ("line breaks", "infor-\nmation on long-\nterm bias\nof self-\nsupervision",
     "information on long-term bias of self-supervision"),
    ("control characters", "soft\u00adhyphen and zero\u200bwidth\x07", "softhyphen and zerowidth"),
    ("NFC", "cafe\u0301", "café"),
    ("LaTeX", r"\textit{bias} of G\"odel at 5\% in $O(n^{2})$", "bias of Gödel at 5% in O(n^2)"),
    ("copyright", "It works. (c) 2021 Elsevier Ltd. All rights reserved.", "It works."),
    ("copyright", "It works. © The Author(s) 2020.", "It works."),
    ("copyright", "It works. Copyright © 2018 John Wiley & Sons, Ltd.", "It works."),
    ("copyright", "It works. (PsycINFO Database Record (c) 2019 APA, all rights reserved)", "It works."),
    ("copyright", "© 2015 Elsevier B.V. All rights reserved. This paper shows the bias of everything.",
     "This paper shows the bias of everything."),
    ("headings", "BACKGROUND: A bias. METHODS: We looked. RESULTS: p < 0.05.", "A bias. We looked. p < 0.05."),
    ("headings", "Purpose - To look. Design/methodology/approach - We looked.", "To look. We looked."),
    ("no abstract", "[No abstract available]", ""),
]  # fmt: skip


@pytest.mark.parametrize(("step", "text", "expected"), NEEDED)
def test_each_step_does_its_work_and_is_named(step: str, text: str, expected: str) -> None:
    cleaned, steps = clean_text(text)
    assert cleaned == expected
    assert step in steps


@pytest.mark.parametrize(
    "text",
    [
        "We detect <human, verb, object> triplets and emit <LOOK> tokens if a < b and c > d.",
        "First (a) sample, then (b) plan, and (c) perform next-view planning. Copyright law is discussed.",
        "It costs $5 or $10, i.e. 50% more, for AT&T and R&D.",
        "The method: results are given. In the background: noise. Risk of bias: low.",
        "transformer- and diffusion-based models",
        "Schrödinger’s “naïve” café — αβγ ≥ 5 × 10−3, São Paulo, Ærø, l’été",
        "偏见 in 中文, Смещение, 편향",
        "",
    ],
)
def test_a_text_that_needs_nothing_is_left_to_the_character(text: str) -> None:
    assert clean_text(text) == (text, [])


def test_our_own_tables_are_left_alone_but_for_damage() -> None:
    text = r"BACKGROUND: 5\% of <b>bias</b> $x$. (c) 2021 Elsevier Ltd."
    assert clean_text(text, markup="verbatim") == (text, [])
    assert clean_text("cafe\u0301 â€œxâ€\x9d", markup="verbatim") == ("café “x”", ["mojibake", "NFC"])


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{\'e}t{\'{e}} na{\"\i}ve {\O}rsted \v{C}apek \c c \ss{} \L{}\'od\'z", "été naïve Ørsted Čapek ç ß Łódź"),
        (r"$\frac{a+b}{2} \times \mathbf{x}_{i}^{n+1}\in\mathbb{R}^d$", "(a+b)/2 × x_i^(n+1)∈R^d"),
        (r"50% of {B}ias, 5\% \& $n\log n$", "50% of Bias, 5% & n log n"),
        (r"``quoted'' text---a--b~\cite{doe2020}", "“quoted” text—a–b [doe2020]"),
        (r"\textless p\textgreater H\textsubscript{2}O \textemdash{} 5 \textpm{} 1", "<p>H2O — 5 ± 1"),
        (r"\url{https://x.org/a_b} \unknown{kept} \ours", "https://x.org/a_b kept ours"),
        (r"\enquote{bias} \textit{{B}ias} \foreignlanguage{english}{a {B}ias}", "“bias” Bias a Bias"),
        (r"900{\hspace{0.167em}}MHz, 5\kern-.1em m, \textcolor{red}{x {y}} {\color{red} z}", "900 MHz, 5m, x y  z"),
        (
            r"\new{selection}{bias} \new[o]{{d}e\emph{e{p}}} \ours{} is \footnote{a note",
            "selection bias deep ours is  (a note",
        ),
        (r"\textlessp\textgreaterBias\textless/p\textgreater{} \textbar{} \textbraceleft", "<p>Bias</p> | {"),
        (r"{\textbackslash}alpha \textbackslash textit\textbraceleft bias\textbraceright", "α bias"),
        (
            r"$\sqrt 2$, $\mathcal L$, $\frac12$, $T^{\frac{d-1}{d}}$, $\binom{n}{2}$",
            "√2, L, 1/2, T^((d-1)/d), (n choose 2)",
        ),
        (r"20$\unicode{x2013}$30 at $-$50 and $+$5 {\bfseries {B}ias}", "20–30 at -50 and +5 Bias"),
    ],
)
def test_latex(latex: str, text: str) -> None:
    assert decode_latex(latex, whole=True) == text


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (
            r"a \textit{{B}ias} of {\textless}5{\textgreater} \enquote{it}, 900{\hspace{1em}}MHz",
            "a Bias of <5> “it”, 900 MHz",
        ),
        (r"G{\"o}del at $-$50, {x} and \ours{y} \textbf{of \ours{z}}", r"Gödel at -50, {x} and \ours{y} of z"),
        (r"regex \d{4} in C:\temp{1} costs $5-$10 or C$/US$10", r"regex \d{4} in C:\temp{1} costs $5-$10 or C$/US$10"),
    ],
)
def test_latex_in_a_text_that_is_not_latex_as_a_whole(plain: str, text: str) -> None:
    assert decode_latex(plain, whole=False) == text


@given(st.text(max_size=300), st.sampled_from(["plain", "latex", "verbatim"]))
def test_cleaning_never_fails_and_never_cleans_what_it_says_it_left(text: str, markup: str) -> None:
    cleaned, steps = clean_text(text, markup=markup)
    assert steps or cleaned == text


@given(st.text(alphabet=r"\{}$_^ab-~`'\"%&<>/;[]()" + "\n", max_size=200))
def test_latex_of_nothing_but_signs_ends(text: str) -> None:
    decode_latex(text, whole=True)
