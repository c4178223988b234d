"""A question fused with an encoded video once: answer, confidence and evidence frames.

Shape letters: T frames of the clip, N frame masks, K options of a choice question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

import torch
from torch import Tensor

from vqa.models.fused.abstention import absence_answer, refusal
from vqa.models.fused.attribution import occlusion_masks, rank_frames
from vqa.models.fused.claims import PresenceScorer
from vqa.models.fused.class_evidence import class_evidence, class_probabilities
from vqa.models.fused.frame_selection import select_frames
from vqa.models.fused.generation import generate_answer
from vqa.models.fused.name_evidence import KindEvidence, NameEvidence
from vqa.models.fused.naming import NameCandidates, score_names
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.query import EncodedQuestion, JointQuery, top_quarter_mean
from vqa.models.fused.scoring import (
    Presence,
    option_cosines,
    option_logits,
    score_presence,
    yes_logits,
)
from vqa.models.fused.state import clip_features
from vqa.models.memory_errors import translates_memory_errors
from vqa.models.protocol import VideoContext
from vqa.types import AnswerOptions, Evidence, Judgement, Question


class FusedPreparedQuestion:
    """A question fused with an encoded video by the embedded model; implements `PreparedQuestion`.

    The network runs when the object is created. A question that `abstention.refusal` declines is
    not fused: only `stream`, `judge` and `explain` work for it, and the attributes do not exist.

    Args:
        model: the network.
        processor: tokenizers and preprocessing of the network.
        name_evidence: probabilities and cosines of the names of a kind.
        context: the video, encoded by the same model.
        question: the parsed question.

    Attributes:
        name: name of the model.
        encoded_question: the encoded question, with the frames that are selected for it.
        query: the question fused with these frames.
    """

    def __init__(
        self,
        model: FusedNetwork,
        processor: InputProcessor,
        name_evidence: NameEvidence,
        context: VideoContext,
        question: Question,
    ) -> None:
        self.name = "fused"
        self._model = model
        self._processor = processor
        self._name_evidence = name_evidence
        self._context = context
        self._question = question
        self._refusal = refusal(question, context.text)
        if self._refusal is None:
            self.encoded_question = self._encode_question()
            self.query = self._fuse(self.encoded_question.frame_mask[None])

    @property
    def device(self) -> str:
        """Name of the device that the network is on."""
        return str(self._model.device)

    @translates_memory_errors("answering")
    def stream(self, options: AnswerOptions | None = None) -> Iterator[str]:
        """Stream the answer as incremental fragments.

        A declined question gets the sentence of `abstention.refusal`, and one whose subject is
        absent that of `absence_answer`. A yes/no question gets "yes" or "no", a choice question one
        of its options, and a question for a name or an action the best of `name_candidates`, unless
        `options.temperature` is above 0. All other answers are generated with `options`.
        """
        if self._refusal is not None:
            yield self._refusal
            return
        question = self._question
        if question.answer_kind == "yes_no":
            yield "yes" if self.yes_logit() > 0 else "no"
        elif self._presence().is_absent:
            yield absence_answer(self._model, self._processor, self.query)
        elif question.answer_kind == "choice":
            yield question.options[int(self._option_logits(self.query)[:, 0].argmax())]
        elif self._answers_by_name and not (options and options.temperature):
            yield self._name(options)
        else:
            yield from self._generate(options)

    def _generate(self, options: AnswerOptions | None) -> Iterator[str]:
        """Generate the decoder's answer as incremental fragments."""
        question, mask = self._question, self.encoded_question.frame_mask
        is_description = question.answer_kind == "description"
        yield from generate_answer(
            self._model, self._processor, self.query.fused_states,
            self._context.state.frame_embeddings[mask],
            options or AnswerOptions(), is_description=is_description,
            presence=self._presence_scorer() if is_description else None,
            excludes_zero=question.known_present and question.intent == "count",
        )  # fmt: skip

    @translates_memory_errors("answering")
    def judge(self, answer: str) -> Judgement:
        """Compute the calibrated confidence of an answer, and whether the question is answerable.

        The confidence is None where the model declines the question (see `abstention.refusal`). If
        the subject is absent, the question is not answerable, and the confidence is that of the
        absence.
        """
        if self._refusal is not None:
            return Judgement(confidence=None, answerable=False)
        question, calibration = self._question, self._model.config.calibration
        if question.answer_kind == "yes_no":
            confidence = torch.sigmoid(self._logits_of(self.query, answer)[0])
            return Judgement(confidence=float(confidence), answerable=True)
        presence = self._presence()
        probability = presence.probability
        if presence.is_absent:
            return Judgement(confidence=1 - probability, answerable=False, presence=probability)
        if answer in question.options:
            confidence = torch.sigmoid(self._logits_of(self.query, answer)[0])
        elif name := self._candidate_of(answer):
            weights = calibration.weights_of(question.name_kind)
            return Judgement(
                confidence=self.name_candidates.confidence(weights, name),
                answerable=True,
                presence=probability,
            )
        else:
            score = self._answer_scores(self.query.fused_states, answer)[0]
            confidence = torch.sigmoid(
                score * calibration.answer_temperature + calibration.answer_bias
            )
        return Judgement(confidence=float(confidence), answerable=True, presence=probability)

    @translates_memory_errors("answering")
    def explain(self, answer: str) -> tuple[Evidence, ...]:
        """Return the evidence frames, highest weight first; empty if the model refuses the question.

        There is one per run of similar consecutive frames of those selected for the question, also
        if the subject is absent. The weight, 0 to 1, combines the frame's cosine similarity to the
        question with the relative drop of the answer's probability when the run is masked out.
        """
        if self._refusal is not None:
            return ()
        clip, encoded_question = self._context.clip, self.encoded_question
        runs = self._context.state.similar_runs()
        visible = [[row for row in run if encoded_question.frame_mask[row]] for run in runs]
        groups = [run for run in visible if run]
        query = self._fuse(occlusion_masks(encoded_question.frame_mask, groups))
        if self._question.answer_kind == "yes_no" or answer in self._question.options:
            probabilities = torch.sigmoid(self._logits_of(query, answer))
        else:
            probabilities = self._answer_scores(query.fused_states, answer).exp()
        ranking = rank_frames(groups, encoded_question.frame_scores, probabilities.cpu())
        return tuple(
            Evidence(index=clip.indices[row], time_s=clip.times_s[row], weight=round(weight, 4))
            for row, weight in ranking
        )

    @cached_property
    def name_candidates(self) -> NameCandidates:
        """Candidate names of the thing that the question asks for, computed at the first use.

        The question must have a `name_kind`.
        """
        evidence = self._kind_evidence
        assert evidence is not None
        rows = list(evidence.rows_of(self._question.subject))
        frames = self._context.state.select(self.encoded_question.frame_mask)
        cosines = evidence.vectors()[rows] @ frames.frame_embeddings.float().T
        return score_names(
            self._model, self._processor, self.query, [evidence.names[row] for row in rows],
            evidence.probabilities(frames)[rows], cosines,
        )  # fmt: skip

    def _presence(self) -> Presence:
        """Return the presence of the question's subject.

        It does not count as absent if an earlier answer named it (`Question.known_present`).
        """
        presence = score_presence(self._model.config.calibration, self.query)
        return replace(presence, is_absent=presence.is_absent and not self._question.known_present)

    def _presence_scorer(self) -> PresenceScorer:
        """Return a scorer of the presence of things in the visible frames."""
        mask = self.encoded_question.frame_mask[None]
        features = clip_features(self._context.state, self._context.clip, mask)
        return PresenceScorer(
            self._model, self._processor, features, num_shots=self.query.num_shots
        )

    @cached_property
    def _kind_evidence(self) -> KindEvidence | None:
        """Evidence for the names that can answer the question; None if no name can."""
        kind = self._question.name_kind
        return self._name_evidence.of(kind) if kind else None

    @property
    def _answers_by_name(self) -> bool:
        """Whether the answer is one of `name_candidates`."""
        weights = self._model.config.calibration.weights_of(self._question.name_kind)
        return bool(weights.scale) and self._kind_evidence is not None

    def _candidate_of(self, answer: str) -> str:
        """Return the name among `name_candidates` that an answer means; empty without one."""
        if not self._answers_by_name:
            return ""
        assert self._kind_evidence is not None
        name = self._kind_evidence.name_of(answer)
        return name if name in self.name_candidates.names else ""

    def _name(self, options: AnswerOptions | None) -> str:
        """Return the best of `name_candidates`, or the decoder's answer if it means that action.

        The decoder may say more: "riding a bike on a road" for "riding a bicycle".
        """
        assert self._kind_evidence is not None
        kind = self._question.name_kind
        weights = self._model.config.calibration.weights_of(kind)
        best = self.name_candidates.best(weights, exclusions=self._question.excluded_names)
        if kind != "action":
            return best
        answer = "".join(self._generate(options))
        return answer if self._kind_evidence.name_of(answer) == best else best

    def answer_score(self, answer: str) -> float:
        """Return the uncalibrated score of an answer: the mean log-probability of its tokens, ≤ 0.

        The end-of-sequence token counts. The question must not be one that `refusal` declines.
        """
        return float(self._answer_scores(self.query.fused_states, answer)[0])

    def yes_logit(self) -> float:
        """Return the calibrated logit of "yes"; above 0, `stream` answers "yes"."""
        return float(self._logits_of(self.query, "yes")[0])

    def option_margins(self) -> tuple[float, float]:
        """Return the uncalibrated differences of the first minus the second of exactly two options.

        Returns:
            Difference of their mean token log-probabilities, and of their cosines with the frames.
        """
        first, second = self._option_scores(self.query)[:, 0].tolist()
        first_cosine, second_cosine = option_cosines(self.query)[:, 0].tolist()
        return first - second, first_cosine - second_cosine

    def noun_cosine(self) -> float | None:
        """Return the mean cosine, -1 to 1, of `scored_noun` with the best quarter of frames.

        The frames are those selected for the question. None without such a noun.
        """
        encoded_question = self.encoded_question
        if encoded_question.noun_cosines is None:
            return None
        return float(
            top_quarter_mean(encoded_question.noun_cosines, encoded_question.frame_mask[None])[0]
        )

    def noun_class_evidence(self) -> tuple[float, ...]:
        """Return the three features of `class_evidence` for `scored_noun`, all 0 without one.

        The frames are those selected for the question.
        """
        encoded_question = self.encoded_question
        features = class_evidence(
            encoded_question.noun_probabilities, encoded_question.frame_mask[None]
        )
        return tuple(features[0].tolist())

    def presence_probability(self) -> float:
        """Return the probability, 0 to 1, that the video shows the question's subject.

        For a choice between things, that of the best option; see `score_presence`.
        """
        return score_presence(self._model.config.calibration, self.query).probability

    def _encode_question(self) -> EncodedQuestion:
        question, clip = self._question, self._context.clip
        nouns = [question.scored_noun] if question.scored_noun else []
        # One batch takes hardly longer than the question alone.
        texts = [question.rendered, *map(bare_text, [*nouns, *question.options])]
        tokens = {
            name: tensor.to(self._model.device)
            for name, tensor in self._processor.tokenize_questions(texts).items()
        }
        with torch.inference_mode():
            states, masks = self._model.encode_text(**tokens), tokens["attention_mask"].bool()
            embeddings = self._model.pool_sentences(states, masks)
        num_tokens = int(masks[0].sum())
        cosines = embeddings @ self._context.state.frame_embeddings.float().T
        noun_cosines = cosines[1] if nouns else None
        asks_noun = noun_cosines is not None and question.asks_presence
        frame_scores = noun_cosines if noun_cosines is not None and asks_noun else cosines[0]
        return EncodedQuestion(
            question=question,
            token_states=states[:1, :num_tokens],
            token_mask=masks[:1, :num_tokens],
            frame_scores=frame_scores,
            noun_cosines=noun_cosines,
            noun_probabilities=class_probabilities(
                question.scored_noun, self._context.state.label_logits
            )
            if question.answer_kind == "yes_no"
            else None,
            option_cosines=cosines[1 + len(nouns) :] if question.options else None,
            frame_mask=select_frames(
                question, frame_scores, clip.times_s, clip.duration_s, clip.shots
            ),
        )

    def _fuse(self, frame_masks: Tensor) -> JointQuery:
        """Fuse the question with the visible frames of the clip, once for each frame mask.

        Args:
            frame_masks: (N, T) bool, True for a visible frame.

        Returns:
            A query with batch size N, in the order of the masks.
        """
        encoded_question, clip = self.encoded_question, self._context.clip
        features = clip_features(self._context.state, clip, frame_masks)
        batch, dtype = len(frame_masks), self._model.lm_head.weight.dtype
        with torch.inference_mode():
            fused_states = self._model.fuse(
                features,
                encoded_question.token_states.to(dtype).expand(batch, -1, -1),
                encoded_question.token_mask.expand(batch, -1),
            )
        num_shots = max(1, len(clip.shots))
        return JointQuery(
            fused_states=fused_states,
            frame_masks=frame_masks,
            encoded_question=encoded_question,
            num_shots=num_shots,
        )

    def _logits_of(self, query: JointQuery, answer: str) -> Tensor:
        """Return the (N,) calibrated logits of an answer, one per frame mask.

        `answer` is one of the options of a choice question; else an answer that starts with "yes"
        counts as yes, and any other as no.
        """
        options = self._question.options
        if options:
            return self._option_logits(query)[options.index(answer)]
        yes, no = (self._answer_scores(query.fused_states, word) for word in ("yes", "no"))
        logits = yes_logits(self._model.config.calibration, query, yes, no)
        return logits if answer.startswith("yes") else -logits

    def _option_logits(self, query: JointQuery) -> Tensor:
        """Return the (K, N) calibrated logits of the options, one per option and frame mask."""
        return option_logits(self._model.config.calibration, query, self._option_scores(query))

    def _option_scores(self, query: JointQuery) -> Tensor:
        """Return the (K, N) mean token log-probabilities of the options."""
        return torch.stack(
            [self._answer_scores(query.fused_states, option) for option in self._question.options]
        )

    def _answer_scores(self, fused_states: FusedStates, answer: str) -> Tensor:
        """Return the (N,) mean token log-probabilities of an answer, one per fused clip.

        The end-of-sequence token counts; tokens beyond the decoder's maximum do not.
        """
        max_tokens = self._model.config.max_position_embeddings - 1
        tokens = self._processor.tokenize_answer(answer)[:max_tokens]
        batch = len(fused_states.last_hidden_state)
        labels = torch.tensor([tokens], device=self._model.device).expand(batch, -1)
        with torch.inference_mode():
            logits = self._model.next_token_logits(fused_states, self._model.shift_right(labels))
        log_probabilities = logits.float().log_softmax(-1).gather(2, labels[..., None])[..., 0]
        return log_probabilities.mean(1)


def bare_text(text: str) -> str:
    """Lower-case a text and strip " .?!" from its ends, the form of the training captions."""
    return text.lower().strip(" .?!")
