"""Reader: read articles in the terminal and label spans with the keyboard alone."""

__version__ = "0.1.0"
