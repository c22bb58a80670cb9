"""What the mock model does with a request: the markers, tool calls and answers."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

_MARK = re.compile(r"\[\[([a-z0-9]+)(?::((?:(?!\]\]).)*))?\]\]", re.DOTALL)
_OUTSIDE = re.compile(r"[Rr]un `([^`\n]+)` outside of the sandbox")
"""The same as `[[escalate:CMD]]`, in words that people use."""
_SPACE = "namespace"
_WRAPPERS = (
    "<environment_context",
    "<user_instructions",
    "# AGENTS.md",
    "<permissions",
    "<user_shell_command",
    "<turn_aborted",
    "<skills",
    "<collaboration_mode",
    "<INSTRUCTIONS",
    "<plugins",
    "<apps",
    "<memory",
    "<multi_agent",
)
_ANSWERS = (
    (
        "I looked into **{about}**.\n\n"
        "- The cause is a missing guard where the value is read.\n"
        "- The fix is small and keeps the interface as it is.\n\n"
        "```python\nif value is None:\n    return default\n```\n\n"
        "The tests around it pass; I would add one for the empty case."
    ),
    (
        "Done: **{about}**.\n\n"
        "| step | result |\n|---|---|\n| read the code | two places concerned |\n"
        "| change | 14 lines |\n| tests | green |\n\n"
        "Shall I go on with the documentation?"
    ),
    (
        "Here is how I would go about **{about}**:\n\n"
        "1. Pin the present behaviour with a test.\n"
        "2. Move the decision into one function.\n"
        "3. Delete the old path.\n\n"
        "> The second step is the only one that other code notices."
    ),
)


@dataclass(frozen=True)
class Request:
    """What one request asks, as far as the mock cares."""

    number: int
    prompt: str
    marks: dict[str, str]
    outputs: int
    """Tool outputs that follow the prompt."""
    tools: dict[str, Json]
    model: str | None

    @property
    def plain_prompt(self) -> str:
        """The prompt without its markers."""
        return _MARK.sub("", self.prompt).strip()


def read_request(number: int, body: Json) -> Request:
    """Find the last real user message, and what came after it."""
    everything: list[Json] = body.get("input") or []
    items = [item for item in everything if "type" in item]
    last, prompt = -1, ""
    for place, item in enumerate(items):
        if item["type"] == "message" and item.get("role") == "user":
            text = _text_of(item)
            if not text.lstrip().startswith(_WRAPPERS):
                last, prompt = place, text
    tail = items[last + 1 :]
    return Request(
        number=number,
        prompt=prompt,
        marks=_marks(prompt),
        outputs=sum(str(item["type"]).endswith("_output") for item in tail),
        tools=dict(_tools(body)),
        model=body.get("model"),
    )


def _marks(prompt: str) -> dict[str, str]:
    marks = {m[1]: m[2] or "" for m in _MARK.finditer(prompt)}
    asked = _OUTSIDE.search(prompt)
    return {"escalate": asked[1], **marks} if asked else marks


def _text_of(item: Json) -> str:
    content: str | list[Json] = item.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content)


def _tools(body: Json) -> Iterator[tuple[str, Json]]:
    # Current models get their tools as an input item rather than as `tools`.
    sources: list[Json] = [body, *(body.get("input") or [])]
    lists: list[tuple[str | None, list[Json]]]
    lists = [(None, source.get("tools") or []) for source in sources]
    while lists:
        namespace, tools = lists.pop()
        for tool in tools:
            if tool.get("type") == "namespace":
                lists.append((tool.get("name"), tool.get("tools") or []))
            yield str(tool.get("name") or tool.get("type")), {**tool, _SPACE: namespace}


def tool_call(request: Request) -> Json | None:
    """Return the call that the markers ask for now; None when it is time to answer."""
    marks, done = request.marks, request.outputs
    if "loop" in marks:
        times, _, command = marks["loop"].partition(":")
        ready = done >= int(times)
        return (
            None if ready else _shell(request.tools, command.replace("%n", str(done)))
        )
    return None if done else _only_call(request)


def _only_call(request: Request) -> Json | None:
    marks = request.marks
    if "shell" in marks:
        return _shell(request.tools, marks["shell"])
    if "escalate" in marks:
        return _shell(request.tools, marks["escalate"], escalate=True)
    if "patch" in marks:
        return _patch(request.tools, marks["patch"] or "mock.txt")
    if "call" in marks:
        name, _, arguments = marks["call"].partition(":")
        return _named(request.tools, name, json.loads(arguments or "{}"))
    return None


def _named(tools: dict[str, Json], name: str, arguments: Json) -> Json:
    # Older versions spell a tool of an MCP server as one name, of all its parts.
    known = next((one for one in tools if one.endswith(f"__{name}")), name)
    call = _function(known, arguments)
    space = tools.get(known, {}).get(_SPACE)
    return {**call, _SPACE: space} if space else call


def _shell(tools: dict[str, Json], command: str, *, escalate: bool = False) -> Json:
    asking: Json = {}
    if escalate:
        asking["justification"] = (
            "This needs the network, which the sandbox does not allow."
        )
        asking["sandbox_permissions"] = "require_escalated"
    if tools.get("exec", {}).get("type") == "custom" and "exec_command" not in tools:
        arguments = json.dumps({"cmd": command, **asking})
        script = f"const r = await tools.exec_command({arguments});\n"
        return _custom("exec", script + "text(r.output ?? JSON.stringify(r));\n")
    if "exec_command" in tools:
        return _function("exec_command", {"cmd": command, **asking})
    # Before `sandbox_permissions` the same wish was a flag.
    older = "sandbox_permissions" not in json.dumps(tools)
    if escalate and older:
        del asking["sandbox_permissions"]
        asking["with_escalated_permissions"] = True
    if "shell_command" in tools:
        return _function("shell_command", {"command": command, **asking})
    line = ["bash", "-lc", command]
    if "local_shell" in tools:
        action = {"type": "exec", "command": line, "timeout_ms": 20_000}
        call = _ids("local_shell_call", "lsh")
        return {**call, "status": "completed", "action": action}
    return _function("shell", {"command": line, **asking})


def _patch(tools: dict[str, Json], name: str) -> Json:
    body = f"*** Add File: {name}\n+hello from the mock\n+second line\n"
    patch = f"*** Begin Patch\n{body}*** End Patch\n"
    tool = tools.get("apply_patch", {})
    if tools.get("exec", {}).get("type") == "custom" and "exec_command" not in tools:
        return _custom("exec", f"text(await tools.apply_patch({json.dumps(patch)}));\n")
    if tool.get("type") == "custom":
        return _custom("apply_patch", patch)
    if tool:
        return _function("apply_patch", {"input": patch})
    return _shell(tools, f"apply_patch <<'EOF'\n{patch}EOF")


def _ids(kind: str, prefix: str) -> Json:
    return {
        "type": kind,
        "id": f"{prefix}_{uuid.uuid4().hex[:20]}",
        "call_id": f"call_{uuid.uuid4().hex[:20]}",
    }


def _function(name: str, arguments: Json) -> Json:
    call = _ids("function_call", "fc")
    return {**call, "name": name, "arguments": json.dumps(arguments)}


def _custom(name: str, text: str) -> Json:
    return {**_ids("custom_tool_call", "ctc"), "name": name, "input": text}


def answer_text(request: Request) -> str:
    """Return what the model says at last."""
    marks = request.marks
    if "say" in marks:
        return marks["say"]
    if "big" in marks:
        paragraph = f"Lorem ipsum, paragraph {request.number}. "
        return paragraph * (int(marks["big"] or 1) * 1024 // len(paragraph) + 1)
    if "burst" in marks:
        return "".join(f"{n} " for n in range(int(marks["burst"])))
    about = " ".join(request.plain_prompt.split()[:12]) or "your request"
    text = _ANSWERS[sum(map(ord, about)) % len(_ANSWERS)].format(about=about)
    return text + (f"\n\n({request.outputs} tool calls)" if request.outputs else "")


def pieces_of(request: Request, text: str) -> tuple[list[str], float]:
    """Return the deltas, and the pause after each in seconds."""
    if "burst" in request.marks:
        return re.findall(r"\S+\s*", text), 0
    if "slow" in request.marks:
        words = re.findall(r"\S+\s*", text)
        return words, float(request.marks["slow"] or 3) / max(1, len(words))
    if {"say", "big"} & request.marks.keys():
        return [text[at : at + 65_536] for at in range(0, len(text), 65_536)], 0
    return re.findall(r"\S+\s*", text), 0.008
