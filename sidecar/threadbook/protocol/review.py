"""Reviews of code by Codex."""

from typing import Self

from pydantic import model_validator

from threadbook.protocol.base import WireModel


class TaskReviewParams(WireModel):
    """Review code in a new task: exactly one of the first five says which."""

    cwd: str
    uncommitted: bool = False
    """What is staged, changed or untracked."""
    base: str | None = None
    """A branch: what the working tree adds to it."""
    commit: str | None = None
    files: tuple[str, ...] = ()
    instructions: str | None = None
    """Say in your own words what to review; may also go with `files`."""
    style: str | None = None
    """What to look at above all, or how to put it."""
    model: str | None = None
    effort: str | None = None

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        subjects = (self.uncommitted, self.base, self.commit, self.files)
        said = sum(1 for subject in subjects if subject)
        words = self.instructions is not None
        if said + words == 0 or said > 1 or (words and said and not self.files):
            message = "name one of uncommitted, base, commit, files, instructions"
            raise ValueError(message)
        return self


class TaskReviewResponse(WireModel):
    """The review runs; it ends with an item of type `review` and `turnCompleted`."""

    thread_id: str
    turn_id: str
    model: str | None
    effort: str | None
    seq: int


class ReviewFinding(WireModel):
    """One thing that the reviewer found."""

    title: str
    body: str
    path: str
    first_line: int
    last_line: int
    priority: int | None
    """0 is the most urgent."""


class ReviewResult(WireModel):
    """What came of a review, as the command line says it."""

    explanation: str
    findings: tuple[ReviewFinding, ...]
