"""Calibrated scores of yes and no, of the options of a choice, and of the presence of the subject.

The decoder, which processes question and clip jointly, is biased by language priors: where it
detects a dog, it also overrates a cat. The contrastive head compares a noun with the frames alone
and separates the two; the CNN's classes do so for the nouns that it knows. Calibrated weighted sums
combine them.

Shape letters: N frame masks, K options.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vqa.models.fused.class_evidence import class_evidence
from vqa.models.fused.config import Calibration
from vqa.models.fused.query import JointQuery, top_quarter_mean


@dataclass(frozen=True, kw_only=True)
class Presence:
    """Probability, 0 to 1, that a clip shows the subject of a question.

    `is_absent` is True if a score is below its calibrated threshold, so that the model abstains:
    this probability, or the best option's cosine.
    """

    probability: float
    is_absent: bool


def yes_logits(
    calibration: Calibration, query: JointQuery, yes_scores: Tensor, no_scores: Tensor
) -> Tensor:
    """Return the (N,) calibrated logits of "yes", one per frame mask; see `presence_logits`.

    Args:
        calibration: fitted weights, biases and thresholds.
        query: the question fused with the clip.
        yes_scores: (N,), mean token log-probability of "yes".
        no_scores: (N,), mean token log-probability of "no".
    """
    encoded_question, masks = query.encoded_question, query.frame_masks
    noun_cosines = encoded_question.noun_cosines
    return presence_logits(
        calibration,
        yes_scores,
        no_scores,
        None if noun_cosines is None else top_quarter_mean(noun_cosines, masks),
        class_evidence(encoded_question.noun_probabilities, masks),
        num_shots=query.num_shots,
    )


def presence_logits(
    calibration: Calibration,
    yes_scores: Tensor,
    no_scores: Tensor,
    cosines: Tensor | None,
    class_features: Tensor,
    *,
    num_shots: int,
) -> Tensor:
    """Return the (N,) calibrated logits of "yes" for N questions, or N frame masks.

    Args:
        calibration: fitted weights, biases and thresholds.
        yes_scores: (N,), mean token log-probability of "yes".
        no_scores: (N,), mean token log-probability of "no".
        cosines: (N,), cosine of the noun whose presence is asked; None without such a noun.
        class_features: (N, 3), `class_evidence` of this noun; not used without one.
        num_shots: number of shots of the clip, at least 1.
    """
    # The scores are means over the word and the end-of-sequence token.
    margins = 2 * (yes_scores - no_scores) * calibration.yes_temperature + calibration.yes_bias
    if cosines is None:
        return margins
    # The best of many shots fits any noun better than that of one.
    shot_correction = calibration.presence_shots * math.log(num_shots)
    logits = calibration.presence_margin * margins + calibration.presence_cosine * cosines.to(
        margins
    )
    class_weights = class_features.new_tensor(
        [
            calibration.presence_class,
            calibration.presence_rival,
            calibration.presence_class_bias,
        ]
    )
    logits = logits + (class_features @ class_weights).to(margins)
    return logits + shot_correction + calibration.presence_bias


def option_cosines(query: JointQuery) -> Tensor:
    """Return the (K, N) mean cosines of the options with the best quarter of visible frames.

    The query is that of a choice question.
    """
    cosines = query.encoded_question.option_cosines
    assert cosines is not None
    return torch.stack([top_quarter_mean(row, query.frame_masks) for row in cosines])


def option_logits(calibration: Calibration, query: JointQuery, scores: Tensor) -> Tensor:
    """Return the (K, N) calibrated logits that an option, and no other one, is correct.

    The probabilities of the K options sum to 1.

    Args:
        calibration: fitted weights, biases and thresholds.
        query: the choice question fused with the clip.
        scores: (K, N), mean token log-probability of each option.
    """
    sums = calibration.choice_margin * scores
    sums = sums + calibration.choice_cosine * option_cosines(query).to(scores)
    log_probabilities = sums.log_softmax(0)
    # log(p / (1 - p)), numerically stable for p near 1.
    return log_probabilities - (-torch.expm1(log_probabilities.clamp(max=-1e-7))).log()


def score_presence(calibration: Calibration, query: JointQuery) -> Presence:
    """Compute the presence of the question's subject in the frames of the first frame mask.

    The score is the best cosine for a choice between objects, else the answerability logit,
    combined with the cosine of `scored_noun` if the question has one.

    Args:
        calibration: fitted weights, biases and thresholds.
        query: the question fused with the clip.
    """
    assert query.fused_states.answerable_logit is not None
    if query.encoded_question.question.options_are_things:
        # The answerability head was not trained on choices of which no option is present.
        best = float(option_cosines(query)[:, 0].max())
        probability = _sigmoid(calibration.search_temperature * best + calibration.search_bias)
        return Presence(probability=probability, is_absent=best < calibration.choice_threshold)
    logit, threshold = (
        float(query.fused_states.answerable_logit[0]),
        calibration.answerable_threshold,
    )
    if query.encoded_question.noun_cosines is not None and calibration.subject_cosine:
        cosine = float(
            top_quarter_mean(query.encoded_question.noun_cosines, query.frame_masks[:1])[0]
        )
        shot_correction = calibration.subject_shots * math.log(query.num_shots)
        weighted_sum = calibration.subject_logit * logit + calibration.subject_cosine * cosine
        logit = weighted_sum + shot_correction + calibration.subject_bias
        threshold = calibration.subject_threshold
    probability = _sigmoid(logit)
    return Presence(probability=probability, is_absent=probability < threshold)


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
