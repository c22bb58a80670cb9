"""A synthetic home of any number of rollouts, alike to what heavy users have.

Sizes have a long tail: most rollouts are some ten kilobytes, few have megabytes (all
in all 45 KB each, so 10,000 are 450 MB). Deterministic: the same seed writes the
same home.
"""

from __future__ import annotations

import random
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from support.rollouts import rollout

if TYPE_CHECKING:
    from support.rollouts import Generation, RolloutBuilder

_GENERATIONS: tuple[tuple[Generation, float], ...] = (
    ("bare", 0.05),
    ("legacy", 0.25),
    ("enveloped", 0.3),
    ("paginated", 0.4),
)
_FIRST = 1_755_000_000_000
_LAST = 1_795_000_000_000
_SYLLABLES = [first + second for first in "bdfklmnprstv" for second in "aeiou"]
_CODE = (
    "def {0}_{1}({2}): return {2}.{1}",
    "const {0}{1} = await {2}.{0}();",
    "src/{0}/{1}_{2}.py:12: error: {0} is not {1}",
    "-rw-r--r-- 1 dev dev 1024 Nov 20 10:00 {0}-{1}.txt",
    "    at {0}.{1} (/home/dev/code/{2}/index.js:10:5)",
)


def make_home(root: Path, count: int, *, seed: int = 1) -> int:
    """Write *count* rollouts below *root*; return their bytes."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    words = _Words(chance)
    return sum(
        _write(root, _FIRST + (_LAST - _FIRST) * number // count, chance, words)
        for number in range(count)
    )


class _Words:
    """Pools of text, made once: making it anew would take minutes."""

    def __init__(self, chance: random.Random) -> None:
        self.vocabulary = [
            "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5)))
            for _ in range(20_000)
        ]
        weights = [1 / (rank + 10) for rank in range(len(self.vocabulary))]
        stream = chance.choices(self.vocabulary, weights, k=200_000)
        self.sentences = [
            " ".join(stream[start : start + 12]) for start in range(0, 120_000, 12)
        ]
        self.code = [
            chance.choice(_CODE).format(*stream[start : start + 3])
            for start in range(120_000, 199_998, 3)
        ]


def _write(root: Path, at: int, chance: random.Random, words: _Words) -> int:
    names, weights = zip(*_GENERATIONS, strict=True)
    folder = chance.choice(words.vocabulary[:40])
    generation = chance.choices(names, weights)[0]
    builder = rollout(
        root,
        generation=generation,
        thread_id=_thread_id(chance.getrandbits(128), at, generation),
        cwd=f"/home/dev/code/{folder}",
        at=at,
        model=chance.choice(("gpt-5", "gpt-5-codex", "gpt-6.1-sol")),
        meta={"base_instructions": {"text": "You are Codex. " * 300}},
    )
    for _ in range(min(400, int(chance.lognormvariate(0.65, 1.2)) + 1)):
        _turn(builder, chance, words)
    if chance.random() < 0.02:
        builder.user("one more").hit_limit(resets_at=at // 1000 + 3600)
    path = builder.done()
    return path.stat().st_size


def _thread_id(bits: int, at: int, generation: Generation) -> str:
    """Make an id as Codex does: by chance until 0.36, ordered by time from then on."""
    if generation == "bare":
        return str(uuid.UUID(int=bits, version=4))
    # The layout of version 7: 48 bits of time, the version, the variant.
    bits = at << 80 | bits & (1 << 80) - 1
    bits = bits & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=bits & ~(3 << 62) | 2 << 62))


def _turn(builder: RolloutBuilder, chance: random.Random, words: _Words) -> None:
    builder.user(". ".join(chance.choices(words.sentences, k=chance.randint(1, 4))))
    for _ in range(min(30, int(chance.lognormvariate(0.5, 0.9)))):
        lines = min(3000, int(chance.lognormvariate(2.1, 1.2)))
        builder.reasoning(chance.choice(words.sentences))
        builder.command(
            f"rg -n {chance.choice(words.vocabulary)} src",
            output="\n".join(chance.choices(words.code, k=lines)),
        )
    if chance.random() < 0.4:
        code = "\n".join(chance.choices(words.code, k=chance.randint(3, 40)))
        builder.patch(f"src/{chance.choice(words.vocabulary)}.py", code)
    builder.agent(". ".join(chance.choices(words.sentences, k=chance.randint(2, 9))))
    builder.tokens(chance.randint(1_000, 200_000), used_percent=42.0, resets_at=1)


if __name__ == "__main__":
    written = make_home(Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{written / 1e6:.0f} MB")
