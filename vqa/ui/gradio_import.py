"""Import of Gradio without what the page does not use, a third of the start of the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

# Gradio writes a .pyi file for each class of components as it is defined. The files serve editors;
# it parses and compares the source of 80 classes for them at each import.
_STUB_MODULE, _STUB_WRITER = "gradio.component_meta", "create_or_modify_pyi"
# Gradio's MCP server imports this library, where it is installed, at the import of its module. The
# page has an MCP server of its own.
_MCP_MODULE, _MCP_LIBRARY = "gradio.mcp", "mcp"

Execute = Callable[[Loader, ModuleType], None]


def _skip_stub_writer(loader: Loader, module: ModuleType) -> None:
    """Execute a module, then replace the writer of stubs, if it has it, by a function without effect."""
    loader.exec_module(module)
    if hasattr(module, _STUB_WRITER):
        setattr(module, _STUB_WRITER, lambda *_: None)


def _hide_mcp(loader: Loader, module: ModuleType) -> None:
    """Execute a module as if the MCP library were not installed, unless it is imported already."""
    is_hidden = _MCP_LIBRARY not in sys.modules
    if is_hidden:
        sys.modules[_MCP_LIBRARY] = None  # type: ignore[assignment]  # an import of it fails
    try:
        loader.exec_module(module)
    finally:
        if is_hidden:
            del sys.modules[_MCP_LIBRARY]


_EXECUTIONS: dict[str, Execute] = {_STUB_MODULE: _skip_stub_writer, _MCP_MODULE: _hide_mcp}


class _ModuleFinder(MetaPathFinder):
    """Finder of the modules of Gradio that are executed in another way.

    There is no setting of Gradio to leave these parts out.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of such a module, with a loader that executes it so; else None."""
        execute = _EXECUTIONS.get(fullname)
        spec = PathFinder.find_spec(fullname, path) if execute is not None else None
        if execute is not None and spec is not None and spec.loader is not None:
            spec.loader = _ExecutingLoader(spec.loader, execute)
        return spec


class _ExecutingLoader(Loader):
    """Loader that executes a module by a function.

    Args:
        loader: the loader of the module.
        execute: executes the module by this loader.
    """

    def __init__(self, loader: Loader, execute: Execute) -> None:
        self._loader, self._execute = loader, execute

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Create the module as its own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module by the function."""
        self._execute(self._loader, module)


def skip_parts_of_gradio() -> None:
    """Let a later import of Gradio write no type stubs and import no MCP library.

    Does nothing if Gradio is imported already.
    """
    is_prepared = any(isinstance(finder, _ModuleFinder) for finder in sys.meta_path)
    if _STUB_MODULE not in sys.modules and not is_prepared:
        sys.meta_path.insert(0, _ModuleFinder())
