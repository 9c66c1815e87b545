"""The only package that knows SQLite: opening, the log and its fold, documents, search, merge and check."""
