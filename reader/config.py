"""The settings: a frozen dataclass read from TOML, whose field docs are the manual."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from reader.errors import InputError

VARIABLE = "READER_CONFIG"


def _setting(default: Any, doc: str) -> Any:
    if isinstance(default, dict):
        return field(default_factory=dict, metadata={"doc": doc})
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, with its default."""

    theme: str = _setting("textual-dark", "The theme: textual-dark, textual-light, ansi-dark, nord, gruvbox and so on.")
    measure: int = _setting(80, "The width of the text in columns, 20 to 400.")
    annotator: str = _setting("", "Whose layer you work in; empty: your login name. `--as` overrides it.")
    model: str = _setting(
        "", "The spaCy pipeline that suggests: its name or a path; empty: the first installed one; `none`: none."
    )
    model_labels: dict[str, str] = _setting(
        {}, 'What the model\'s labels are called here, as a table: `GPE = "LOC"`; those called `""` are not suggested.'
    )
    model_trims: str = _setting(
        "", "Words to take off both ends of what the model suggests, `the 's` for instance, with spaces between them."
    )
    database: str = _setting("annotations.db", "The file to open when no `--db` is given.")
    backups: int = _setting(3, "How many copies are kept beside the file, made before imports and bulk edits; 0: none.")
    mouse: bool = _setting(True, "Whether the mouse works; false leaves it to the terminal.")
    keys: dict[str, str] = _setting({}, 'Other keys, as a table: `"article.finish" = "D,ctrl+s"`. `?` shows the ids.')
    origins: Mapping[str, str] = field(default_factory=dict, metadata={"doc": ""}, compare=False)


SETTINGS = tuple(setting for setting in fields(Config) if setting.name != "origins")


def default_path() -> Path:
    """Where the settings are: $READER_CONFIG, or `config.toml` in the platform's config folder."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("reader-annotator") / "config.toml"


def load(path: Path | None = None) -> Config:
    """The settings in force; a missing file means the defaults. Raises InputError that names file, line and setting."""
    path = path or default_path()
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise InputError(f"{path}: the settings cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: the settings are not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}"
        ) from error
    found = toml(path, text)
    for name, value in found.items():
        _check(path, text, name, value)
    return Config(**found, origins={name: str(path) for name in found})


def toml(path: Path, text: str) -> dict[str, Any]:
    """What the text of a TOML file says. Raises InputError."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: is not TOML: {error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: has a number too long or lists too deep to be read") from error


def _check(path: Path, text: str, name: str, value: Any) -> None:
    where = f"{path}:{_line_of(text, name)}"
    setting = next((one for one in SETTINGS if one.name == name), None)
    if setting is None:
        known = ", ".join(one.name for one in SETTINGS)
        raise InputError(f"{where}: there is no setting {name}; there are: {known}")
    default = getattr(Config(), name)
    if type(value) is not type(default):
        raise InputError(f"{where}: {name} takes {_kind(default)}, found {value!r}")
    if name == "measure" and not 20 <= value <= 400:
        raise InputError(f"{where}: measure takes 20 to 400 columns, found {value}")
    for inner, said in value.items() if isinstance(value, dict) else ():
        place = f"{path}:{_line_of(text, inner)}: {name}.{inner}"
        if name == "keys" and (not isinstance(said, str) or not said):
            raise InputError(f'{place} takes key names such as "D,ctrl+s", found {said!r}')
        if name == "model_labels" and (not isinstance(said, str) or said != said.strip() or not said.isprintable()):
            raise InputError(f'{place} takes a label of the project, or "", found {said!r}')


def _kind(default: Any) -> str:
    return {str: "a text", int: "a whole number", bool: "true or false", dict: "a table"}[type(default)]


def _line_of(text: str, name: str) -> int:
    """The line a setting stands on; tomllib does not say."""
    for number, line in enumerate(text.split("\n"), 1):
        start = line.strip().lstrip("[").replace('"', "")
        if start.startswith(name) and not start[len(name) : len(name) + 1].isalnum():
            return number
    return 1


def manual() -> str:
    """The settings as Markdown."""
    lines = ["| setting | default | what it does |", "|---|---|---|"]
    for setting in SETTINGS:
        default = getattr(Config(), setting.name)
        lines.append(f"| `{setting.name}` | `{default!r}` | {setting.metadata['doc']} |")
    return "\n".join(lines)
