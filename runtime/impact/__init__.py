"""What a change of a scorecard does to leads, and whether a scorecard predicts what they do."""
