"""digitnet: the networks that digitscan reads with, and how they are made."""
