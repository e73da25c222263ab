"""A page becomes a reading."""
