"""Knows whether the keys of the settings fit the bindings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.binding import Binding, BindingType
from textual.keys import _normalize_key_list


def problems(keys: Mapping[str, str], scopes: Sequence[Sequence[BindingType]]) -> list[str]:
    """What is wrong with other keys for binding ids, a line each. Each scope is bindings that are in force together."""
    known = {binding.id for scope in scopes for binding in scope if isinstance(binding, Binding)}
    found = [f"no key is called {name}" for name in keys if name not in known]
    for scope in scopes:
        taken: dict[str, str] = {}
        for binding in scope:
            if not isinstance(binding, Binding) or not binding.id:
                continue
            for key in _normalize_key_list(keys.get(binding.id, binding.key)).split(","):
                other = taken.setdefault(key, binding.id)
                if other != binding.id and (other in keys or binding.id in keys):
                    found.append(f"{key} is the key of both {other} and {binding.id}")
    return found
