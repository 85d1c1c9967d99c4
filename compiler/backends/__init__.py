"""Plan to code: one module per target language."""
