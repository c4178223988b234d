"""A library on a Qdrant server, for more than one machine: the same verbs, everything kept on the server.

Machines that share a library see their videos under the same paths, as on a network folder. By qdrant-client
(Apache-2.0), an extra.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqa.errors import ExtraMissing, SettingError
from vqa.storage.content_hash import fingerprint
from vqa.storage.library import Found, Segment, video_files
from vqa.storage.text_search import roots
from vqa.storage.thumbnails import packed_thumbnail

_AT_ONCE = 256
_NAMES = uuid.UUID("6f1b3a52-8f0e-4f0b-9d39-0a4f3f6f5a11")
_FILTERED = ("content", "source", "roots", "path")


class QdrantLibrary:
    """The videos of some folders, searchable by words from every machine that reaches the server.

    Each version of a model has collections of its own.

    Args:
        address: `http://host:6333`, or a folder for the client's own store in this process.
        dim: length of the vectors.
        version: of the model that makes them.

    Raises:
        ExtraMissing: qdrant-client is not installed.
        SettingError: the server does not answer.
    """

    def __init__(self, address: str, *, dim: int, version: str) -> None:
        try:
            from qdrant_client import QdrantClient, models
            from qdrant_client.http.exceptions import ApiException
        except ImportError as error:
            raise ExtraMissing(
                "A library on a server needs qdrant-client, which is not installed.",
                extra="qdrant",
            ) from error
        self._models: Any = models
        self._address = address
        self._failures = (ApiException, OSError, RuntimeError, ValueError)
        name = hashlib.sha256(version.encode()).hexdigest()[:12]
        self._segments, self._videos = f"vqa-segments-{name}", f"vqa-videos-{name}"
        remote = "://" in address
        try:
            self._client: Any = QdrantClient(
                **{"url" if remote else "path": address}, check_compatibility=False
            )
        except self._failures as error:
            raise self._named(error) from error
        distance = models.VectorParams(size=dim, distance=models.Distance.COSINE)
        for collection, vectors in ((self._segments, distance), (self._videos, {})):
            if not self._ask("collection_exists", collection):
                self._ask("create_collection", collection, vectors_config=vectors)
                # The client's own store needs no index to filter by.
                for field in _FILTERED if remote else ():
                    self._ask("create_payload_index", collection, field, field_schema="keyword")

    def __len__(self) -> int:
        """How many segments it holds."""
        return int(self._ask("count", self._segments, exact=True).count)

    def close(self) -> None:
        """Let go of the server; all is kept there already."""
        self._client.close()

    def missing(self, folder: Path, *, listened: Collection[str] = ()) -> list[Path]:
        """The videos of a folder and below that are not in it yet, or have changed since; see `Library.missing`."""
        known = {video["path"]: video for video in self._scroll(self._videos, {})}
        by_content = {video["content"]: video for video in known.values()}
        wanted = []
        for path in video_files(folder):
            stat = path.stat()
            video = known.get(str(path))
            if video is None or (video["size"], video["mtime"]) != (stat.st_size, stat.st_mtime):
                video = by_content.get(fingerprint(path))
                if video is not None:
                    self._note(path, video["content"], video["listened"])
            if video is None or not set(listened) <= set(video["listened"]):
                wanted.append(path)
        return wanted

    def add(
        self, path: Path, segments: Sequence[Segment], *, listened: Collection[str] = ()
    ) -> None:
        """Take in a video; see `Library.add`. The video is noted last, so that an interrupted one is seen again."""
        path = path.resolve()
        content = fingerprint(path)
        copies = list(self._scroll(self._videos, {"content": content}))
        kinds = {*listened, *(kind for copy in copies for kind in copy["listened"])}
        for source in ("picture", *listened):
            self._delete(self._segments, {"content": content, "source": source})
        points = [
            self._models.PointStruct(
                id=str(uuid.uuid5(_NAMES, f"{content} {segment.source} {number}")),
                vector=segment.vector.tolist(),
                payload=_payload(content, segment),
            )
            for number, segment in enumerate(segments)
        ]
        for start in range(0, len(points), _AT_ONCE):
            self._ask("upsert", self._segments, points[start : start + _AT_ONCE], wait=True)
        for place in {path, *(Path(copy["path"]) for copy in copies)}:
            if place.exists():
                self._note(place, content, sorted(kinds))

    def forget_removed(self, folder: Path) -> int:
        """Drop the videos of a folder whose files are gone; returns how many."""
        folder = folder.resolve()
        videos = list(self._scroll(self._videos, {}))
        gone = [
            video
            for video in videos
            if Path(video["path"]).is_relative_to(folder) and not Path(video["path"]).exists()
        ]
        for video in gone:
            self._delete(self._videos, {"path": video["path"]})
        left = {video["content"] for video in videos if video not in gone}
        for content in {video["content"] for video in gone} - left:
            self._delete(self._segments, {"content": content})
        return len(gone)

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[Found]:
        """The segments whose picture is nearest to a vector, best first; none below the threshold."""
        wanted = self._filter({"source": "picture"})
        return self._found(self._nearest(vector, wanted, limit, threshold))

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[Found]:
        """The lines that hold all of some words, or whose meaning is near, best first; see `Library.search_lines`."""
        line = self._models.Filter(must_not=self._filter({"source": "picture"}).must)
        scored = {
            point.id: (point.payload, point.score)
            for point in self._nearest(vector, line, limit, threshold)
        }
        if wanted := sorted(roots(" ".join(words))):
            match = self._models.MatchValue
            holding = self._models.Filter(
                must=[
                    self._models.FieldCondition(key="roots", match=match(value=word))
                    for word in wanted
                ]
            )
            points, _ = self._ask("scroll", self._segments, scroll_filter=holding, limit=limit)
            scored |= {point.id: (point.payload, 1.0) for point in points}
        ranked = sorted(scored.values(), key=lambda one: -one[1])[:limit]
        return self._told(ranked)

    def _nearest(
        self, vector: NDArray[np.float32], wanted: Any, limit: int, threshold: float
    ) -> list[Any]:
        return list(
            self._ask(
                "query_points",
                self._segments,
                query=vector.tolist(),
                query_filter=wanted,
                limit=limit,
                score_threshold=threshold,
            ).points
        )

    def _found(self, points: Sequence[Any]) -> list[Found]:
        return self._told([(point.payload, point.score) for point in points])

    def _told(self, scored: Sequence[tuple[Mapping[str, Any], float]]) -> list[Found]:
        """What was found, each with a file that has it."""
        found = []
        for payload, score in scored:
            video = next(self._scroll(self._videos, {"content": payload["content"]}), None)
            if video is not None:
                found.append(
                    Found(
                        path=Path(video["path"]), start_s=payload["start_s"], end_s=payload["end_s"],
                        thumbnail_s=payload["thumbnail_s"], score=float(score), text=payload["text"],
                        thumbnail=base64.b64decode(payload["thumbnail"]),
                    )
                )  # fmt: skip
        return found

    def _note(self, path: Path, content: str, listened: Sequence[str]) -> None:
        stat = path.stat()
        payload = {
            "path": str(path), "content": content, "size": stat.st_size, "mtime": stat.st_mtime,
            "listened": list(listened),
        }  # fmt: skip
        point = self._models.PointStruct(
            id=str(uuid.uuid5(_NAMES, str(path))), vector={}, payload=payload
        )
        self._ask("upsert", self._videos, [point], wait=True)

    def _scroll(self, collection: str, like: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """What is kept of all points like that."""
        place: Any = None
        while True:
            points, place = self._ask(
                "scroll", collection, scroll_filter=self._filter(like), limit=_AT_ONCE, offset=place
            )
            yield from (point.payload for point in points)
            if place is None:
                return

    def _delete(self, collection: str, like: Mapping[str, str]) -> None:
        chosen = self._models.FilterSelector(filter=self._filter(like))
        self._ask("delete", collection, points_selector=chosen, wait=True)

    def _filter(self, like: Mapping[str, str]) -> Any:
        match = self._models.MatchValue
        return self._models.Filter(
            must=[
                self._models.FieldCondition(key=key, match=match(value=value))
                for key, value in like.items()
            ]
        )

    def _ask(self, verb: str, *arguments: Any, **options: Any) -> Any:
        """Call the client; its failures get our name and a cure."""
        try:
            return getattr(self._client, verb)(*arguments, **options)
        except self._failures as error:
            raise self._named(error) from error

    def _named(self, error: Exception) -> SettingError:
        return SettingError(
            f"The library at {self._address} does not answer as it should: {error}",
            cure="Check VQA_LIBRARY and that the server runs, or leave it out to keep the library here.",
        )


def _payload(content: str, segment: Segment) -> dict[str, Any]:
    return {
        "content": content,
        "source": segment.source,
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "thumbnail_s": segment.thumbnail_s,
        "text": segment.text,
        "roots": sorted(roots(segment.text)),
        "thumbnail": base64.b64encode(packed_thumbnail(segment.frame)).decode(),
    }
