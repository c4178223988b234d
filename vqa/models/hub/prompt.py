"""Prompt of a hub model: a prefix with the video for all questions, a suffix per question.

The frames are placeholder tokens in the text of the first user message, which the chat templates of
all families accept. If the images were separate message parts, some templates would move them in
front of the text, away from their times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vqa.errors import WeightsBroken
from vqa.models.hub.family import Family, FramePlaceholder
from vqa.models.protocol import label_text
from vqa.types import Clip, TimedText, Turn

_SPECIAL_TOKEN = re.compile(r"[<\[].+[>\]]")


class PromptBuilder:
    """Builder of the prompts of one model.

    Args:
        family: family of the model.
        tokenizer: the model's tokenizer, with the chat template.
        placeholder: text that represents a frame in the prompt.
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
        """Return the section of the prompt that has the frames and the timed text of a video.

        It consists of the family's intro, the placeholder of each frame after the frame's time, the
        lines of `text`, such as "Said at 1.5 s: …" (see `label_text`), and the family's outro.
        Special tokens are removed from the lines.
        """
        frames = self._family.separator.join(
            f"{self._family.format_time(time_s)}{self._placeholder}" for time_s in clip.times_s
        )
        parts = [self._family.format_intro(len(clip.times_s), clip.duration_s), frames]
        lines = [f"\n{label_text(line)}: {self._strip_special_tokens(line.text)}" for line in text]
        return "".join([*parts, *lines, self._family.outro])

    def prefix_ids(self, video_text: str) -> list[int]:
        """Tokenize the prompt up to the end of `video_text`, with one visual token per frame.

        Raises:
            WeightsBroken: the chat template drops the text of the first message.
        """
        return self._tokenize(self._split_prompt(video_text, "?", ())[0])

    def suffix_ids(self, video_text: str, question: str, history: Sequence[Turn]) -> list[int]:
        """Tokenize the prompt from the end of `video_text` to the start of the answer.

        Args:
            video_text: video section of the prompt, from the method `video_text`.
            question: text of the current question.
            history: earlier turns, oldest first; may be empty.

        Raises:
            WeightsBroken: the chat template drops the text of the first message.
        """
        return self._tokenize(self._split_prompt(video_text, question, history)[1], is_prefix=False)

    def _split_prompt(
        self, video_text: str, question: str, history: Sequence[Turn]
    ) -> tuple[str, str]:
        """Render the chat template and split the prompt at the end of `video_text`.

        Raises:
            WeightsBroken: the chat template drops the text of the first message.
        """
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
        prefix, match, suffix = prompt.partition(video_text)
        if not match:
            raise WeightsBroken(
                f"The chat template of {self._tokenizer.name_or_path} leaves out the message's text.",
                cure="Download the model again, or choose another one.",
            )
        return prefix + video_text, suffix

    def _tokenize(self, text: str, *, is_prefix: bool = True) -> list[int]:
        """Tokenize a part of the prompt.

        The special tokens that the tokenizer adds, such as beginning-of-sequence, are added to the
        prefix only, and only if the template did not write one.
        """
        bos = self._tokenizer.bos_token
        add_bos = is_prefix and not (bos is not None and text.startswith(bos))
        ids: list[int] = self._tokenizer(text, add_special_tokens=add_bos)["input_ids"]
        return ids

    def _strip_special_tokens(self, text: str) -> str:
        """Remove the text of special tokens, so that input text cannot inject frames or turns."""
        while True:
            plain_text = text
            for token in self._special_tokens:
                plain_text = plain_text.replace(token, "")
            if plain_text == text:
                return text
            text = plain_text


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": [{"type": "text", "text": text}]}
