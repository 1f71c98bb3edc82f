"""Charts: a figure or captioned table for each finding, ``charts.sense_shares(findings.sense_shares(study), study)``.

What stands here takes a study, or what was measured. Underneath, one file per family: ``plot_x(ax, table, ...)``
draws a findings table, ``x_figure(table, ...) -> Figure`` captions it. Colours and markers of the senses come from the
inventory.
"""

from analysis.charts.comparison import compare_kinds as compare_kinds
from analysis.charts.comparison import compare_methods as compare_methods
from analysis.charts.comparison import compare_shares as compare_shares
from analysis.charts.comparison import compare_stances as compare_stances
from analysis.charts.comparison import new_and_gone as new_and_gone
from analysis.charts.evidence_validation import evidence_aims as evidence_aims
from analysis.charts.evidence_validation import evidence_reliability as evidence_reliability
from analysis.charts.evidence_validation import found_entities as found_entities
from analysis.charts.evidence_validation import found_quantities as found_quantities
from analysis.charts.evidence_validation import told_roles as told_roles
from analysis.charts.figure import Figure as Figure
from analysis.charts.figure import Table as Table
from analysis.charts.of_study import *  # noqa: F403
from analysis.charts.style import COLUMN as COLUMN
from analysis.charts.style import PAGE as PAGE
