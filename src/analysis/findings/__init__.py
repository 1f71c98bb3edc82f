"""Findings: pure functions from the study's tables to tables that answer a question.

``readings`` is everywhere the join of mentions, senses and papers that ``Study.readings`` gives, one row per mention;
each function reads only the columns it names.
"""
