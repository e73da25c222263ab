"""A watcher as a process, and what can go wrong around it; `make faults` is the long form."""
