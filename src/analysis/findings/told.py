"""Which sentence of an abstract states its problem, and which its result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.evidence.own_work import MADE
from analysis.findings.spans import Span

RESULT, METHOD = "result", "method"
PROBLEM = ("background", "objective")

_AMISS = re.compile(
    r"\b(?:however|nevertheless|yet|despite|although|unfortunately|suffer\w*|challeng\w+|problem\w*|limit(?:s|ed|ing|ation\w*)|"
    r"fail\w*|lack\w*|absen(?:t|ce)|remain\w*|unclear|unknown|uncertain\w*|difficult\w*|hard(?:er)? to|overlook\w*|neglect\w*|ignor\w+|"
    r"under-?(?:explored|studied|researched|represent\w+)|struggl\w+|prone|hinder\w*|hamper\w*|concern\w*|gaps?|harm\w*|risks?|"
    r"inaccura\w+|unreliab\w+|degrad\w+|inefficien\w+|costly|expensive|insufficien\w+|inadequa\w+|inconsisten\w+|shortcomings?|"
    r"drawbacks?|bottlenecks?|poorly|poor|overfit\w*|over-?rel\w+|vulnerab\w+|threat\w*|obstacle\w*|barrier\w*|controvers\w+|debate\w*|"
    r"disparit\w+|unfair\w*|discriminat(?:ion|ory)|inequalit\w+|inequit\w+|stereotyp\w+|distort\w*|confound\w*|exacerbat\w+|"
    r"perpetuat\w+|amplif\w+|inherit\w*|exhibit\w*|mislead\w*|spurious|rarely|seldom|neither|little (?:is|attention|work)|few studies|"
    r"not (?:been|well|fully|yet|always|only|clear|address\w*)|cannot|do(?:es)? not|must|need(?:s|ed)?|necessary)\b",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\W*(?:However|Nevertheless|Nonetheless|Yet|Despite|Although|Though|While|Unfortunately|But|Still|In contrast)\b"
)
# What the authors did, is no problem; that they or anybody must do something may be one.
_DID = re.compile(
    r"\b(?:[Ww]e|I)\b,?\s(?:(?:\w+ly|also|then|first|further|thus|here|therefore|instead|hence)\s)?"
    r"(?!(?:need|must|lack|cannot|can|could|do|have|know|should|face|still|often|may)\b)[a-z]+|"
    r"\b[Tt]h(?:is|e present|e current)\s(?:\w+\s)?(?:paper|work|study|article|report|letter|thesis|survey|review|chapter)\b|"
    r"\b[Oo]ur\s(?:[\w-]+\s){0,2}(?:method|approach|framework|model|work|study|results?|experiments?|findings|analysis|goal|aim)\b|"
    r"\b[Ii]n this (?:paper|work|study|article)\b|\b(?:is|are) (?:proposed|introduced|presented)\b"
)
# Words of findings.
_FOUND = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|superior\w*|competitive|state-of-the-art|improv(?:e[sd]?|ing|ements?)|achiev\w+|reveal\w*|"
    r"(?:find|found|show|shows|showed|shown|showing|demonstrat\w+|indicat\w+|suggest\w*|confirm\w*|conclud\w+|discover\w*|observ\w+|"
    r"highlight\w*) (?:\w+ )?(?:that|how|evidence|significant\w*|strong\w*)|(?:results?|findings|experiments?|evaluations?|analys[ei]s) (?:\w+ ){0,6}?"
    r"(?:show|demonstrate|indicate|suggest|reveal|highlight|confirm|include)s?|findings|significant(?:ly)?|"
    r"is effective|effectively|effectiveness|reduc(?:e[sd]?|ing|tions?)|decreas\w+|increas\w+|mitigates?|eliminates?|enhanc(?:e[sd]?|ing)|"
    r"(?:was|were|is|are) (?:\w+ )?(?:associated|related|correlated|found|observed|higher|lower|greater|smaller|better|worse|faster|more|less)|"
    r"(?:higher|lower|better|worse|faster|greater|fewer|larger|smaller|stronger|weaker) than|"
    r"falls?|fell|rises?|rose|drops?|halves?|no (?:significant|evidence)|sets? a new|validat\w+ )\b",
    re.IGNORECASE,
)
# Findings that stand for themselves, whatever role the sentence was read to have.
_FOUND_OUT = re.compile(
    r"\b(?:outperform(?:s|ed|ing)?|surpass(?:es|ed)?|sets? a new state|"
    r"(?:[Ww]e|[Rr]esults|[Ff]indings|[Ee]xperiments|[Ee]valuations|[Aa]nalys[ei]s)\s(?:\w+\s){0,6}?(?:find|found|show|showed|demonstrate|demonstrated|reveal|revealed|"
    r"observe|observed|indicate|indicated|suggest|suggested|validate|validated) (?:\w+ )?(?:that|how))\b"
)
# What was made public, is planned or is promised, and how something was tried.
RELEASED = re.compile(
    r"\b(?:[Ww]e|I)\s(?:\w+ly\s|also\s|will\s|then\s|further\s){0,2}(?:release|open-source|publish|share|provide (?:the |our )?(?:code|data)|make (?:\w+ ){0,6}?(?:available|public))|"
    r"\b(?:code|data|dataset|datasets|models?|notebooks?|software|resources?|weights|repository|implementation|page|materials?|demo)\b[^.]{0,60}\b(?:is|are|be|at)\s(?:\w+ly\s|made\s)?"
    r"(?:available|released|accessible|open|public|open-sourced|provided|found at|https?)|"
    r"\b[Ww]arning:|\b[Ii]n (?:the )?future\b|\b[Ff]uture (?:work|research|directions?|studies) (?:\w+ ){0,3}(?:will|should|could|may|is|are|include)|\b[Ww]e (?:hope|plan|believe|aim|encourage|call for)\b|"
    r"\b(?:[Ii]mplications|[Rr]ecommendations|[Ll]imitations|[Aa]venues) (?:\w+ ){0,6}(?:are|is) (?:also )?(?:discussed|outlined|provided)"
)
_TRIED = re.compile(
    r"\b(?:[Ww]e|I)\s(?:\w+ly\s|also\s|then\s|further\s|first\s|can\s){0,2}(?:evaluat|test|compar|conduct|perform|run|carr|appl|analy[sz]|investigat|examin|"
    r"discuss|stud(?:y|ied)|explor|benchmark|validat|verif|use\b|employ|provid|present|introduc|propos|design|develop)|"
    r"\b(?:is|are|was|were) (?:\w+ly )?(?:evaluated|tested|conducted|performed|carried out|discussed|compared|analy[sz]ed)\b|"
    r"\b(?:we|one) can (?:now )?(?:investigate|study|explore|examine)"
)

# What may come of it, which nobody has found.
_MAY = re.compile(
    r"\b(?:could|may|might|can|would)\s(?:also\s|\w+ly\s|further\s)?(?:be (?:\w+ly )?(?:used|applied|extended|scaled|adapted|integrated|generalized)|"
    r"serve|inform|help|benefit|guide|contribute|provide|facilitate)\b"
)


def problem_in(sentences: Sequence[tuple[Span, Any]], mentions: Sequence[Span], texts: Mapping[str, str]) -> Span | None:
    """The sentence that states the problem: it speaks of something amiss, and not of what the authors did.

    ``sentences`` are spans and rows of the sentences table, in their order. It is a background or objective sentence;
    one that turns ("However, ...") may have any role but result, if nothing that the authors made stands before it. One
    with a mention goes first, then one that turns, then the first.
    """
    ranked, did = [], False
    for span, row in sentences:
        text = texts[span.field][span.start : span.end]
        turns = _TURNS.match(text) is not None
        if _DID.search(text):
            did = did or MADE.search(text) is not None
        elif _AMISS.search(text) and (row.role in PROBLEM or (turns and not did and row.role != RESULT)):
            ranked.append((not any(span.meets(mention) for mention in mentions), not turns, span))
    return min(ranked)[-1] if ranked else None


def result_in(
    sentences: Sequence[tuple[Span, Any]], mentions: Sequence[Span], quantities: Sequence[Span], texts: Mapping[str, str]
) -> Span | None:
    """The sentence that states the main result: what was found, rather than released, planned or tried.

    Its role is result, or it holds one of the result ``quantities``, or it is a method sentence that says of a finding
    that it is one ("we show that", "outperforms"). One with a quantity or with words of findings goes first, then one
    with a mention, then one with a quantity, then one whose role is result, then the first.
    """
    ranked = []
    for span, row in sentences:
        text = texts[span.field][span.start : span.end]
        number = any(span.holds(quantity) for quantity in quantities)
        found = number or (_FOUND.search(text) is not None and not _MAY.search(text))
        plain = _FOUND_OUT.search(text) is not None
        if not (row.role == RESULT or number or (row.role == METHOD and plain)):
            continue
        if not number and (RELEASED.search(text) or (_TRIED.search(text) and not found)):
            continue
        told = any(span.meets(mention) for mention in mentions)
        ranked.append((not found, not told, not number, not plain, row.role != RESULT, span))
    return min(ranked)[-1] if ranked else None
