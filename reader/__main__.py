"""The command `reader`, and `python -m reader`."""

# While modules load nothing becomes garbage; looking for it would take a twentieth of the start.
import gc

gc.disable()

from reader.cli import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    main()
