"""Measures of Practicum on this machine; ``python -m bench`` runs them all.

Each module has ``run(quick=False)``, which returns its figures as JSON: with
``quick`` at small sizes, to see that it works rather than what it measures.
"""
