"""Words for looks of the picture that its pixels tell, and for the lengths of scenes: "blurry", "longer"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

Look = Literal[
    "dark", "bright", "grey", "colored", "colorful", "blurry", "sharp", "moving", "still", "frozen", "changing", "long", "short"
]  # fmt: skip
# Whether a question asks for a look itself, or for the scene with "more" or "most" of it.
Degree = Literal["", "more", "most"]

# Adjectives of a part of the video, "the dark part".
PART_LOOKS: Mapping[str, Look] = {
    **dict.fromkeys(("black and white", "black-and-white", "b&w", "b and w", "grey", "gray", "greyscale", "grayscale", "monochrome", "colorless"), "grey"),
    **dict.fromkeys(("color", "colour", "colored", "coloured"), "colored"),
    **dict.fromkeys(("colorful", "colourful"), "colorful"),
    **dict.fromkeys(("dark", "darker", "darkest", "black"), "dark"),
    **dict.fromkeys(("bright", "brighter", "brightest", "light"), "bright"),
}  # fmt: skip
_PLAIN: Mapping[Look, tuple[str, ...]] = {
    "grey": ("black and white", "b and w", "greyscale", "grayscale", "monochrome", "without color", "without colors", "colorless", "no color", "no colors", "grey", "gray"),
    "colored": ("in color", "in full color", "colored", "in colors", "color"),
    "dark": ("dark", "dim"),
    "bright": ("bright", "light", "well lit"),
    "colorful": ("colorful",),
    "blurry": ("blurry", "blurred", "fuzzy", "out of focus", "unsharp", "not sharp", "pixelated", "blur"),
    "sharp": ("sharp", "in focus", "crisp"),
    "moving": ("shaky", "moving", "move", "moves", "moved", "pan", "pans", "panning", "panned", "shake", "shakes", "shaking", "handheld", "in motion"),
    "still": ("still", "steady", "fixed", "static", "stationary", "in one place", "in place"),
    "long": ("long",),
    "short": ("short",),
}  # fmt: skip
# Stems of the comparative and superlative in -er and -est.
_STEMS: Mapping[Look, tuple[str, ...]] = {
    "dark": ("dark", "dimm"),
    "bright": ("bright", "light"),
    "blurry": ("blurri", "fuzzi"),
    "sharp": ("sharp",),
    "moving": ("shaki",),
    "still": ("steadi",),
    "long": ("long",),
    "short": ("short",),
}
# Looks of which "more" and "most" make the comparative.
_WITH_MORE: tuple[Look, ...] = (
    "colorful",
    "blurry",
    "moving",
    "dark",
    "bright",
    "colored",
    "sharp",
)
_OPPOSITES: Mapping[Look, Look] = {
    "colorful": "grey", "colored": "grey", "grey": "colorful", "dark": "bright", "bright": "dark", "blurry": "sharp",
    "sharp": "blurry", "moving": "still", "still": "moving", "long": "short", "short": "long",
}  # fmt: skip


def _phrases() -> Iterator[tuple[str, tuple[Look, Degree]]]:
    """Yield the phrases of a question on a look: "darker", "more colorful", "less blurry"."""
    for look, words in _PLAIN.items():
        for word in words:
            if look not in ("long", "short"):
                yield word, (look, "")
            if look in _WITH_MORE:
                rank = "colorful" if look == "colored" else look
                yield f"more {word}", (rank, "more")
                yield f"most {word}", (rank, "most")
                yield f"less {word}", (_OPPOSITES[look], "more")
                yield f"least {word}", (_OPPOSITES[look], "most")
    for look, stems in _STEMS.items():
        for stem in stems:
            yield f"{stem}er", (look, "more")
            yield f"{stem}est", (look, "most")


PHRASES: Mapping[str, tuple[Look, Degree]] = dict(_phrases())
