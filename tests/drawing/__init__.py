"""Forms with known digits, drawn: pens, print, paper and what scanners and phones do to it."""
