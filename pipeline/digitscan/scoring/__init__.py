"""Results against the truth: figures, kinds of errors, and what they look like."""
