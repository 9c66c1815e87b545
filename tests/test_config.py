"""The settings: what is in force, where it comes from, and what is said about a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader import config
from reader.config import SETTINGS, Config
from reader.errors import InputError


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_without_a_file_the_defaults_are_in_force(settings: Path) -> None:
    assert config.load(settings) == Config()
    assert config.load(settings).origins == {}


def test_a_file_says_what_is_different_and_is_named_as_the_origin(settings: Path) -> None:
    settings.write_text('theme = "nord"\nmouse = false\n[keys]\n"article.done" = "D,ctrl+s"\n')
    found = config.load(settings)
    assert (found.theme, found.mouse, found.measure) == ("nord", False, 80)
    assert found.keys == {"article.done": "D,ctrl+s"}
    assert found.origins == dict.fromkeys(("theme", "mouse", "keys"), str(settings))


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("colour = 1", 1, "there is no setting colour; there are: theme, measure, annotator"),
        ("origins = {}", 1, "there is no setting origins"),
        ('theme = "nord"\nmeasure = "wide"', 2, "measure takes a whole number, found 'wide'"),
        ("# measure = 1\nmeasure = 19", 2, "measure takes 20 to 400 columns, found 19"),
        ("measure = 401", 1, "measure takes 20 to 400 columns, found 401"),
        ("measure = true", 1, "measure takes a whole number, found True"),
        ("measure = 80.0", 1, "measure takes a whole number, found 80.0"),
        ('mouse = "yes"', 1, "mouse takes true or false, found 'yes'"),
        ("theme = []", 1, "theme takes a text, found []"),
        ('keys = "D"', 1, "keys takes a table, found 'D'"),
        ('[keys]\n"article.a" = "D"\n"article.b" = ""', 3, 'keys.article.b takes key names such as "D,ctrl+s"'),
        ('[keys]\n"article.a" = 1', 2, "keys.article.a takes key names"),
        ("model_labels = 1", 1, "model_labels takes a table, found 1"),
        ("[model_labels]\nGPE = 1", 2, 'model_labels.GPE takes a label of the project, or "", found 1'),
        ('[model_labels]\nGPE = " LOC"', 2, "model_labels.GPE takes a label"),
        ('[model_labels]\nORG = ""\nGPE = "L\\u001b"', 3, "model_labels.GPE takes a label"),
    ],
)
def test_a_bad_setting_is_named_with_its_line(settings: Path, content: str, line: int, said: str) -> None:
    settings.write_text(content)
    with pytest.raises(InputError) as error:
        config.load(settings)
    assert str(error.value).startswith(f"{settings}:{line}: {said}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"theme nord", "is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 7)"),
        (b"a = " + b"[" * 100_000, "has a number too long or lists too deep to be read"),
        (b"a = " + b"1" * 5000, "has a number too long or lists too deep to be read"),
        (b'theme = "\xff"', "the settings are not UTF-8: byte 9 is 0xff"),
    ],
)
def test_a_file_that_is_no_toml_is_one_line(settings: Path, content: bytes, said: str) -> None:
    settings.write_bytes(content)
    with pytest.raises(InputError) as error:
        config.load(settings)
    assert str(error.value) == f"{settings}: {said}"


def test_a_folder_in_its_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the settings cannot be read: Is a directory"):
        config.load(tmp_path)


def test_a_byte_order_mark_is_not_part_of_the_first_setting(settings: Path) -> None:
    settings.write_bytes(b"\xef\xbb\xbfmeasure = 72\n")
    assert config.load(settings).measure == 72


def test_the_variable_comes_before_the_folder_of_the_platform(
    settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER_CONFIG", str(settings))
    assert config.default_path() == settings
    monkeypatch.delenv("READER_CONFIG")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert config.default_path().parent.name == "reader-annotator"
    assert config.default_path().is_relative_to(tmp_path)


def test_every_setting_is_in_the_manual() -> None:
    for setting in SETTINGS:
        assert setting.metadata["doc"].endswith(".")
        assert f"| `{setting.name}` |" in config.manual()
