"""Verdicts, findings, comparisons and rehearsals of an assessment."""
