"""Which sense each mention has: the cues, the trained head, and what labels and reviews change."""

from analysis.senses.assign import assign_senses

__all__ = ["assign_senses"]
