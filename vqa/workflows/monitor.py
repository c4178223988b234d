"""Monitoring: conditions evaluated on a stream of frames; an event is the start of a condition."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vqa.english import with_article_if_countable
from vqa.errors import SettingError, Unsupported
from vqa.models.protocol import Embeds, Judges, Prepares, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.text_words import has_words
from vqa.types import Clip, Question, SamplingPlan, VideoInfo
from vqa.workflows.frame_feed import MonitorFrame
from vqa.workflows.trigger import Trigger

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREROLL_S = 8.0
_MAX_PREROLL_FRAMES = 32
# Logistic regression on the logits of both probabilities, fitted to frames of the val split (docs/workflows.md).
_MATCH_WEIGHT, _PRESENCE_WEIGHT, _BIAS = 0.08, 0.8, -1.04
_MIN_MATCH = 0.05  # below, the presence is not asked, which is slow: the thing is hardly ever there


@dataclass(frozen=True, kw_only=True)
class MonitorEvent:
    """Event of monitoring: a condition has become true in the frames of a source.

    Args:
        condition: the condition, with single spaces.
        source: name of the camera or of the video.
        time_s: time in seconds: since the epoch for a camera, from the start of a video.
        confidence: mean probability of the condition over the window of its `Trigger`, 0 to 1.
        is_live: whether the source is a camera.
        frames: T frames (H, W, 3) uint8 RGB of the 8 s up to the event, at most 32; the last one is
            that of the event, and those of another size are left out.
        times_s: T times of the frames in seconds, as `time_s`.
    """

    condition: str
    source: str
    time_s: float
    confidence: float
    is_live: bool
    frames: tuple[NDArray[np.uint8], ...]
    times_s: tuple[float, ...]


class Monitor:
    """Evaluator of conditions on frames, with one model.

    A condition that ends with a question mark is asked of each frame; its score is the probability
    of "yes". Any other condition is a description ("a person at the door"); its score is the
    probability that the embeddings of frame and description match. If the description is a thing
    ("a red car") and the model estimates confidences, the model is also asked whether the thing is
    there, and the score combines both probabilities.

    Args:
        conditions: descriptions and questions, at least one; duplicates count once.
        model: the model; for descriptions, it implements `Embeds`.
        threshold: mean probability that fires, see `Trigger`.
        window_s: see `Trigger`.
        cooldown_s: see `Trigger`.

    Raises:
        SettingError: there is no condition, one without a letter or digit, or a value is out of its
            range.
        Unsupported: the model cannot compare descriptions with frames.
    """

    def __init__(
        self,
        conditions: Sequence[str],
        model: VideoQAModel,
        *,
        threshold: float = 0.5,
        window_s: float = 2.0,
        cooldown_s: float = 10.0,
    ) -> None:
        self._model = model
        self._names = valid_conditions(conditions)
        self._thresholds = dict.fromkeys(self._names, threshold)
        self._options = {"window_s": window_s, "cooldown_s": cooldown_s}
        self._questions: dict[str, Question] = {
            name: parse(name) for name in self._names if name.endswith("?")
        }
        self._descriptions = [name for name in self._names if name not in self._questions]
        self._vectors: NDArray[np.float32] | None = None
        if self._descriptions:
            if not isinstance(model, Embeds):
                raise Unsupported(
                    f"The model {model.name} cannot compare descriptions with frames.",
                    cure="Ask a question that ends with '?', or choose the model 'fused'.",
                )
            self._vectors = model.embed_text(self._descriptions)
        has_confidence = isinstance(model, Judges)
        self._presence_questions: dict[str, Question] = {
            name: question
            for name in self._descriptions
            if has_confidence and (question := _presence_question(name)) is not None
        }
        self._start_source("")

    def watch(self, frames: Iterable[MonitorFrame]) -> Iterator[MonitorEvent]:
        """Evaluate frames as they come; yield an event each time that a condition starts to hold.

        The frames of a source are in order of time. A change of source, such as to the next video
        of a folder, resets the windows of all conditions; another call does not. Events of one
        frame are in the order of the conditions: first descriptions, then questions.

        Raises:
            ModelError: the model cannot evaluate a frame.
        """
        for frame in frames:
            if frame.source != self._source:
                self._start_source(frame.source)
            self._recent.append(frame)
            while self._recent[0].time_s < frame.time_s - _PREROLL_S:
                self._recent.popleft()
            for name, score in self._scores(frame).items():
                confidence = self._triggers[name].update(frame.time_s, score)
                if confidence is not None:
                    yield self._event(name, frame, confidence)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in the order of the argument, each once, with single spaces."""
        return self._names

    def set_threshold(self, condition: str, threshold: float) -> None:
        """Change the threshold of one of `conditions`, from the next frame on; see `Trigger`.

        Raises:
            KeyError: it is not one of `conditions`.
            SettingError: the threshold is not above 0 and at most 1.
        """
        self._triggers[condition].threshold = threshold
        self._thresholds[condition] = threshold

    def peak(self, condition: str) -> float:
        """Return the highest mean probability, 0 to 1, of a condition's last event; 0 before one.

        Only events of the current source count.

        Raises:
            KeyError: it is not one of `conditions`.
        """
        return self._triggers[condition].peak

    def _start_source(self, source: str) -> None:
        """Forget the frames of the earlier source, and create a new trigger for each condition."""
        self._source = source
        self._recent: deque[MonitorFrame] = deque(maxlen=_MAX_PREROLL_FRAMES)
        self._triggers = {
            name: Trigger(threshold=self._thresholds[name], **self._options) for name in self._names
        }

    def _event(self, name: str, frame: MonitorFrame, confidence: float) -> MonitorEvent:
        """Return the event of a condition that becomes true in a frame, with the frames before."""
        recent = [item for item in self._recent if item.rgb.shape == frame.rgb.shape]
        return MonitorEvent(
            condition=name,
            source=frame.source,
            time_s=frame.time_s,
            confidence=confidence,
            is_live=frame.is_live,
            frames=tuple(item.rgb for item in recent),
            times_s=tuple(item.time_s for item in recent),
        )

    def _scores(self, frame: MonitorFrame) -> dict[str, float]:
        """Return the probability of each condition in a frame, 0 to 1."""
        context = self._model.encode(_one_frame_clip(frame))
        scores: dict[str, float] = {}
        if self._vectors is not None:
            assert isinstance(self._model, Embeds)
            (similarities,) = self._model.embed_frames(context) @ self._vectors.T
            for name, similarity in zip(self._descriptions, similarities, strict=True):
                match = self._model.match_probability(float(similarity))
                scores[name] = self._thing_probability(context, name, match)
        for name, question in self._questions.items():
            scores[name] = self._yes_probability(context, question)
        return scores

    def _thing_probability(self, context: VideoContext, name: str, match: float) -> float:
        """Return the probability of a description, 0 to 1, from its match and its presence.

        It is `match`, the probability that the embeddings match, if that is below 0.05 or the
        description is not a thing.
        """
        question = self._presence_questions.get(name)
        if question is None or match < _MIN_MATCH:
            return match
        return combine_probabilities(match, self._yes_probability(context, question))

    def _yes_probability(self, context: VideoContext, question: Question) -> float:
        """Return the probability, 0 to 1, that the answer to a question about a frame is yes.

        It is 0 or 1 for a model that estimates no confidence, and 0 for a question that the model
        cannot answer.
        """
        if isinstance(self._model, Prepares):
            turn = self._model.prepare(context, question)
            answer = "".join(turn.stream()).strip()
            judgement = turn.judge(answer)
        else:
            answer = "".join(self._model.stream(context, question)).strip()
            if not isinstance(self._model, Judges):
                return float(answer.lower().startswith("yes"))
            judgement = self._model.judge(context, question, answer)
        is_yes = answer.lower().startswith("yes")
        if not judgement.answerable or judgement.confidence is None:
            return 0.0
        return judgement.confidence if is_yes else 1 - judgement.confidence


def valid_conditions(conditions: Sequence[str]) -> tuple[str, ...]:
    """Return the conditions in order, each once, with single spaces.

    Raises:
        SettingError: there is no condition, or one without a letter or digit.
    """
    names = [" ".join(condition.split()) for condition in conditions]
    if not names or not all(map(has_words, names)):
        raise SettingError(
            "A condition is empty.", cure="Describe what to wait for: --when 'a person'."
        )
    return tuple(dict.fromkeys(names))


def combine_probabilities(match: float, presence: float) -> float:
    """Return the probability that a frame shows a thing, 0 to 1, from two estimates.

    A logistic regression on the log odds of both; two estimates of 0.5 give 0.26.

    Args:
        match: probability that the embeddings of frame and thing match, 0 to 1.
        presence: probability that the answer to "Is there …?" is yes, 0 to 1.
    """
    logit = _MATCH_WEIGHT * _logit(match) + _PRESENCE_WEIGHT * _logit(presence) + _BIAS
    return 1 / (1 + math.exp(-logit))


def _logit(probability: float) -> float:
    """Return the log odds of a probability, which is first limited to 1e-6 to 1 - 1e-6."""
    probability = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(probability / (1 - probability))


def _presence_question(description: str) -> Question | None:
    """Return the question "Is there … in the video?" for a description of a thing.

    None if the description is more than a thing, such as a clause, or negated.
    """
    request = parse(description)
    if not (request.asks_presence and request.scored_noun) or request.has_negation:
        return None
    return parse(f"Is there {with_article_if_countable(request.scored_noun)} in the video?")


def _one_frame_clip(frame: MonitorFrame) -> Clip:
    """Return a clip of a single frame, at time 0, of a video of unknown length."""
    height, width = frame.rgb.shape[:2]
    info = VideoInfo(
        path=Path(frame.source),
        size_bytes=0,
        width=width,
        height=height,
        duration_s=None,
        num_frames=None,
        fps=None,
        codec="",
        decoder="pyav",
    )
    return Clip(
        info=info,
        plan=SamplingPlan(num_frames=1),
        frames=np.ascontiguousarray(frame.rgb[np.newaxis]),
        times_s=(0.0,),
        indices=(0,),
    )
