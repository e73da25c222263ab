"""The drawn suite: forms over the whole range of real paper, one factor varied at a time."""
