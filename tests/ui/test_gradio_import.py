from __future__ import annotations

import subprocess
import sys

from tests.test_imports import ROOT


def test_gradio_writes_no_type_stubs() -> None:
    """Nor does it stop working: components still have their events."""
    code = (
        "import vqa.ui, gradio as gr, gradio.component_meta as meta, pathlib\n"
        "written = []\n"
        "pathlib.Path.write_text = lambda self, text, **_: written.append(self)\n"
        "class Own(gr.Button):\n"
        "    pass\n"
        "assert meta.create_or_modify_pyi(Own, 'Own', []) is None\n"
        "with gr.Blocks() as blocks:\n"
        "    Own('press').click(lambda: None)\n"
        "print(written, len(blocks.fns))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[] 1"


def test_gradio_does_not_import_the_mcp_library() -> None:
    """The page's own MCP server can still import it."""
    code = (
        "import vqa.ui, gradio, sys\n"
        "print('mcp' in sys.modules, 'mcp_types' in sys.modules)\n"
        "import mcp.types\n"
        "print(mcp.types.__name__)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False", "False", "mcp.types"]
