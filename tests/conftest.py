"""What all tests share: Hypothesis without a deadline, since a loaded machine is no failure."""

from hypothesis import settings

settings.register_profile("digitscan", deadline=None, max_examples=60)
settings.load_profile("digitscan")
