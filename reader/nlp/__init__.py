"""The only package that knows spaCy; its modules import spaCy inside functions, so importing them costs nothing."""
