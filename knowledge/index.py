"""The search index: what searches read, derived from catalogue and vector store for one version.

Vectors are scanned whole (10,000 take 2 ms): exact, the same twice, and filtered by document without loss.
It lies memory-mapped in ``<data>/index/<version>``, so that a fresh process searches without opening the
vector store, and several processes can search while one writes.
"""

import json
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import lexical
from knowledge.catalogue import LivePassage
from knowledge.chunking import table_heads
from knowledge.lexical import LexicalIndex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FORMAT = 2  # of the folder; another number is built anew


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """Rows of passages with their vectors (n×d, unit length) and words.

    ``revisions`` are the live ones in row order with their document id and row range; ``owners`` says which
    of them, by number, a row belongs to.
    """

    version: str
    fingerprint: str
    revisions: Mapping[str, tuple[str, int, int]]
    vectors: "Vectors"
    lexical: LexicalIndex
    owners: "NDArray[np.int32]"

    @property
    def size(self) -> int:
        """How many passages are in."""
        return self.lexical.size

    def keys(self, rows: Sequence[int]) -> list[tuple[str, int]]:
        """The (revision, ordinal) of each row."""
        revisions = list(self.revisions)
        names = [revisions[int(self.owners[row])] for row in rows]
        return [(name, row - self.revisions[name][1]) for name, row in zip(names, rows, strict=True)]

    def vectors_of(self, revision: str) -> "Vectors | None":
        """The vectors of a revision in order; None when it is not in this index."""
        found = self.revisions.get(revision)
        return None if found is None else self.vectors[found[1] : found[2]]

    def allowed(self, document_ids: Collection[str]) -> "NDArray[np.bool_]":
        """Which rows belong to these documents."""
        import numpy as np

        chosen = [document in document_ids for document, _, _ in self.revisions.values()]
        return np.asarray(chosen, dtype=bool)[self.owners]


def best(scores: "NDArray[np.float32]", limit: int, above: float = -float("inf")) -> list[int]:
    """The rows with the highest scores above a floor, best first; ties keep the lower row first."""
    import numpy as np

    limit = min(limit, len(scores))
    if limit == 0:
        return []
    found = np.argpartition(-scores, limit - 1)[:limit]
    found = found[scores[found] > above]
    order = np.lexsort((found, -scores[found]))
    return [int(row) for row in found[order]]


def build(
    version: str,
    fingerprint: str,
    passages: Sequence[LivePassage],
    vectors: Mapping[str, "Vectors"],
) -> SearchIndex:
    """Indexes the live passages (in the catalogue's order); ``vectors`` holds each revision's, in order."""
    import numpy as np

    revisions = _ranges(passages)
    heads = [head for _, first, end in revisions.values() for head in table_heads(passages[first:end])]
    texts = [lexical_text(passage, head) for passage, head in zip(passages, heads, strict=True)]
    owners = np.repeat(
        np.arange(len(revisions), dtype=np.int32), [end - start for _, start, end in revisions.values()]
    )
    empty = np.zeros((0, 0), dtype=np.float32)
    matrix = np.concatenate([vectors[revision] for revision in revisions]) if revisions else empty
    return SearchIndex(
        version=version,
        fingerprint=fingerprint,
        revisions=revisions,
        vectors=matrix.astype(np.float32, copy=False),
        lexical=lexical.build(texts, _languages(passages, revisions)),
        owners=owners.astype(np.int32),
    )


def lexical_text(passage: LivePassage, head: str = "") -> str:
    """The words that a passage is found by: its own, its headings' and its table's head's."""
    return "\n".join((*passage.heading_path, *filter(None, [head]), passage.text))


def save(index: SearchIndex, root: Path) -> None:
    """Writes the index into ``root/<version>`` in one step and drops other versions. Raises OSError."""
    import numpy as np

    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    try:
        index.lexical.save(folder)
        np.save(folder / "vectors.npy", index.vectors)
        (folder / "index.json").write_text(
            json.dumps(
                {
                    "format": FORMAT,
                    "fingerprint": index.fingerprint,
                    "revisions": [[name, *entry] for name, entry in index.revisions.items()],
                }
            ),
            "utf-8",
        )
        folder.replace(root / index.version)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        if not (root / index.version).exists():  # another process was quicker with the same index
            raise
    for other in root.iterdir():
        if other.name != index.version and not other.name.startswith(".new-"):
            shutil.rmtree(other, ignore_errors=True)


def load_any(root: Path) -> SearchIndex | None:
    """The index of whatever version lies there, to take vectors from; None when there is none."""
    folders = sorted(root.iterdir()) if root.is_dir() else []
    return next((found for folder in folders if (found := load(folder.name, root)) is not None), None)


def load(version: str, root: Path) -> SearchIndex | None:
    """The index of that version as another process or an earlier run wrote it; None when there is none."""
    import numpy as np

    folder = root / version
    try:
        head = json.loads((folder / "index.json").read_text("utf-8"))
        if head["format"] != FORMAT:
            return None
        revisions = {name: (document, start, end) for name, document, start, end in head["revisions"]}
        return SearchIndex(
            version=version,
            fingerprint=head["fingerprint"],
            revisions=revisions,
            vectors=np.load(folder / "vectors.npy", mmap_mode="r"),
            lexical=LexicalIndex.load(folder),
            owners=np.repeat(
                np.arange(len(revisions), dtype=np.int32),
                [end - start for _, start, end in revisions.values()],
            ),
        )
    except (OSError, ValueError, KeyError):
        return None


def _ranges(passages: Sequence[LivePassage]) -> dict[str, tuple[str, int, int]]:
    ranges: dict[str, tuple[str, int, int]] = {}
    for row, passage in enumerate(passages):
        _, start, _ = ranges.get(passage.revision, ("", row, row))
        ranges[passage.revision] = (passage.document_id, start, row + 1)
    return ranges


def _languages(passages: Sequence[LivePassage], ranges: Mapping[str, tuple[str, int, int]]) -> list[str]:
    languages: list[str] = []
    for _, start, end in ranges.values():
        sample, length = [], 0
        for passage in passages[start:end]:
            sample.append(passage.text)
            length += len(passage.text)
            if length > lexical.GUESS_FROM:
                break
        languages += [lexical.language_of(" ".join(sample))] * (end - start)
    return languages
