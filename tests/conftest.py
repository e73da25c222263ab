"""What all tests share: Hypothesis without a deadline, since a loaded machine is no failure."""

import os

from hypothesis import settings

# Where the suite decides, it decides the same way twice; new examples are tried by hand.
settings.register_profile(
    "digitscan", deadline=None, max_examples=60, derandomize="CI" in os.environ
)
settings.load_profile("digitscan")
