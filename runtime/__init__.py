"""Running compiled scorecards on data."""
