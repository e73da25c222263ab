"""Many files, one run."""
