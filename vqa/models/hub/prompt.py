"""Prompt of a hub model, split into a prefix with the video, shared by all questions, and the rest.

The frames are placeholders in the text of the first user message. The chat templates of all families accept that;
with images as separate message parts, some templates move them to the front, away from their times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vqa.errors import WeightsBroken
from vqa.models.hub.family import Family, FramePlaceholder
from vqa.types import Clip, TimedText, Turn

_SPECIAL_TOKEN = re.compile(r"[<\[].+[>\]]")


class PromptBuilder:
    """Builds the prompts of one model.

    Args:
        family: its family.
        tokenizer: its tokenizer, with the chat template.
        placeholder: text that stands for a frame.
    """

    def __init__(self, family: Family, tokenizer: Any, placeholder: FramePlaceholder) -> None:
        self._family = family
        self._tokenizer = tokenizer
        self._placeholder = placeholder
        self._special_tokens = sorted(
            {
                *tokenizer.all_special_tokens,
                *(t for t in tokenizer.get_added_vocab() if _SPECIAL_TOKEN.fullmatch(t)),
            },
            key=len,
            reverse=True,
        )

    def video_text(self, clip: Clip, text: Sequence[TimedText] = ()) -> str:
        """Prompt text of a video: intro, frame placeholders after their times, timed text, outro."""
        frames = self._family.separator.join(
            f"{self._family.format_time(time_s)}{self._placeholder}" for time_s in clip.times_s
        )
        parts = [self._family.format_intro(len(clip.times_s), clip.duration_s), frames]
        for line in text:
            label = "Said" if line.source == "speech" else "Written on the screen"
            parts.append(
                f"\n{label} at {line.start_s:.1f} s: {self._strip_special_tokens(line.text)}"
            )
        return "".join([*parts, self._family.outro])

    def prefix_ids(self, video_text: str) -> list[int]:
        """Token ids of everything before the first question, with one visual token for each frame."""
        return self._tokenize(self._split_prompt(video_text, "?", ())[0])

    def suffix_ids(self, video_text: str, question: str, history: Sequence[Turn]) -> list[int]:
        """Token ids from the first question to the start of the answer, the history included."""
        return self._tokenize(self._split_prompt(video_text, question, history)[1], is_prefix=False)

    def _split_prompt(
        self, video_text: str, question: str, history: Sequence[Turn]
    ) -> tuple[str, str]:
        """Render the chat template and split the prompt behind the video's text."""
        messages = []
        for number, text in enumerate([*(turn.question for turn in history), question]):
            query = self._strip_special_tokens(text)
            messages.append(_message("user", video_text + query if number == 0 else query))
            if number < len(history):
                answer = self._strip_special_tokens(history[number].answer.text)
                messages.append(_message("assistant", answer))
        prompt = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        before, match, after = prompt.partition(video_text)
        if not match:
            raise WeightsBroken(
                f"The chat template of {self._tokenizer.name_or_path} leaves out the message's text.",
                cure="Fetch the model again, or choose another one.",
            )
        return before + video_text, after

    def _tokenize(self, text: str, *, is_prefix: bool = True) -> list[int]:
        """Token ids; the prefix gets a beginning-of-sequence token unless the template wrote one."""
        bos = self._tokenizer.bos_token
        add_bos = is_prefix and not (bos is not None and text.startswith(bos))
        ids: list[int] = self._tokenizer(text, add_special_tokens=add_bos)["input_ids"]
        return ids

    def _strip_special_tokens(self, text: str) -> str:
        """Remove special tokens, so that a user's text can forge neither frames nor turns."""
        while True:
            stripped = text
            for token in self._special_tokens:
                stripped = stripped.replace(token, "")
            if stripped == text:
                return text
            text = stripped


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}
