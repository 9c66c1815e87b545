"""ArticleScreen: keys in, edits out. It translates; the pen knows what an edit is, the project makes it durable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from textual import work

from reader.errors import StoreError
from reader.model import Edit, State, Status
from reader.project import Undone
from reader.tui import article_keys
from reader.tui.reading import ReadingScreen
from reader.tui.typing import ASKING

NO_WORD = "No word here to label"
NOTHING_HERE = "Nothing to do here"


class ArticleScreen(ReadingScreen):
    """One article to read and to annotate."""

    BINDINGS = article_keys.BINDINGS

    def _apply(self, edit: Edit, verb: str, said: str) -> bool:
        """Commit an edit and show it; tells whether anything changed. `wrong` says whether it was refused."""
        self.wrong = False
        if not edit:
            return False
        self.said = said
        with self._telling():
            self.document.apply(edit, verb, position=self.pen.cursor, meanwhile=self._draw_edit)
        if self.wrong and not self.document.waiting:
            return False
        if self.wrong:
            # Refused before it came to the disk, or by it.
            self._draw_edit()
        self._show_status()
        return True

    def _draw_edit(self) -> None:
        """Draw what an edit changes, while the disk writes it; it is shown when that is done."""
        self.pen.anchor = None
        self._put_marks()
        self.draw_ahead()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What is done inside and could not be saved is told in the status line; `wrong` says that it was."""
        self.wrong = False
        try:
            yield
        except StoreError as error:
            self.wrong = True
            self._show_status(str(error), wrong=True)

    def _to_next_suggestion(self) -> None:
        """Where nothing is selected: a selection would go along."""
        if self.pen.anchor is None and (found := self.pen.next_suggestion()) is not None:
            self.pen.move(found)
        self._show_cursor(leap=True)

    def action_select(self) -> None:
        self.pen.select()
        self.go_to(None)

    def action_swap(self) -> None:
        self.pen.swap()
        self.go_to(None)

    def action_label_key(self, key: str) -> None:
        if (label := self.schema.for_key(key)) is None:
            self._show_status(f"No label has the key {key}")
        else:
            self.give_label(label.name)

    def give_label(self, name: str) -> None:
        """Label the selection, the entity, the suggestion or the word under the cursor."""
        suggested = not self.pen.selection and self.pen.suggestion is not None
        if self._apply(self.pen.label(name), "label", f"labelled {name}"):
            if suggested:
                self._to_next_suggestion()
            return
        if not self.wrong:
            # An undo would take back something else.
            self.said = f"{name} already" if self.pen.target() else NO_WORD
        self.pen.anchor = None
        self._show_cursor()

    @work(group=ASKING)
    async def action_pick(self) -> None:
        from reader.tui import asking

        if (target := self.pen.target()) is None:
            self._show_status(NO_WORD)
            return
        entity = self.pen.entity
        with self._telling():
            if name := await asking.label(self.app, self.project, self.pen, target):
                self.schema = self.project.schema
                if self.pen.target() == target:
                    self.give_label(name)
                elif self.pen.entity == entity:
                    # What is suggested here has changed meanwhile.
                    self.pen.select_stretch(*target)
                    self.give_label(name)
                else:
                    self._show_status("Not labelled: another program changed what was asked about")

    def action_accept(self) -> None:
        if self.pen.suggestion is not None:
            self._apply(self.pen.accept(), "accept", "accepted")
        elif self.pen.anchor is not None:
            self.said = "No suggestion here"
        self._to_next_suggestion()

    def action_reject(self) -> None:
        verb, said = ("reject", "rejected") if self.pen.suggestion else ("remove", "removed")
        if not self._apply(self.pen.reject(), verb, said) and not self.wrong and self.pen.anchor is not None:
            self.said = NOTHING_HERE
        self._to_next_suggestion()

    def action_finish(self) -> None:
        self._apply(self.document.finish(), "done", "done")
        if self.wrong:
            return
        following = self.project.library.next_unfinished(self.document.id, self.query_shown)
        if following is None:
            self._show_status("done; no other document is left to do")
        else:
            self.switch_to(following)

    def action_state(self, name: str) -> None:
        state = State(name)
        edit = self.pen.set_state(state)
        said = name if Status(state) in edit.added else f"no longer {name}"
        changed = self._apply(edit, said, said)
        if changed and state is State.SKIPPED and self.document.state is State.SKIPPED:
            following = self.project.library.next_unfinished(self.document.id, self.query_shown)
            if following is not None:
                self.switch_to(following)

    def action_repeat(self) -> None:
        if self.pen.last is None:
            self._show_status("Nothing to repeat yet")
        else:
            self._try(self.pen.repeat(), self.pen.last.verb, f"{self.pen.last.verb}: again", NOTHING_HERE)

    @work(group=ASKING)
    async def action_repeat_all(self) -> None:
        from reader.tui import repeating

        if (action := self.pen.last) is None:
            self._show_status("Nothing to repeat yet")
            return
        before = self.pen.cursor, self.pen.by_character
        where = await repeating.ask_where(self.app, self.project, self.document, action, partial(self.go_to, leap=True))
        if before != (self.pen.cursor, self.pen.by_character):
            # It went from one place to the next.
            self.go_to(before[0], by_character=before[1])
        said = f"{action.verb} {action.label} '{action.words}'"
        if not where.everywhere:
            edit = self.document.repeat_all(action, where.places)
            self._try(edit, f"{action.verb} all", f"{said}: {len(where.places)}", "Nothing was changed")
            return
        with self._telling():
            self.document.save()
            done = self.project.apply_everywhere(action, ignore_case=where.ignore_case, position=self.pen.cursor)
            self.document.reload()
            self.said = f"{said}: {done.places} in {done.documents} articles"
            self._show_anew()

    def _try(self, edit: Edit, verb: str, said: str, otherwise: str) -> None:
        """Commit an edit, or say why there is none to commit."""
        if not self._apply(edit, verb, said) and not self.wrong:
            self._show_status(otherwise)

    def action_border(self, step: int) -> None:
        if self.pen.anchor is None:
            self._try(self.pen.border(step), "border", "moved the border", "No entity here, or no word further")
        else:
            self._show_resized(self.pen.resize(right=step))

    def action_left_border(self, step: int) -> None:
        if self.pen.anchor is None:
            self._try(self.pen.left_border(step), "border", "moved the border", "No entity here, or no word further")
        else:
            self._show_resized(self.pen.resize(left=step))

    def _show_resized(self, moved: bool) -> None:
        self.go_to(None)
        if not moved:
            self._show_status("No word further")

    def action_undo(self) -> None:
        self._travel(redo=False)

    def action_redo(self) -> None:
        self._travel(redo=True)

    def _travel(self, *, redo: bool) -> None:
        """Undo or redo, and show where it happened."""
        done = None
        with self._telling():
            self.document.save()
            history = self.project.history
            done = (history.redo if redo else history.undo)(self.document, self._draw_travel)
        if self.wrong:
            # What was drawn while the disk wrote has not happened.
            said = self.said
            self.document.reload()
            self._show_marks()
            self._show_status(said, wrong=True)
        elif done is None:
            self._show_status("Nothing to redo" if redo else "Nothing to undo")
        elif done.is_in(self.document.id):
            self._show_status()
        elif done.documents and not done.touched(self.document.id):
            self.switch_to(done.documents[0], done.position if done.changed == 1 else None)
            self._show_status(done.summary)
        else:
            self.document.reload()
            self.pen.anchor = None
            self.pen.move(done.position if done.changed == 1 else self.pen.cursor)
            self.said = done.summary
            self._show_anew()

    def _draw_travel(self, done: Undone) -> None:
        """Draw what changes in this article alone, while the disk writes it."""
        if done.is_in(self.document.id):
            self.document.follow(done.here)
            self.pen.anchor = None
            self.pen.move(done.position)
            self.said = done.summary
            self._put_marks()
            self.draw_ahead()

    @work(group=ASKING)
    async def action_note(self) -> None:
        from reader.tui import asking

        span = self.pen.entity
        if (text := await asking.note(self.app, self.pen)) is None:
            return
        if span is not None and span not in self.document.spans_at(self.pen.cursor):
            self._show_status(f"Not noted: another program changed the entity. The note was: {text}")
        else:
            self._apply(self.pen.set_note(text, span), "note", "noted" if text else "took the note away")

    @work(group=ASKING)
    async def action_tags(self) -> None:
        from reader.tui import asking

        with self._telling():
            if name := await asking.tag(self.app, self.project):
                self.schema = self.project.schema
                edit = self.pen.toggle_tag(name)
                self._apply(edit, "tag", f"tag {name}" if edit.added else f"took tag {name} away")
