"""The keys of the article screen: what each does, and why it is that key."""

from __future__ import annotations

from textual.binding import Binding, BindingType


def _bind(keys: str, action: str, name: str, description: str, tooltip: str, *, show: bool = False) -> Binding:
    return Binding(keys, action, description, id=f"article.{name}", tooltip=tooltip, show=show)


BINDINGS: list[BindingType] = [
    _bind("j,down", "rows(1)", "row-down", "Row down", "less, vim"),
    _bind("k,up", "rows(-1)", "row-up", "Row up", "less, vim"),
    _bind("l,right,w", "move('word_next')", "word-next", "Next word", "the word is the unit of annotation"),
    _bind("h,left,b", "move('word_previous')", "word-previous", "Previous word", "the word is the unit of annotation"),
    _bind("L,shift+right", "character(1)", "character-next", "Next character", "for borders inside a word"),
    _bind("H,shift+left", "character(-1)", "character-previous", "Previous character", "for borders inside a word"),
    _bind("space,pagedown,ctrl+f", "page(1.0)", "page-down", "Page down", "less, vim"),
    _bind("pageup,ctrl+b", "page(-1.0)", "page-up", "Page up", "less, vim"),
    _bind("ctrl+d", "page(0.5)", "half-page-down", "Half a page down", "less, vim"),
    _bind("ctrl+u", "page(-0.5)", "half-page-up", "Half a page up", "less, vim"),
    _bind("home", "move('top')", "top", "Top", "also g g"),
    _bind("G,end", "move('end')", "end", "End", "vim"),
    _bind("right_curly_bracket", "move('paragraph_next')", "paragraph-next", "Next paragraph", "vim"),
    _bind("left_curly_bracket", "move('paragraph_previous')", "paragraph-previous", "Previous paragraph", "vim"),
    _bind("right_parenthesis", "move('sentence_next')", "sentence-next", "Next sentence", "vim"),
    _bind("left_parenthesis", "move('sentence_previous')", "sentence-previous", "Previous sentence", "vim"),
    _bind("tab", "mark(1)", "mark-next", "Next mark", "suggestions first, then entities: the most frequent jump"),
    _bind("shift+tab", "mark(-1)", "mark-previous", "Previous mark", "suggestions first, then entities"),
    _bind("right_square_bracket", "document(1)", "document-next", "Next document", "slate, tagtog"),
    _bind("left_square_bracket", "document(-1)", "document-previous", "Previous document", "slate, tagtog"),
    _bind("f", "hint(1)", "hint", "Hint: go to any word on the screen", "vimium, easymotion"),
    _bind("s", "hint(2)", "hint-select", "Hints: select the name at a word, or up to another", "any span: 3 to 5 keys"),
    _bind("v", "select", "select", "Select; on an entity take its borders", "vim"),
    _bind("e", "name", "name", "Select the name that begins here", "vim: to the end"),
    _bind("o", "swap", "swap", "Move the other end of the selection", "vim"),
    *(_bind(key, f"label_key('{key}')", f"label-{key}", f"Give label {key}", "Prodigy") for key in "1234567890"),
    _bind("enter", "pick", "pick", "Pick a label", "for more than ten labels"),
    _bind("a", "accept", "accept", "Accept the suggestion, go to the next", "Prodigy"),
    _bind("x", "reject", "reject", "Reject the suggestion or remove the entity, go to the next", "Prodigy"),
    _bind("d", "finish", "finish", "Done: accept what is suggested, open the next", "one key for a right article"),
    _bind("i", "state('skipped')", "skip", "Skip the article", "Prodigy"),
    _bind("exclamation_mark", "state('flagged')", "flag", "Flag the article for later", "mail programs"),
    _bind("full_stop", "repeat", "repeat", "The last action again, here", "vim"),
    _bind("A", "repeat_all", "repeat-all", "The last action on all equal strings", "git add -p"),
    _bind("greater_than_sign", "border(1)", "border-out", "Right border a word out", "no delete and redo"),
    _bind("less_than_sign", "border(-1)", "border-in", "Right border a word in", "no delete and redo"),
    _bind("comma", "left_border(-1)", "left-border-in", "Left border a word in", "beside <: 'the United States'"),
    _bind("semicolon", "left_border(1)", "left-border-out", "Left border a word out", "beside comma"),
    _bind("u,ctrl+z", "undo", "undo", "Undo, across articles and restarts", "vim"),
    _bind("U,ctrl+r", "redo", "redo", "Redo", "vim"),
    _bind("slash", "find", "find", "Find in the article", "less, vim"),
    _bind("n", "find_next(1)", "find-next", "Next match", "less, vim"),
    _bind("N", "find_next(-1)", "find-previous", "Previous match", "less, vim"),
    _bind("asterisk", "mentions", "mentions", "Every mention of these words, in all articles", "vim"),
    _bind("c", "note", "note", "Note on the entity, or on the article", "comment"),
    _bind("t", "tags", "tags", "Tag the article", "tag"),
    _bind("y", "copy", "copy", "Copy the words", "vim"),
    _bind("backslash", "panel", "panel", "Side panel on or off", "beside Enter"),
    _bind("p", "walk_panel", "walk-panel", "Walk the names in the panel", "panel"),
    _bind("z", "zen", "zen", "Zen: the text alone", "vim plug-ins"),
    _bind("g", "go", "go", "Go ...", "vim"),
    _bind("colon", "app.command_palette", "commands", "Every command by name", "vim"),
    _bind("question_mark,f1", "help", "help", "Help", "less, vim", show=True),
    _bind("escape", "back_one", "back-one", "One state back; never changes data", "everywhere"),
    _bind("q", "leave_screen", "leave", "Back to the library", "less, newsboat", show=True),
]
