"""Import of Gradio without writing type stubs, which takes a quarter of the start of the page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE, _WRITER = "gradio.component_meta", "create_or_modify_pyi"


class _StubSkipper(MetaPathFinder):
    """Finder of the module that writes a .pyi file for each class of components as it is defined.

    The files serve editors. Gradio parses and compares the source of 80 classes for them at each
    import, and there is no setting to leave that out.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of that module, with a loader that replaces the function; else None."""
        spec = PathFinder.find_spec(fullname, path) if fullname == _MODULE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _StubSkippingLoader(spec.loader)
        return spec


class _StubSkippingLoader(Loader):
    """Loader that replaces the function that writes stubs by one that does nothing.

    Args:
        loader: the loader of the module.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as the loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module, then replace its function, if this version of Gradio has it."""
        self._loader.exec_module(module)
        if hasattr(module, _WRITER):
            setattr(module, _WRITER, lambda *_: None)


def skip_type_stubs() -> None:
    """Let a later import of Gradio write no type stubs; does nothing if it is imported already."""
    if _MODULE not in sys.modules and not any(isinstance(f, _StubSkipper) for f in sys.meta_path):
        sys.meta_path.insert(0, _StubSkipper())
