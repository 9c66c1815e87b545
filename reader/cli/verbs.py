"""One function a command: call Project, print the answer, give the exit code."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from reader import config as settings
from reader import formats as registry
from reader.cli.output import fail, give, give_json, give_table, progress_bar, say, say_some
from reader.cli.words import color, columns
from reader.errors import InputError, LossError, RecordError
from reader.model import Label, State
from reader.project import Project, Query, converting, login_name
from reader.project.importing import ImportReport


def _project(options: Namespace, *, create: bool = False) -> Project:
    found = settings.load()
    if getattr(options, "model", ""):
        found = replace(found, model=options.model)
    return Project.open(Path(options.db or found.database), annotator=options.annotator, create=create, config=found)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def import_(options: Namespace) -> int:
    with _project(options, create=True) as project, progress_bar() as progress:
        report = project.import_files(
            options.paths,
            format_name=options.format or ("jsonl" if options.paths == ["-"] else ""),
            encoding=options.encoding,
            annotator=options.annotator,
            skip_bad=options.skip_bad,
            options=registry.Options(options.full, columns(options.column)),
            progress=progress,
        )
        project.index(progress)
    if options.json:
        give_json(_import_record(report))
    elif report.refused == report.files and report.problems:
        raise RecordError(report.problems)
    else:
        _say_import(report)
    if report.refused and report.refused == report.files:
        return 2
    return 1 if report.problems else 0


def _import_record(report: ImportReport) -> dict[str, object]:
    return {
        "files": report.files,
        "documents": report.documents,
        "new": report.new,
        "spans": report.spans,
        "relations": report.relations,
        "changed": report.changed,
        "changes": list(report.changes),
        "read_as": [{"format": name, "why": why, "files": files} for name, why, files in report.read_as],
        "repairs": report.repairs,
        "problems": report.problems,
    }


def _say_import(report: ImportReport) -> None:
    say_some(report.repairs, "taken otherwise: ")
    say_some(report.problems)
    if report.changed:
        say_some(report.changes)
        say(f"{_count(report.changed, 'document')} changed: {report.added} marks added, {report.removed} removed")
    refused = f", {_count(report.refused, 'file')} refused (--skip-bad imports their good records)"
    known = f", {_count(report.spans, 'span')}" if report.spans else ""
    files = [f"{_count(number, 'file')} " if report.files > 1 else "" for _, _, number in report.read_as]
    kinds = [f"{said}read as {name} ({why})" for said, (name, why, _) in zip(files, report.read_as, strict=True)]
    came = f"{_count(report.documents, 'document')}, {report.new} new{known}{refused if report.refused else ''}"
    say(f"{came}; {', '.join(kinds)}" if kinds else came)


def convert(options: Namespace) -> int:
    try:
        with progress_bar() as progress:
            report = converting.convert(
                options.paths,
                sys.stdout.buffer if options.target == "-" else Path(options.target),
                read_format=getattr(options, "from"),
                write_format=options.to,
                encoding=options.encoding,
                options=registry.Options(options.full, columns(options.column)),
                skip_bad=options.skip_bad,
                lossy=options.lossy,
                replace=options.force,
                progress=progress,
            )
    except LossError as error:
        if not options.json or options.target == "-":
            raise
        give_json({"documents": 0, "spans": 0, "losses": error.losses})
        fail(str(error))
        return 2
    if options.json and options.target != "-":
        give_json(report)
    else:
        say_some(report.repairs, "taken otherwise: ")
        say_some(report.problems)
        say_some(report.losses, "left out: ")
        say(f"{_count(report.documents, 'document')}, {_count(report.spans, 'span')}")
    return 1 if report.losses or report.problems else 0


def _query(options: Namespace) -> Query:
    states = [State(name) for name in options.status]
    if getattr(options, "done", False):
        states.append(State.DONE)
    return Query(words=options.words, states=frozenset(states), sort=getattr(options, "sort", "added"))


def export(options: Namespace) -> int:
    as_json = options.json and options.path != "-"
    try:
        report = _exported(options)
    except LossError as error:
        if not as_json:
            raise
        give_json({"documents": 0, "spans": 0, "losses": error.losses})
        fail(str(error))
        return 2
    if as_json:
        give_json(report)
    else:
        say_some(report.losses, "left out: ")
        say(f"{_count(report.documents, 'document')}, {_count(report.spans, 'span')}")
    return 1 if report.losses else 0


def _exported(options: Namespace) -> registry.ExportReport:
    with _project(options) as project:
        return project.export(
            sys.stdout.buffer if options.path == "-" else Path(options.path),
            _query(options),
            format_name=options.format,
            annotator=options.layer,
            labels=options.label,
            lossy=options.lossy,
            split=options.split,
            seed=options.seed,
            replace=options.force,
            everyone=options.everyone,
        )


def suggest(options: Namespace) -> int:
    with _project(options) as project, progress_bar() as progress:
        patterns = Path(options.patterns) if options.patterns else None
        report = project.suggestions.run(Query(), patterns=patterns, again=options.again, progress=progress)
    if options.json:
        give_json(report)
    else:
        done = f", {report.skipped} done before" if report.skipped else ""
        say(
            f"{_count(report.suggestions, 'suggestion')} in {_count(report.documents, 'document')}"
            f" by {report.source}{done}"
        )
        say_some(report.problems)
    return 1 if report.problems else 0


def labels(options: Namespace) -> int:
    action = options.action or "list"
    with _project(options, create=action in ("list", "load", "add")) as project:
        desk = project.labels
        match action:
            case "list":
                _list_labels(project, as_json=options.json)
            case "add":
                desk.add(Label(options.name, options.kind, options.key, options.color, options.description))
            case "rename":
                changed = desk.rename(options.old, options.new, options.kind)
                say(f"{_count(changed, 'document')} changed; `reader undo` takes it back")
            case "merge":
                changed = desk.merge(options.names, options.into, options.kind)
                say(f"{_count(changed, 'document')} changed; `reader undo` takes it back")
            case "remove":
                desk.remove(options.name, options.kind)
            case "recolor":
                desk.change(options.name, options.kind, color=options.color)
            case "key":
                desk.change(options.name, options.kind, key=options.key)
            case "describe":
                desk.change(options.name, options.kind, description=options.description)
            case "load":
                say(f"{_count(desk.load(Path(options.file), color_of=color), 'label')}")
            case "save":
                desk.save(Path(options.file))
            case "overlaps":
                desk.set_overlaps(options.allowed == "on")
    return 0


def _list_labels(project: Project, *, as_json: bool) -> None:
    counts = project.labels.counts()
    rows = [(label, counts.get(label.name, 0) if label.kind == "span" else 0) for label in project.schema.labels]
    if as_json:
        give_json([label._asdict() | {"spans": number} for label, number in rows])
        return
    give_table(
        ("key", "label", "spans", "color", "definition"),
        [(label.key, label.name, number, label.color, label.description) for label, number in rows],
    )


def documents(options: Namespace) -> int:
    with _project(options) as project:
        query = _query(options)._replace(label=options.label)
        rows = project.library.rows(query, limit=options.limit)
    if options.json:
        names = ("id", "key", "title", "source", "length", "state", "entities", "suggestions", "progress")
        give_json([{name: getattr(row, name) for name in names} for row in rows])
    else:
        give_table(
            ("id", "status", "entities", "suggested", "title"),
            [(row.id, str(row.state), row.entities, row.suggestions, row.title[:80]) for row in rows],
        )
    return 0


def stats(options: Namespace) -> int:
    with _project(options) as project:
        found = project.stats()
    if options.json:
        give_json(found._asdict() | {"annotators": dict(found.annotators)})
        return 0
    states = ", ".join(f"{number} {state}" for state, number in found.by_state.items() if number)
    give(f"{_count(found.documents, 'document')}: {states or 'none'}")
    give(f"{_count(found.spans, 'span')} of yours, {_count(found.suggestions, 'suggestion')} kept")
    if found.by_label:
        give_table(("label", "spans"), list(found.by_label.items()))
    if found.annotators:
        give_table(("annotator", "spans"), found.annotators)
    return 0


def search(options: Namespace) -> int:
    with _project(options) as project:
        hits = project.library.search(" ".join(options.words), options.limit)
    if options.json:
        give_json(hits)
    else:
        for hit in hits:
            give(f"{hit.document}: {hit.title[:40]}: {hit.before}[{hit.words}]{hit.after}")
    return 0


def undo(options: Namespace) -> int:
    with _project(options) as project:
        if options.list:
            _list_batches(project, as_json=options.json)
            return 0
        done = project.history.redo() if options.redo else project.history.undo()
    if options.json:
        give_json(done)
    else:
        say(done.summary if done else f"nothing to {'redo' if options.redo else 'undo'}")
    return 0


def _list_batches(project: Project, *, as_json: bool) -> None:
    batches = project.history.log()
    if as_json:
        give_json(batches)
        return
    give_table(
        ("when", "who", "what", ""),
        [
            (
                datetime.fromtimestamp(batch.at).isoformat(" ", "seconds"),
                batch.annotator,
                f"{batch.verb} {batch.source}".strip(),
                "undone" if batch.undone else "",
            )
            for batch in batches
        ],
    )


def merge(options: Namespace) -> int:
    with _project(options, create=True) as project, progress_bar() as progress:
        reports = project.merge([Path(other) for other in options.others], progress=progress)
        project.index(progress)
    if options.json:
        give_json(reports)
    for path, report in zip(options.others, reports, strict=True):
        if not options.json:
            say(f"{path}: {_count(report.documents, 'document')} new, {_count(report.changes, 'change')}")
            for conflict in report.conflicts:
                say(f"{path}: {conflict}")
    return 1 if any(report.conflicts for report in reports) else 0


def check(options: Namespace) -> int:
    with _project(options) as project, progress_bar() as progress:
        problems = project.check(progress=progress)
    if options.json:
        give_json(problems)
    else:
        for problem in problems:
            give(problem)
        say(_count(len(problems), "problem") if problems else "all is well")
    return 1 if problems else 0


def repair(options: Namespace) -> int:
    backup = Path(options.source) if options.source else None
    with _project(options) as project, progress_bar() as progress:
        done, left = project.repair(backup, progress=progress)
    if options.json:
        give_json({"mended": done, "left": left})
    else:
        for line in done:
            give(line)
        for line in left:
            give(f"still wrong: {line}")
        advice = "" if options.source or not left else "; a backup may have it: reader repair --from BACKUP.db"
        say(f"{_count(len(done), 'thing')} mended, {_count(len(left), 'problem')} left{advice}")
    return 1 if left else 0


def backup(options: Namespace) -> int:
    if Path(options.path).is_dir():
        raise InputError(f"{options.path}: is a folder; name the file to write")
    with _project(options) as project, progress_bar() as progress:
        project.backup(Path(options.path), replace=False, progress=progress)
    return 0


def formats(options: Namespace) -> int:
    if options.json:
        give_json(
            [
                {
                    "name": one.name,
                    "suffixes": one.suffixes,
                    "reads": one.read is not None,
                    "writes": one.writes,
                    "carries": sorted(one.carries),
                    "summary": one.summary,
                }
                for one in registry.FORMATS
            ]
        )
        return 0
    give_table(
        ("format", "suffixes", "reads", "writes", "what it is"),
        [
            (
                one.name,
                " ".join(one.suffixes),
                "yes" if one.read else "",
                "yes" if one.writes else "",
                one.summary,
            )
            for one in registry.FORMATS
        ],
    )
    return 0


def config(options: Namespace) -> int:
    path = settings.default_path()
    if options.path:
        give(str(path))
        return 0
    found = settings.load()
    in_force = {
        one.name: (getattr(found, one.name), found.origins.get(one.name, "default")) for one in settings.SETTINGS
    }
    if not found.annotator:
        in_force["annotator"] = (login_name(), "login name")
    if options.annotator:
        in_force["annotator"] = (options.annotator, "--as")
    if options.db:
        in_force["database"] = (options.db, "--db")
    if options.json:
        give_json({name: {"value": value, "from": origin} for name, (value, origin) in in_force.items()})
        return 0
    say(f"{path}{'' if path.exists() else ' (not there)'}")
    give_table(
        ("setting", "value", "from"), [(name, repr(value), origin) for name, (value, origin) in in_force.items()]
    )
    return 0
