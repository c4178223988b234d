"""Models in the model menu, the panels that they support, and the remedies after a failure."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.errors import ModelError, OutOfMemory, VQAError
from vqa.models.catalog import ModelSpec
from vqa.models.protocol import Describes, Embeds, VideoQAModel
from vqa.models.registry import fits_memory, gpu_memory_bytes, is_on_disk, list_specs
from vqa.ui.i18n import Language, translate
from vqa.ui.session_state import Remedy, SessionState

_MIN_FRAMES = 2
_TEST_MODEL = "echo"  # repeats the question; of no use to people


def model_names(default: str, *, only_downloaded: bool) -> tuple[str, ...]:
    """Return the names for the model menu, the default first, then the catalog without `echo`.

    The catalog keeps its order, and no name occurs twice.

    Args:
        default: the model that is selected at first; returned in any case.
        only_downloaded: whether to leave out models that are not on this disk.
    """
    names = [
        row.name
        for row in list_specs()
        if row.name != _TEST_MODEL and (not only_downloaded or is_on_disk(row))
    ]
    return tuple(dict.fromkeys((default, *names)))


def model_choices(names: Sequence[str], language: Language) -> list[tuple[str, str]]:
    """Return (label, name) of each model for the model menu, in the given order.

    The label of a catalog model states its number of parameters, memory, licence, whether this
    machine has enough memory, and whether the weights are on this disk; that of any other name is
    the name. One may be recommended, see `recommended_model`.
    """
    rows_by_name = {row.name: row for row in list_specs()}
    recommendation, choices = recommended_model(names), []
    for name in names:
        facts = [name]
        if row := rows_by_name.get(name):
            facts += [
                _size_label(row, language),
                translate("model_memory", language, gigabytes=row.memory_gb),
                row.licence,
                _speed_label(row, language),
                translate("model_on_disk", language)
                if is_on_disk(row)
                else translate("model_download", language, gigabytes=row.download_gb),
            ]
        if name == recommendation:
            facts.insert(1, translate("model_recommended", language))
        choices.append((" · ".join(facts), name))
    return choices


def recommended_model(names: Sequence[str]) -> str | None:
    """Return the name of the newest model that fits in this machine's GPUs, or the embedded one.

    Models with an open licence are preferred to others, and larger ones to those of the same year.
    The embedded model is the choice without a GPU, because larger ones do not answer within
    seconds.

    Args:
        names: the names in the model menu.

    Returns:
        The name; None if neither is in the menu.
    """
    rows = [row for row in list_specs() if row.name in names and row.parameters_m]
    usable = [row for row in rows if not row.hub_id or _fits_gpu(row)]
    if not usable:
        return None
    return max(
        usable, key=lambda row: (row.has_open_licence, row.release_year, row.parameters_m)
    ).name


def recommendation_text(names: Sequence[str], language: Language) -> str:
    """Return which model suits this machine, and why, in a sentence or two; "" without one.

    The second sentence says that its licence is not open.
    """
    name = recommended_model(names)
    if name is None:
        return ""
    key = "recommend_with_gpu" if gpu_memory_bytes() else "recommend_without_gpu"
    text = translate(key, language, model=name)
    row = next(row for row in list_specs() if row.name == name)
    if row.has_open_licence:
        return text
    return text + translate("recommend_restricted", language, licence=row.licence)


def _size_label(row: ModelSpec, language: Language) -> str:
    """Return a label with the number of parameters, in millions, or in billions from one on."""
    if row.parameters_m < 1000:
        return translate("model_size", language, millions=row.parameters_m)
    return translate("model_size_billions", language, billions=row.parameters_m / 1000)


def _speed_label(row: ModelSpec, language: Language) -> str:
    """Return a label: whether the memory suffices for a model, and whether it will be slow."""
    if not fits_memory(row):
        return translate("model_too_big", language)
    is_fast = not row.hub_id or _fits_gpu(row)
    return translate("model_fits" if is_fast else "model_slow", language)


def _fits_gpu(row: ModelSpec) -> bool:
    """Whether the memory of all GPUs together suffices for a model."""
    return row.memory_gb * 1e9 <= gpu_memory_bytes()


def remedies(state: SessionState, error: VQAError) -> tuple[Remedy, ...]:
    """Return the remedies for an error: half as many frames, then a model with less memory.

    Only remedies that apply are returned: frames (at least 2) after `OutOfMemory`, a model after
    `ModelError`, of which `OutOfMemory` is one. Empty if none applies.
    """
    result = []
    session = state.session
    if isinstance(error, OutOfMemory) and session is not None:
        clip = session.context.clip if session.context is not None else None
        num_frames = len(clip.times_s) if clip is not None else session.model.sampling.num_frames
        if num_frames > _MIN_FRAMES:
            result.append(Remedy(num_frames=max(_MIN_FRAMES, num_frames // 2)))
    if isinstance(error, ModelError) and (model := lighter_model(state.model)) is not None:
        result.append(Remedy(model=model))
    return tuple(result)


def download_to_confirm(name: str) -> Remedy | None:
    """Return the download that selecting a model starts, as a remedy whose button confirms it.

    Returns None if the model needs no download or is not in the catalog.
    """
    row = next((row for row in list_specs() if row.name == name), None)
    if row is None or is_on_disk(row) or not row.download_gb:
        return None
    return Remedy(model=name, download_gb=row.download_gb)


def lighter_model(name: str) -> str | None:
    """Return the name of the largest model on this disk that needs less memory than `name`.

    Only models that the memory of this machine suffices for are considered; None without one. A
    name that is not in the catalog counts as a model that needs more memory than all of these.
    """
    memory_gb = next((row.memory_gb for row in list_specs() if row.name == name), float("inf"))
    usable = [
        row
        for row in list_specs()
        if row.parameters_m and row.memory_gb < memory_gb and fits_memory(row) and is_on_disk(row)
    ]
    return max(usable, key=lambda row: row.memory_gb).name if usable else None


def remedy_label(remedy: Remedy, language: Language) -> str:
    """Return the label of a remedy's button: a download, a number of frames, or a model."""
    if remedy.download_gb:
        return translate(
            "remedy_download", language, model=remedy.model, gigabytes=remedy.download_gb
        )
    if remedy.num_frames is not None:
        return translate("remedy_frames", language, frames=remedy.num_frames)
    return translate("remedy_model", language, model=remedy.model)


def panel_abilities(model: VideoQAModel) -> frozenset[str]:
    """Return the panels that a model supports: a subset of `moments`, `captions` and `summary`."""
    describes = isinstance(model, Describes)
    abilities = {"moments": isinstance(model, Embeds), "captions": describes, "summary": describes}
    return frozenset(name for name, is_able in abilities.items() if is_able)
