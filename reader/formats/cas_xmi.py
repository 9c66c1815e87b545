"""UIMA CAS XMI, as INCEpTION and DKPro exchange it: a text and its annotations as XML.

(https://uima.apache.org/d/uimaj-current/references.html#ugr.ref.xmi.) Each annotation in the index is a span. Its label
is its `value` (of parts of speech `PosValue`), else the name of its type; its other features are attributes, and so is
`layer`, its full type, where that is not NamedEntity. Relations, chains and slots are relations; further features of
relations, and annotations that cover nothing, are told and left out. Offsets count UTF-16 units. No type system is
needed to read; a `TypeSystem.xml` beside the files is passed over.

A document is a file: written are a folder or a zip, with one `TypeSystem.xml` for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.formats import cas as structures
from reader.formats import markup
from reader.formats.base import Format, Found, Lose, Source, told
from reader.formats.cas import Cas, Structure
from reader.formats.head import Head
from reader.formats.layers import CARRIES
from reader.formats.losses import lose_text
from reader.formats.markup import CONTROL, Characters, End, Start, attribute, lose_unprintable, unprintable
from reader.formats.strict import Unfit
from reader.formats.writing import file_name
from reader.model import Document

_XMI = "http://www.omg.org/XMI"
_TYPE_SYSTEM = "TypeSystem.xml"


def looks(head: Head) -> str:
    """XMI's root with UIMA's namespace."""
    return "XMI with UIMA's types" if head.root.endswith("XMI") and b"/uima/cas.ecore" in head.data else ""


def companions(file_name: str) -> tuple[str, ...]:
    """The type system of a folder of XMI."""
    return (_TYPE_SYSTEM, "typesystem.xml") if file_name.lower().endswith(".xmi") else ()


def read(source: Source) -> Iterator[Found]:
    """The documents of a file, one for each text."""
    try:
        found = list(structures.documents(_cas(source), _stem(source), source.name, source.at()))
    except Unfit as error:
        found = [source.at(error.line).problem(str(error))]
    yield from found


def _stem(source: Source) -> str:
    return told(source.file_name).removesuffix(".xmi") if source.file_name.endswith(".xmi") else ""


def _cas(source: Source) -> Cas:
    """Every element below the root, by its id; the elements in one hold the items of an array. Raises Unfit."""
    cas = Cas()
    depth = 0
    one = Structure("", "")
    inner = ""
    for event in markup.events(source):
        match event:
            case Start(full, attributes, line):
                depth += 1
                if depth == 2:
                    features = {key: value for key, value in attributes.items() if not key.startswith("{")}
                    one = Structure(attributes.get(f"{{{_XMI}}}id", ""), _type(full), features, source.at(line))
                    if one.type == "uima.cas.View":
                        cas.views[features.get("sofa", "")] = set(features.get("members", "").split())
                    elif one.id:
                        cas.structures[one.id] = one
                elif depth == 3:
                    inner = ""
            case Characters(text) if depth == 3:
                inner += text
            case End(full):
                if depth == 3:
                    key = markup.local(full)
                    one.features[key] = f"{one.features[key]} {inner}" if key in one.features else inner
                depth -= 1
    return cas


def _type(full: str) -> str:
    """A name such as `{http:///a/b.ecore}C` as `a.b.C`; a type without a package has the package `noNamespace`."""
    space, _, local = full.removeprefix("{").rpartition("}")
    package = space.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return f"{package}.{local}" if package and package != "uima.noNamespace" else local


def write_files(documents: Iterable[Document], lose: Lose) -> Iterator[tuple[str, bytes]]:
    """`NAME.xmi` of each document, and the types of all."""
    taken = {"typesystem"}
    types: dict[str, set[str]] = {}
    for document in documents:
        if unprintable(document.text):
            lose_text(document, lose, CONTROL)
            continue
        lose_unprintable(document, lose)
        cas, needed = structures.cas_of(document, lose)
        for kind, features in needed.items():
            types.setdefault(kind, set()).update(features)
        yield f"{file_name(document, taken)}.xmi", _xmi(cas).encode()
    if types:
        yield _TYPE_SYSTEM, _type_system(types).encode()


def _xmi(cas: Cas) -> str:
    spaces: dict[str, str] = {}
    lines = []
    for one in cas.structures.values():
        package, _, local = one.type.rpartition(".")
        space = spaces.setdefault(package, f"t{len(spaces)}")
        features = "".join(
            f' {key}="{attribute(value)}"' for key, value in one.features.items() if not unprintable(value)
        )
        lines.append(f'<{space}:{local} xmi:id="{one.id}"{features}/>')
    core = spaces.setdefault("uima.cas", f"t{len(spaces)}")
    named = "".join(f' xmlns:{space}="http:///{package.replace(".", "/")}.ecore"' for package, space in spaces.items())
    views = (
        f'<{core}:View sofa="{sofa}" members="{" ".join(sorted(members, key=int))}"/>'
        for sofa, members in cas.views.items()
    )
    body = "\n".join((f'<{core}:NULL xmi:id="0"/>', *lines, *views))
    root = f'<xmi:XMI xmlns:xmi="{_XMI}"{named} xmi:version="2.0">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n{body}\n</xmi:XMI>\n'


def _type_system(types: dict[str, set[str]]) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append('<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">')
    lines.append("<types>")
    for kind, features in structures.features_of(types).items():
        lines.append(f"<typeDescription><name>{kind}</name><description/>")
        lines.append(f"<supertypeName>{structures.supertype(kind)}</supertypeName><features>")
        for feature, values in features:
            lines.append(f"<featureDescription><name>{feature}</name><description/>")
            lines.append(f"<rangeTypeName>{values}</rangeTypeName></featureDescription>")
        lines.append("</features></typeDescription>")
    lines += ["</types>", "</typeSystemDescription>", ""]
    return "\n".join(lines)


FORMAT = Format(
    "cas-xmi",
    "UIMA CAS XMI of INCEpTION: a folder or zip of files with their types",
    (".xmi", ".xmi.zip"),
    read=read,
    write_files=write_files,
    carries=CARRIES,
    looks=looks,
    companions=companions,
    tokenizes=True,
)
