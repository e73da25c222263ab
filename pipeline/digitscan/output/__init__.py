"""Readings become files."""
