"""leadcard: lead scorecards as text."""
