"""digitscan reads handwritten digits off scanned forms, offline."""

__version__ = "0.1.0"
