"""The prompt about a video, in two parts: what is the same for every question, and the rest.

The frames stand in the first question as text marks that become visual tokens, so that the chat templates of all
families serve alike (some of them move pictures to the front, away from their times).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from vqa.errors import WeightsBroken
from vqa.models.hub.family import Family, FrameMark
from vqa.types import Clip, TimedText, Turn

_SPECIAL = re.compile(r"[<\[].+[>\]]")


class PromptWriter:
    """Writes the prompts of one model.

    Args:
        family: how frames and times are written.
        tokenizer: has the chat template.
        mark: the frame's mark.
    """

    def __init__(self, family: Family, tokenizer: Any, mark: FrameMark) -> None:
        self._family = family
        self._tokenizer = tokenizer
        self._mark = mark
        self._special = sorted(
            {
                *tokenizer.all_special_tokens,
                *(token for token in tokenizer.get_added_vocab() if _SPECIAL.fullmatch(token)),
            },
            key=len,
            reverse=True,
        )

    def video(self, clip: Clip, text: Sequence[TimedText] = ()) -> str:
        """The frames with their times, and the words that came with the video."""
        stamp = self._family.stamp
        duration = timedelta(seconds=max(1, round(clip.duration_s)))
        parts = [self._family.intro.format(num_frames=len(clip.times_s), duration=duration)]
        parts += [f"{stamp(time_s)}{self._mark}" for time_s in clip.times_s]
        for line in text:
            kind = "Said" if line.source == "speech" else "Written on the screen"
            parts.append(f"\n{kind} at {line.start_s:.1f} s: {self._plain(line.text)}")
        return "".join([*parts, self._family.outro])

    def prefix_ids(self, video: str) -> list[int]:
        """The tokens of all that stands before the first question, each frame's visual token once."""
        return self._ids(self._split(video, "?", ())[0])

    def rest_ids(self, video: str, question: str, history: Sequence[Turn]) -> list[int]:
        """The tokens from the first question on, with what was said since, up to where the answer begins."""
        return self._ids(self._split(video, question, history)[1], first=False)

    def _split(self, video: str, question: str, history: Sequence[Turn]) -> tuple[str, str]:
        """The whole prompt as text, cut where the video's part ends."""
        messages = []
        for number, words in enumerate([*(turn.question for turn in history), question]):
            asked = self._plain(words)
            messages.append(_message("user", video + asked if number == 0 else asked))
            if number < len(history):
                messages.append(_message("assistant", self._plain(history[number].answer.text)))
        rendered = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        before, found, after = rendered.partition(video)
        if not found:
            raise WeightsBroken(
                f"The chat template of {self._tokenizer.name_or_path} leaves out what it is given.",
                cure="Fetch the model again, or choose another one.",
            )
        return before + video, after

    def _ids(self, text: str, *, first: bool = True) -> list[int]:
        """Tokens; the first part gets the tokenizer's beginning of text unless the template wrote it."""
        begin = self._tokenizer.bos_token
        add = first and not (begin is not None and text.startswith(begin))
        ids: list[int] = self._tokenizer(text, add_special_tokens=add)["input_ids"]
        return ids

    def _plain(self, text: str) -> str:
        """Without tokens that mean something to the model: words cannot pass for frames or turns."""
        while True:
            cleaned = text
            for token in self._special:
                cleaned = cleaned.replace(token, "")
            if cleaned == text:
                return text
            text = cleaned


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}
