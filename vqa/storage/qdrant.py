"""Library of indexed videos on a Qdrant server, shared by several machines.

The machines must see the videos under the same paths, as on a network folder. qdrant-client (Apache-2.0) is an extra.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vqa.english import word_stems
from vqa.errors import ExtraMissing, SettingError
from vqa.storage.library import Segment, SegmentMatch, needs_indexing, version_hash
from vqa.storage.video_files import content_hash, file_state, video_files

_BATCH_POINTS = 256
_ID_NAMESPACE = uuid.UUID("6f1b3a52-8f0e-4f0b-9d39-0a4f3f6f5a11")
_INDEXED_FIELDS = ("content", "source", "roots", "path")


class QdrantLibrary:
    """Library of indexed videos on a Qdrant server; `VideoLibrary` documents the shared methods.

    Each model version has its own collections, because vectors of different models are not
    comparable. Results name an indexed file without a check that it exists. The methods raise
    SettingError if the server fails.

    Args:
        address: `http://host:6333`, or a folder for the client's in-process store.
        dim: number of components of a vector.
        version: version of the model that computes the vectors.

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
                "A library on a Qdrant server needs the package qdrant-client, which is not installed.",
                extra="qdrant",
            ) from error
        self._models: Any = models
        self._address = address
        self._failures = (ApiException, OSError, RuntimeError, ValueError)
        name = version_hash(version)
        self._segments, self._videos = f"vqa-segments-{name}", f"vqa-videos-{name}"
        remote = "://" in address
        try:
            self._client: Any = QdrantClient(
                url=address if remote else None,
                path=None if remote else address,
                check_compatibility=False,
            )
        except self._failures as error:
            raise self._setting_error(error) from error
        distance = models.VectorParams(size=dim, distance=models.Distance.COSINE)
        for collection, vectors in ((self._segments, distance), (self._videos, {})):
            if not self._call("collection_exists", collection):
                self._call("create_collection", collection, vectors_config=vectors)
                # The in-process store needs no payload index.
                for field in _INDEXED_FIELDS if remote else ():
                    self._call("create_payload_index", collection, field, field_schema="keyword")

    def __len__(self) -> int:
        """Return the number of segments."""
        return int(self._call("count", self._segments, exact=True).count)

    def close(self) -> None:
        """Close the connection; every change has been sent to the server by then."""
        self._client.close()

    def find_unindexed(self, folder: Path, *, text_sources: Collection[str] = ()) -> list[Path]:
        """Return the sorted video files below a folder that are not or not completely indexed.

        See `VideoLibrary.find_unindexed`.
        """
        indexed_videos = {video["path"]: video for video in self._scroll(self._videos, {})}
        by_content = {video["content"]: video for video in indexed_videos.values()}
        unindexed_paths = []
        for path in video_files(folder):
            video = indexed_videos.get(str(path))
            state = video and (video["size"], video["mtime"], video.get("changed"))
            if video is None or state != file_state(path):
                video = by_content.get(content_hash(path))
                if video is not None:
                    self._record_file(path, video["content"], video["listened"])
            if needs_indexing(video and video["listened"], text_sources):
                unindexed_paths.append(path)
        return unindexed_paths

    def add(
        self, path: Path, segments: Sequence[Segment], *, text_sources: Collection[str] = ()
    ) -> None:
        """Index a video: replace its frame segments and its lines of `text_sources`.

        See `VideoLibrary.add`. The file is recorded after its segments, so that an interrupted call
        is repeated at the next run.
        """
        path = path.resolve()
        content = content_hash(path)
        copies = list(self._scroll(self._videos, {"content": content}))
        sources = {*text_sources, *(source for copy in copies for source in copy["listened"])}
        for source in ("picture", *text_sources):
            self._delete(self._segments, {"content": content, "source": source})
        points = [
            self._models.PointStruct(
                id=str(uuid.uuid5(_ID_NAMESPACE, f"{content} {segment.source} {number}")),
                vector=segment.vector.tolist(),
                payload=_payload(content, segment),
            )
            for number, segment in enumerate(segments)
        ]
        for start in range(0, len(points), _BATCH_POINTS):
            self._call("upsert", self._segments, points[start : start + _BATCH_POINTS], wait=True)
        for file in {path, *(Path(copy["path"]) for copy in copies)}:
            if file.exists():
                self._record_file(file, content, sorted(sources))

    def paths(self) -> list[Path]:
        """Return the absolute paths of all indexed files, copies included, sorted."""
        return sorted(Path(video["path"]) for video in self._scroll(self._videos, {}))

    def remove(self, paths: Collection[Path]) -> int:
        """Remove files from the library, not from the disk; return the number of those it had."""
        names = {str(path) for path in paths}
        videos = list(self._scroll(self._videos, {}))
        removed_videos = [video for video in videos if video["path"] in names]
        for video in removed_videos:
            self._delete(self._videos, {"path": video["path"]})
        remaining = {video["content"] for video in videos if video not in removed_videos}
        for content in {video["content"] for video in removed_videos} - remaining:
            self._delete(self._segments, {"content": content})
        return len(removed_videos)

    def search(
        self, vector: NDArray[np.float32], *, limit: int = 10, threshold: float = -1.0
    ) -> list[SegmentMatch]:
        """Return the frame segments with the highest cosine similarity to a vector, best first.

        See `VideoLibrary.search`.
        """
        points = self._nearest(vector, self._filter({"source": "picture"}), limit, threshold)
        return self._matches([(point.payload, point.score) for point in points])

    def search_lines(
        self,
        vector: NDArray[np.float32],
        words: Sequence[str],
        *,
        limit: int = 10,
        threshold: float = -1.0,
    ) -> list[SegmentMatch]:
        """Return the lines that contain all words or are similar to a vector, best first.

        See `VideoLibrary.search_lines`; words match by their stems.
        """
        line = self._models.Filter(must_not=self._filter({"source": "picture"}).must)
        scored_points = {
            point.id: (point.payload, point.score)
            for point in self._nearest(vector, line, limit, threshold)
        }
        if stems := sorted(word_stems(" ".join(words))):
            match = self._models.MatchValue
            containing = self._models.Filter(
                must=[
                    self._models.FieldCondition(key="roots", match=match(value=stem))
                    for stem in stems
                ]
            )
            points, _ = self._call("scroll", self._segments, scroll_filter=containing, limit=limit)
            scored_points |= {point.id: (point.payload, 1.0) for point in points}
        return self._matches(sorted(scored_points.values(), key=lambda item: -item[1])[:limit])

    def _nearest(
        self, vector: NDArray[np.float32], query_filter: Any, limit: int, threshold: float
    ) -> list[Any]:
        return list(
            self._call(
                "query_points",
                self._segments,
                query=vector.tolist(),
                query_filter=query_filter,
                limit=limit,
                score_threshold=threshold,
            ).points
        )

    def _matches(
        self, scored_payloads: Sequence[tuple[Mapping[str, Any], float]]
    ) -> list[SegmentMatch]:
        """Convert (payload, score) pairs to matches; leave out segments without an indexed file.

        The file is any of those that have the segment's content.
        """
        matches = []
        for payload, score in scored_payloads:
            video = next(self._scroll(self._videos, {"content": payload["content"]}), None)
            if video is not None:
                matches.append(
                    SegmentMatch(
                        path=Path(video["path"]), start_s=payload["start_s"], end_s=payload["end_s"],
                        thumbnail_s=payload["thumbnail_s"], score=float(score), text=payload["text"],
                        thumbnail=base64.b64decode(payload["thumbnail"]),
                    )
                )  # fmt: skip
        return matches

    def _record_file(self, path: Path, content: str, text_sources: Sequence[str]) -> None:
        size, mtime, changed_s = file_state(path)
        payload = {
            "path": str(path), "content": content, "size": size, "mtime": mtime, "changed": changed_s,
            "listened": list(text_sources),
        }  # fmt: skip
        point = self._models.PointStruct(
            id=str(uuid.uuid5(_ID_NAMESPACE, str(path))), vector={}, payload=payload
        )
        self._call("upsert", self._videos, [point], wait=True)

    def _scroll(self, collection: str, fields: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the payloads of all points of a collection whose fields have these values."""
        offset: Any = None
        while True:
            points, offset = self._call(
                "scroll",
                collection,
                scroll_filter=self._filter(fields),
                limit=_BATCH_POINTS,
                offset=offset,
            )
            yield from (point.payload for point in points)
            if offset is None:
                return

    def _delete(self, collection: str, fields: Mapping[str, str]) -> None:
        selector = self._models.FilterSelector(filter=self._filter(fields))
        self._call("delete", collection, points_selector=selector, wait=True)

    def _filter(self, fields: Mapping[str, str]) -> Any:
        match = self._models.MatchValue
        return self._models.Filter(
            must=[
                self._models.FieldCondition(key=key, match=match(value=value))
                for key, value in fields.items()
            ]
        )

    def _call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """Call a method of the client and return its result.

        Raises:
            SettingError: the call failed.
        """
        try:
            return getattr(self._client, method)(*arguments, **options)
        except self._failures as error:
            raise self._setting_error(error) from error

    def _setting_error(self, error: Exception) -> SettingError:
        return SettingError(
            f"The library server at {self._address} failed: {error}",
            cure="Check VQA_LIBRARY and that the server runs, or unset it to keep the library on this machine.",
        )


def _payload(content: str, segment: Segment) -> dict[str, Any]:
    return {
        "content": content,
        "source": segment.source,
        "start_s": segment.start_s,
        "end_s": segment.end_s,
        "thumbnail_s": segment.thumbnail_s,
        "text": segment.text,
        "roots": sorted(word_stems(segment.text)),
        "thumbnail": base64.b64encode(segment.thumbnail).decode(),
    }
