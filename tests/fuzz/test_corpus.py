"""What fuzzing found once stays found: its corpus is read in every way."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.any_bytes import check

CORPUS = Path(__file__).with_name("corpus")


@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.iterdir()))
def test_a_rollout_of_the_corpus_reads_the_same_in_every_way(
    name: str, tmp_path: Path
) -> None:
    content = (CORPUS / name).read_bytes()

    for cut in (0, 1, 7):
        check(tmp_path, content[: len(content) - cut])
