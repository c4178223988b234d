"""The table of models that can be chosen by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_BYTES = {"float32": 4.0, "bfloat16": 2.0, "8 bit": 1.0, "4 bit": 0.6}
_BESIDE_WEIGHTS_GB = 0.7


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """A model that can be chosen by name.

    Args:
        name: what to say to `load`.
        parameters_m: millions of parameters.
        memory_gb: what it takes while it answers, weights and all, in the precision it is loaded in.
        licence: of its weights.
        good_at: in a few words.
        hub_id: where its weights come from; empty for those that need no download.
        revision: the commit, branch or tag that is downloaded.
        family: which family of the hub adapter takes it.
        download_gb: what is downloaded, and then lies on the disk.
        memory_gb_by_dtype: on paper, what it takes in each precision with 16 frames.
        encode_once: "yes" if a second question reuses what was computed of the video, else why not.
    """

    name: str
    parameters_m: float
    memory_gb: float
    licence: str
    good_at: str
    hub_id: str = ""
    revision: str = ""
    family: str = ""
    download_gb: float = 0.0
    memory_gb_by_dtype: Mapping[str, float] = field(default_factory=dict)
    encode_once: str = "yes"

    @property
    def source(self) -> str:
        """What to download: the hub id, with its revision where one is pinned."""
        return f"{self.hub_id}@{self.revision}" if self.revision != "main" else self.hub_id


def _hub(
    name: str, hub_id: str, family: str, parameters_m: float, licence: str, good_at: str
) -> ModelRow:
    """A row of the hub; memory and download are worked out from the parameters, at 2 bytes each on the disk.

    No revision is pinned: none of these could be reached where this table was written. What has been downloaded stays.
    """
    memory = {
        kind: round(parameters_m * size / 1000 + _BESIDE_WEIGHTS_GB, 1)
        for kind, size in _BYTES.items()
    }
    return ModelRow(
        name=name, parameters_m=parameters_m, memory_gb=memory["bfloat16"], licence=licence, good_at=good_at,
        hub_id=hub_id, revision="main", family=family, download_gb=round(parameters_m * 2 / 1000, 1),
        memory_gb_by_dtype=memory,
    )  # fmt: skip


ROWS = (
    ModelRow(
        name="fused",
        parameters_m=41,
        memory_gb=1.0,
        licence="Apache-2.0",
        good_at="short answers, search and captions in about a second on any CPU, without a network",
    ),
    ModelRow(
        name="echo",
        parameters_m=0,
        memory_gb=0.1,
        licence="Apache-2.0",
        good_at="trying the page: repeats what it was shown and asked",
    ),
    _hub("smolvlm2-256m", "HuggingFaceTB/SmolVLM2-256M-Video-Instruct", "SmolVLM", 256, "Apache-2.0",
         "sentences about a video on a laptop's CPU"),
    _hub("smolvlm2-500m", "HuggingFaceTB/SmolVLM2-500M-Video-Instruct", "SmolVLM", 507, "Apache-2.0",
         "as the 256M, more often right"),
    _hub("smolvlm2-2.2b", "HuggingFaceTB/SmolVLM2-2.2B-Instruct", "SmolVLM", 2247, "Apache-2.0",
         "good answers on a small GPU, or with patience"),
)  # fmt: skip
