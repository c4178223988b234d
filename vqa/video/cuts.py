"""Shot boundaries of long videos, found without decoding all frames.

Time ranges that may contain cuts (`cut_suspects`) are decoded within a budget. A cut is confirmed
by two successive frames that differ, so that motion alone makes no cut. Where the budget is spent,
the ranges that were decoded show which evidence is to be trusted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np

from vqa.video.cut_suspects import CutEvidence, KeyFrame, Suspect, find_suspects
from vqa.video.opencv import content_change, resize_to_short_side
from vqa.video.seeking_decoder import DecoderPool, SeekingDecoder
from vqa.video.shots import CUT_THRESHOLD, SMALL_SIDE_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.video.frame import DecodedFrame
    from vqa.video.source import Source

_CONFIRMED_PIXELS, _USUAL_FRAMES = 200_000_000, 24
_EQUAL_RESULTS = 2
# Suspects that take at most this many budgets are all decoded, so that short videos are exact.
_SHORT_FACTOR = 2
# At least one suspect of each of the former is decoded; of the latter, only what the budget allows.
_UNSURE = (CutEvidence.STEADY, CutEvidence.DISTINCT)
_UNLIKELY = (CutEvidence.OPEN, CutEvidence.MOVING, CutEvidence.HIDDEN)
# Smallest number of decoded suspects and share of cuts among them with which the others are cuts.
_TRUST = {
    CutEvidence.PEAK: (0, 1 / 2),
    CutEvidence.STEADY: (1, 2 / 3),
    CutEvidence.DISTINCT: (0, 1 / 2),
    CutEvidence.INSERTION: (0, 1 / 2),
    CutEvidence.OPEN: (1, 2 / 3),
    CutEvidence.EARLY_KEY: (0, 1 / 2),
    CutEvidence.MOVING: (2, 2 / 3),
    CutEvidence.HIDDEN: (1, np.inf),
}
_PROBE_S, _PROBE_FRAMES, _MAX_PROBE_CHANGE = 0.5, 15, 0.35
_MAX_HALVINGS = 8
_LAYOUT_SIDE_PX, _LAYOUT_THRESHOLD = 9, CUT_THRESHOLD / 3
_MIN_SHOT_S = 0.3
_COMPARED_FRAMES, _COARSE_THRESHOLD = 6, CUT_THRESHOLD / 2


def find_cuts(
    source: Source,
    keys: Sequence[KeyFrame],
    decoders: DecoderPool,
    *,
    end_s: float,
    num_frames: int,
) -> list[float]:
    """Return the times in seconds of the first frames after cuts, found or likely, sorted.

    They are at least 0.3 s apart, and the first is at least 0.3 s after the first keyframe. Empty
    without cuts or keyframes.

    Args:
        source: the video.
        keys: decoded keyframes, in order of time.
        decoders: decoders of the video.
        end_s: end of the time range whose keyframes these are, in seconds.
        num_frames: number of frames that are to be decoded of the range; with more than 24, more
            suspects are decoded, too.
    """
    budget = int(_CONFIRMED_PIXELS * max(1.0, num_frames / _USUAL_FRAMES))
    trials = _Trials(decoders, budget // (source.width * source.height))
    candidates = trials.resolve(find_suspects(source, keys, end_s))
    cuts: list[float] = []
    for cut_s in sorted(candidates):
        if cut_s - (cuts[-1] if cuts else keys[0].time_s) >= _MIN_SHOT_S:
            cuts.append(cut_s)
    return cuts


@dataclass
class _Trials:
    """Decoding of suspects, and what it shows about the evidence for them.

    Args:
        decoders: decoders of the video.
        budget: number of frames to decode.
        cuts_s: times of the cuts in the decoded suspects, in seconds.
        results: whether each decoded suspect has its likely cuts, by evidence.
        reserve: number of frames that may be added to the budget for steady suspects: where most
            suspects are of this kind, trials tell whether these are cuts or motion.
    """

    decoders: DecoderPool
    budget: int
    cuts_s: list[float] = field(default_factory=list)
    results: dict[CutEvidence, list[bool]] = field(default_factory=lambda: defaultdict(list))

    reserve: int = 0

    def resolve(self, suspects: Sequence[Suspect]) -> list[float]:
        """Decode suspects within the budget; return the times in seconds of all cuts, in any order.

        Of suspects that are not decoded, the likely cuts are returned if their evidence is trusted.
        """
        total_cost = sum(suspect.whole_cost for suspect in suspects)
        if total_cost <= _SHORT_FACTOR * self.budget:
            self.budget = max(self.budget, total_cost)
            suspects = [replace(s, enough_s=s.end_s, cost=s.whole_cost) for s in suspects]
        num_steady, num_peaks = (
            sum(suspect.evidence is evidence for suspect in suspects)
            for evidence in (CutEvidence.STEADY, CutEvidence.PEAK)
        )
        self.reserve = self.budget if num_steady > num_peaks else 0
        rest = self._try(sorted(suspects, key=_order), CutEvidence.PEAK)
        if not self._trusts(CutEvidence.PEAK):
            rest = [_without_peaks(suspect) for suspect in rest]
        rest = self._probe(rest)
        for evidence in CutEvidence:
            rest = self._try(rest, evidence)
        batch = self._decode([s for s in rest if any(self.results[s.evidence] or [True])])
        return self.cuts_s + [
            cut_s
            for suspect in rest
            if suspect not in batch and self._trusts(suspect.evidence)
            for cut_s in suspect.cuts_s
        ]

    def _probe(self, suspects: list[Suspect]) -> list[Suspect]:
        """Return the suspects by evidence and cost; the steady ones with motion become moving ones.

        The first half second of each is probed, which takes 15 frames from the budget, also beyond
        it. If the budget allows to decode all, none is probed.
        """
        jobs = [s for s in suspects if s.evidence is CutEvidence.STEADY]
        if sum(suspect.cost for suspect in suspects) <= self.budget:
            jobs = []
        self.budget -= _PROBE_FRAMES * len(jobs)
        changes = self.decoders.run(jobs, _change_at_start, lambda _: None)
        moving = {
            suspect
            for suspect, change in zip(jobs, changes, strict=True)
            if change > _MAX_PROBE_CHANGE * suspect.change
        }
        return sorted(
            (replace(s, evidence=CutEvidence.MOVING) if s in moving else s for s in suspects),
            key=_order,
        )

    def _try(self, suspects: list[Suspect], evidence: CutEvidence) -> list[Suspect]:
        """Decode the first suspects with some evidence until two results are equal.

        Returns:
            The other suspects.
        """
        results, rest = self.results[evidence], suspects
        while num_missing := max(0, _EQUAL_RESULTS - max(map(results.count, (True, False)))):
            candidates = [s for s in rest if s.evidence is evidence][:num_missing]
            earlier = results if evidence in _UNSURE else [*chain(*self.results.values())]
            is_free = not earlier and evidence not in _UNLIKELY
            reserve = self.reserve if evidence is CutEvidence.STEADY else 0
            batch = self._decode(candidates, num_free=int(is_free), reserve=reserve)
            if not batch:
                break
            rest = [s for s in rest if s not in batch]
        return rest

    def _decode(
        self, suspects: Sequence[Suspect], *, num_free: int = 0, reserve: int = 0
    ) -> list[Suspect]:
        """Decode the suspects that the budget allows, and return these.

        Args:
            suspects: the suspects.
            num_free: number of the first ones that are decoded whatever the budget.
            reserve: number of frames that may be added to the budget.
        """
        jobs: list[Suspect] = []
        for suspect in suspects:
            if len(jobs) < num_free or suspect.cost <= self.budget + reserve:
                jobs.append(suspect)
                self.budget -= suspect.cost
        for suspect, cuts_s in zip(
            jobs, self.decoders.run(jobs, _locate, lambda _: None), strict=True
        ):
            self.cuts_s += cuts_s
            is_confirmed = _has_cut(suspect, suspect.cuts_s, cuts_s)
            self.results[suspect.evidence].append(is_confirmed)
            if suspect.evidence is CutEvidence.PEAK and not is_confirmed:
                self.results[CutEvidence.STEADY].append(_has_cut(suspect, (suspect.end_s,), cuts_s))
        return jobs

    def _trusts(self, evidence: CutEvidence) -> bool:
        """Whether suspects with some evidence have cuts if they are not decoded."""
        results = self.results[evidence]
        if evidence is CutEvidence.OPEN:
            results = results + self.results[CutEvidence.PEAK]
        min_results, min_share = _TRUST[evidence]
        return len(results) >= min_results and bool(np.mean(results or [True]) >= min_share)


def _order(suspect: Suspect) -> tuple[CutEvidence, int]:
    return suspect.evidence, suspect.cost


def _change_at_start(decoder: SeekingDecoder, suspect: Suspect) -> float:
    """Return the content change in the first half second of a range."""
    frames = list(decoder.frames_between(suspect.start_s, suspect.start_s + _PROBE_S))
    if not frames:
        return 0.0
    return content_change(*(frame.preview(SMALL_SIDE_PX) for frame in (frames[0], frames[-1])))


def _without_peaks(suspect: Suspect) -> Suspect:
    """Return a suspect whose keyframes differ as one with a cut at its end."""
    if suspect.evidence is not CutEvidence.PEAK:
        return suspect
    return replace(suspect, evidence=CutEvidence.STEADY, cuts_s=(suspect.end_s,))


def _has_cut(suspect: Suspect, likely_s: Sequence[float], cuts_s: Sequence[float]) -> bool:
    """Whether a decoded suspect has a cut at one of the likely times, or anywhere between keys."""
    if suspect.has_keys:
        return bool(cuts_s)
    return any(abs(a - b) < suspect.tolerance_s for a in likely_s for b in cuts_s)


def _locate(decoder: SeekingDecoder, suspect: Suspect) -> list[float]:
    """Return the times in seconds of the frames of a range that are cuts, as `is_cut` decides.

    Decoding ends after `enough_s` if a likely cut has been found by then.
    """
    start_s, end_s = (
        _narrow(decoder, suspect) if suspect.has_keys else (suspect.start_s, suspect.end_s)
    )
    cuts: list[float] = []
    frames: list[DecodedFrame] = []
    for frame in decoder.frames_between(start_s, end_s):
        frames.append(frame)
        if len(frames) > _COMPARED_FRAMES:
            cuts += _cuts_between(frames)
            frames = [frame]
            if frame.time_s > suspect.enough_s and _has_cut(suspect, suspect.cuts_s, cuts):
                return cuts
    return cuts + _cuts_between(frames)


def _cuts_between(frames: Sequence[DecodedFrame]) -> list[float]:
    """Return the times in seconds of the cuts in some successive frames.

    Only if the first and the last differ, the frames between them are converted and compared.
    """
    if not frames:
        return []
    ends = [frame.preview(SMALL_SIDE_PX) for frame in (frames[0], frames[-1])]
    if content_change(*ends) <= _COARSE_THRESHOLD:
        return []
    inner = [frame.preview(SMALL_SIDE_PX) for frame in frames[1:-1]]
    previews = [ends[0], *inner, ends[1]]
    return [
        frame.time_s
        for frame, (first, second) in zip(frames[1:], pairwise(previews), strict=True)
        if is_cut(first, second)
    ]


def is_cut(first_frame: NDArray[np.uint8], second_frame: NDArray[np.uint8]) -> bool:
    """Whether two successive frames, (h, w, 3) uint8 RGB, differ enough to be a cut, in layout too.

    A keyframe restores detail that the frames before it lost. In noise or dark pictures, that
    changes hue as much as a cut does, but not at 9 pixels of height.
    """
    if content_change(first_frame, second_frame) <= CUT_THRESHOLD:
        return False
    layouts = [
        resize_to_short_side(preview, _LAYOUT_SIDE_PX) for preview in (first_frame, second_frame)
    ]
    return content_change(*layouts) > _LAYOUT_THRESHOLD


def _narrow(decoder: SeekingDecoder, suspect: Suspect) -> tuple[float, float]:
    """Narrow a range to one group of pictures, by decoding keyframes in the middle and comparing.

    Each step keeps the half with the larger content change.

    Returns:
        (start, end) in seconds.
    """
    start_s, end_s = suspect.start_s, suspect.end_s
    first, last = decoder.key_frame(start_s), decoder.key_frame(end_s)
    if first is None or last is None:
        return start_s, end_s
    low, high = first.preview(SMALL_SIDE_PX), last.preview(SMALL_SIDE_PX)
    for _ in range(_MAX_HALVINGS):
        key = decoder.key_frame((start_s + end_s) / 2)
        if key is None or not start_s < key.time_s < end_s:
            break
        middle = key.preview(SMALL_SIDE_PX)
        if content_change(low, middle) > content_change(middle, high):
            end_s, high = key.time_s, middle
        else:
            start_s, low = key.time_s, middle
    return start_s, end_s
