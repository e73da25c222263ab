"""Handwriting and paper made by rule, with the truth known."""
