"""Findings: tables and sentences that answer a question, ``findings.sense_shares(study)``.

What stands here takes a study. Underneath are pure functions over plain tables, one file per subject, for use without
one: ``readings`` is everywhere the join of mentions, senses and papers that ``Study.readings`` gives, one row per
mention; each function reads only the columns it names.
"""

from analysis.findings.compared import answer_comparison  # noqa: F401
from analysis.findings.comparison import Comparison, compare_sides  # noqa: F401
from analysis.findings.of_study import *  # noqa: F403
