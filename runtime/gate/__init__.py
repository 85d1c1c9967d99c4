"""The gate: what is built from scorecards that passed all tests, and whether it still matches."""
