"""A study: every table of a collection, made once, kept in a folder and opened again."""

from analysis.study.study import Study, open_study, read_study

__all__ = ["Study", "open_study", "read_study"]
