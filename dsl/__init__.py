"""Text to checked syntax: sources, diagnostics, the parser and the formatter. No meaning yet."""
