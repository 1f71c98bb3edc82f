"""Intervals, confusion, imputation, metrics and the bootstrap: numbers over arrays and plain tables."""
