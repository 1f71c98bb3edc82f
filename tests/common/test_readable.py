"""What a page shows for LaTeX, and that the words as they stand are never lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from analysis.common.readable import readable, readable_html, readable_parts, snippets


@pytest.mark.parametrize(
    ("verbatim", "shown"),
    [
        ("no markup at all", "no markup at all"),
        ("a bias of $\\mathcal{O}(n^{2})$ and", "a bias of O(n²) and"),
        ("GR$_2$ and c$^+$", "GR₂ and c⁺"),
        ("$\\ell_1$ bias", "ℓ₁ bias"),
        ("\\textbf{bold} and \\emph{bias}", "bold and bias"),
        ("\\textit{\\textbf{UGID}} and \\textbf{\\underline{R}}eason", "UGID and Reason"),
        ("50\\% of R\\&D", "50% of R&D"),
        ("from $5-$10 a month", "from $5-$10 a month"),  # money
        ("a lone $ sign", "a lone $ sign"),
        ("\\unknown{bias} stays", "\\unknown{bias} stays"),
        ("\\(x_3\\) is", "x₃ is"),
        ("D$^3${ETOR}: $\\textbf{D}$ebate", "D³ETOR: Debate"),
        ("pro{A}ctive {l}earning w{i}th a tea{c}her's {DE}biasing", "proActive learning with a teacher's DEbiasing"),
        ("2{,}208 and 1{,}234{,}567", "2,208 and 1,234,567"),
        ("of {X, T, Y} in {a, b}s, {name}, sqrt{t}", "of {X, T, Y} in {a, b}s, {name}, sqrt{t}"),  # no mere grouping
        ("B\\'{e}zier, H^{2}MT, \\cite[p. 2]{a}b, \\x{y}z", "B\\'{e}zier, H^{2}MT, \\cite[p. 2]{a}b, \\x{y}z"),
        ("in ${HOME} it", "in ${HOME} it"),
        ("a ``social bias'', or ''skew'' -- (''drift'') or `it'", "a “social bias”, or “skew” – (“drift”) or `it'"),
        ("an encoder--decoder of 2020--2024, no---or so", "an encoder–decoder of 2020–2024, no—or so"),
        ("--variance and Implicit--", "–variance and Implicit–"),  # around a mention
        ("an option --no-input, f' --x", "an option --no-input, f' --x"),  # not surely a dash
        ("$x^{10}y$", "x^10y"),  # an exponent is raised only where nothing could be read into it
    ],
)
def test_shown(verbatim, shown):
    assert readable(verbatim) == shown
    assert "".join(kept or plain for plain, kept in readable_parts(verbatim)) == verbatim


def test_verbatim_words_are_the_tooltip_and_all_is_escaped():
    html = readable_html('<b> & $x^2$ "q"')
    assert html == '&lt;b&gt; &amp; <span class="tex" title="$x^2$">x²</span> &quot;q&quot;'
    back = re.sub(r'<span class="tex" title="([^"]*)">[^<]*</span>', r"\1", html)
    assert unescape(back) == '<b> & $x^2$ "q"'


def test_braces_stay_in_the_tooltip():
    assert readable_html("D$^3${ETOR}") == 'D<span class="tex" title="$^3${ETOR}">³ETOR</span>'


def test_snippets_for_the_pages_scripts():
    assert snippets(["$x^2$ and $x^2$", "none", "\\%", "a -- b"]) == {"$x^2$": "x²", "\\%": "%", " -- ": " – "}
