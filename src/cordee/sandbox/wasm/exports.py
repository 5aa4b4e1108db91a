"""The things that an instance exports, each found by its name.

The library exports 1,300 names; wasmtime's own mapping looks at all of them one by one, which takes 100 ms an instance.
The C interface of wasmtime has the question that we ask, so we ask it there.
"""

from __future__ import annotations

from ctypes import byref

import wasmtime
from wasmtime import _bindings as c
from wasmtime._extern import wrap_extern

Thing = wasmtime.Func | wasmtime.Global | wasmtime.Memory | wasmtime.Table


class Exports:
    """Of one instance, for as long as its store lives."""

    def __init__(self, store: wasmtime.Store, instance: wasmtime.Instance) -> None:
        self.store = store
        self.instance = instance
        self._found: dict[str, Thing] = {}

    def __getitem__(self, name: str) -> Thing:
        """Raises KeyError."""
        if name in self._found:
            return self._found[name]
        text = name.encode()
        found = c.wasmtime_extern_t()
        instance = self.instance._instance  # noqa: SLF001 - wasmtime gives no other way to its C interface
        context = self.store._context()  # noqa: SLF001
        if not c.wasmtime_instance_export_get(context, byref(instance), text, len(text), byref(found)):
            raise KeyError(name)
        thing = wrap_extern(found)
        assert isinstance(thing, Thing)  # noqa: S101 - no shared memory and no tag: new_engine() has neither
        self._found[name] = thing
        return thing

    def function(self, name: str) -> wasmtime.Func:
        """Raises KeyError."""
        thing = self[name]
        if not isinstance(thing, wasmtime.Func):
            raise KeyError(name)
        return thing

    def number(self, name: str) -> wasmtime.Global:
        """Raises KeyError."""
        thing = self[name]
        if not isinstance(thing, wasmtime.Global):
            raise KeyError(name)
        return thing
