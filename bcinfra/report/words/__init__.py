"""The words: terms, quantities, countries."""
