"""A stub model that follows its prompt: each line `CALL tool {json}` there is one tool call.

It speaks OpenAI's chat completions and responses, Anthropic's messages and Gemini's generateContent,
streamed or not, so that the whole agent loop of each client runs. `RESTART CALL …` restarts the server
before the call.
"""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from testing.http_server import Handler, serving

CALL = re.compile(r"(RESTART )?CALL ([\w.-]+) (\{.*\})")
# Claude Code starts its agent before its stdio server is ready, and offers this tool meanwhile.
WAIT = "WaitForMcpServers"
MODELS = ["stub", "gpt-5", "claude-sonnet-4-5", "gemini-2.5-pro"]

type Json = dict[str, Any]
# The name of a tool, the namespace that Codex puts it into, and its schema.
type Offered = tuple[str, str | None, Json]


@dataclass
class Model:
    """The tools that were offered to the model, and the results that it saw, since the last `forget()`."""

    restart: Callable[[], None]
    port: int = 0
    tools: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    # The messages of users, including prompts of the server.
    asked: str = ""
    restarted: bool = False
    # Anthropic's threads send only new messages. This keeps the whole request, by the id of its answer.
    threads: dict[str, Json] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def forget(self) -> None:
        self.tools, self.results, self.asked, self.restarted = [], [], "", False

    def saw(self, number: int) -> str:
        """Return the result of a call of the script, or "" if the call was not made."""
        return self.results[number] if number < len(self.results) else ""

    def decide(self, api: str, body: Json) -> tuple[str, str, str | None, str]:
        """Return ("call", name, namespace, arguments) or ("text", text, None, "")."""
        script, made, results, tools = read(api, body)
        with self.lock:
            self.asked += "\n".join(text for kind, text in _events(api, body) if kind == "user")
            if len(tools) > len(self.tools):
                self.tools = [name for name, _, _ in tools]
            if len(results) > len(self.results):
                self.results = results
        if made < len(script):
            restarts, name, arguments = script[made]
            offered = (
                [tool for tool in tools if tool[0] == name]
                or [tool for tool in tools if tool[0].endswith(name)]
                or [tool for tool in tools if name in tool[0]]
            )
            if not offered and any(tool[0] == WAIT for tool in tools):
                return "call", WAIT, None, "{}"
            if not offered:
                return "text", f"There is no tool {name}.", None, ""
            with self.lock:
                if restarts and not self.restarted:
                    self.restarted = True
                    self.restart()
            return "call", offered[0][0], offered[0][1], arguments
        return "text", "DONE" if results else "hello", None, ""


def text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = []
    for part in [content] if isinstance(content, dict) else content or []:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, dict):
            inner = text_of(part["content"]) if "content" in part else ""
            parts.append(part.get("text") or part.get("output") or inner)
    return "\n".join(str(part) for part in parts if part)


def flat(tools: list[Json]) -> list[Offered]:
    """Return the tools that a request offers, whatever its API."""
    found: list[Offered] = []
    for tool in tools:
        if "functionDeclarations" in tool:  # Gemini
            found += [(inner["name"], None, inner) for inner in tool["functionDeclarations"]]
        elif tool.get("type") == "namespace":  # Codex
            found += [(inner["name"], tool["name"], inner) for inner in tool.get("tools", [])]
        elif isinstance(tool.get("function"), dict):
            found.append((tool["function"]["name"], None, tool["function"]))
        elif "name" in tool:
            found.append((tool["name"], None, tool))
    return found


def read(api: str, body: Json) -> tuple[list[tuple[str, str, str]], int, list[str], list[Offered]]:
    """Return the script, how many of its calls were made, their results, and the tools."""
    script: list[tuple[str, str, str]] = []
    made = 0
    results: list[str] = []
    for kind, text in _events(api, body):
        if kind == "user" and (found := CALL.findall(text)):  # the last message with a script counts
            script, made, results = found, 0, []
        elif kind == "call":
            made += 1
        elif kind == "result":
            results.append(text)
    return script, made, results, flat(body.get("tools") or [])


def _events(api: str, body: Json) -> Iterator[tuple[str, str]]:
    if api == "chat":
        for message in body.get("messages", []):
            if message["role"] == "user":
                yield "user", text_of(message.get("content"))
            yield from (("call", "") for _ in message.get("tool_calls") or [])
            if message["role"] == "tool":
                yield "result", text_of(message.get("content"))
    elif api == "responses":
        items = body.get("input") or []
        for item in [{"role": "user", "content": items}] if isinstance(items, str) else items:
            kind = item.get("type", "message")
            if kind == "message" and item.get("role") == "user":
                yield "user", text_of(item.get("content"))
            elif kind == "function_call":
                yield "call", ""
            elif kind == "function_call_output":
                yield "result", text_of(item.get("output"))
    elif api == "messages":
        waited: set[str] = set()
        for message in body.get("messages", []):
            content = message["content"]
            for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
                if block.get("type") == "text" and message["role"] == "user":
                    yield "user", block["text"]
                elif block.get("type") == "tool_use" and block["name"] == WAIT:
                    waited.add(block["id"])
                elif block.get("type") == "tool_use":
                    yield "call", ""
                elif block.get("type") == "tool_result" and block["tool_use_id"] not in waited:
                    yield "result", text_of(block.get("content"))
    elif api == "gemini":
        for message in body.get("contents", []):
            for part in message.get("parts", []):
                if "text" in part and message.get("role", "user") == "user":
                    yield "user", part["text"]
                elif "functionCall" in part:
                    yield "call", ""
                elif "functionResponse" in part:
                    yield "result", json.dumps(part["functionResponse"]["response"])


@contextmanager
def running_model(restart: Callable[[], None]) -> Iterator[Model]:
    """Serve the model on its own port while the block runs."""
    model = Model(restart)

    class Bound(Answers):
        pass

    Bound.model = model
    with serving(Bound) as model.port:
        yield model


class Answers(Handler):
    """Answers requests in the four formats."""

    model: Model
    protocol_version = "HTTP/1.1"

    def reply(self, value: Any, kind: str = "application/json") -> None:
        data = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.answer(data, headers={"Content-Type": kind})

    def events(self, events: list[Json], *, named: bool = True, done: bool = False) -> None:
        lines = []
        for event in events:
            if named and "type" in event:
                lines.append(f"event: {event['type']}\n")
            lines.append(f"data: {json.dumps(event)}\n\n")
        if done:
            lines.append("data: [DONE]\n\n")
        self.reply("".join(lines).encode(), "text/event-stream")

    def do_HEAD(self) -> None:
        self.reply({})

    def do_GET(self) -> None:
        if self.path == "/restart":  # for programs that do not call a model
            self.model.restart()
        models = [{"id": name, "object": "model", "created": 1, "owned_by": "me"} for name in MODELS]
        self.reply({"object": "list", "models": [], "data": models})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            body = {}
        path = self.path.partition("?")[0]
        if isinstance(thread := body.get("thread"), dict) and thread.get("previous_message_id"):
            before = self.model.threads[thread["previous_message_id"]]
            body = before | body | {"messages": before["messages"] + body["messages"]}
        for end, api in (
            ("/chat/completions", "chat"),
            ("/responses", "responses"),
            ("/messages", "messages"),
            ("enerateContent", "gemini"),
        ):
            if path.endswith(end):
                getattr(self, f"answer_{api}")(body, *self.model.decide(api, body))
                return
        self.reply({"input_tokens": 10, "totalTokens": 10})

    def answer_chat(self, body: Json, what: str, name: str, _space: str | None, arguments: str) -> None:
        base = {"id": "c1", "created": int(time.time()), "model": body.get("model", "stub")}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        message: Json = {"role": "assistant", "content": name}
        delta, why = message, "stop"
        if what == "call":
            function = {"name": name, "arguments": arguments}
            call = {"id": f"call_{uuid.uuid4().hex[:8]}", "type": "function", "function": function}
            message, why = {"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls"
            delta = {"role": "assistant", "tool_calls": [{"index": 0, **call}]}
        if not body.get("stream"):
            choices = [{"index": 0, "message": message, "finish_reason": why}]
            self.reply({**base, "object": "chat.completion", "usage": usage, "choices": choices})
            return
        chunk = {**base, "object": "chat.completion.chunk"}
        self.events(
            [
                {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
                {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": why}]},
                {**chunk, "choices": [], "usage": usage},
            ],
            named=False,
            done=True,
        )

    def answer_responses(self, body: Json, what: str, name: str, space: str | None, arguments: str) -> None:
        number = uuid.uuid4().hex[:8]
        item: Json
        if what == "call":
            item = {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_{number}", "name": name}
            item |= {"arguments": arguments, "status": "completed"} | ({"namespace": space} if space else {})
        else:
            part = {"type": "output_text", "text": name, "annotations": []}
            item = {"type": "message", "id": f"msg_{number}", "role": "assistant", "content": [part]}
            item["status"] = "completed"
        usage = {
            "input_tokens": 1, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 1,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 2,
        }  # fmt: skip
        response = {
            "id": f"resp_{number}", "object": "response", "created_at": int(time.time()),
            "status": "completed", "model": body.get("model", "stub"), "output": [item], "usage": usage,
            "parallel_tool_calls": False, "tool_choice": "auto", "tools": [], "error": None,
            "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1, "top_p": 1,
        }  # fmt: skip
        if not body.get("stream"):
            self.reply(response)
            return
        empty: Json = {"content": []} if what == "text" else {"arguments": ""}
        where: Json = {"item_id": item["id"], "output_index": 0}
        if what == "call":
            delta = "response.function_call_arguments"
            middle = [
                {"type": f"{delta}.delta", **where, "delta": arguments},
                {"type": f"{delta}.done", **where, "arguments": arguments, "name": name},
            ]
        else:
            where["content_index"] = 0
            middle = [
                {"type": "response.content_part.added", **where, "part": {**part, "text": ""}},
                {"type": "response.output_text.delta", **where, "delta": name, "logprobs": []},
                {"type": "response.output_text.done", **where, "text": name, "logprobs": []},
                {"type": "response.content_part.done", **where, "part": part},
            ]
        begun = {**response, "status": "in_progress", "output": []}
        events: list[Json] = [
            {"type": "response.created", "response": begun},
            {"type": "response.output_item.added", "output_index": 0, "item": {**item, **empty}},
            *middle,
            {"type": "response.output_item.done", "output_index": 0, "item": item},
            {"type": "response.completed", "response": response},
        ]
        self.events([{**event, "sequence_number": n} for n, event in enumerate(events)])

    def answer_messages(self, body: Json, what: str, name: str, _space: str | None, arguments: str) -> None:
        number = f"msg_{uuid.uuid4().hex[:8]}"
        usage = {"input_tokens": 1, "output_tokens": 1}
        if what == "call":
            call: Json = {"type": "tool_use", "id": f"toolu_{uuid.uuid4().hex[:8]}", "name": name}
            block: Json = call | {"input": json.loads(arguments)}
            begun: Json = call | {"input": {}}
            delta, why = {"type": "input_json_delta", "partial_json": arguments}, "tool_use"
        else:
            block = {"type": "text", "text": name}
            begun = {"type": "text", "text": ""}
            delta, why = {"type": "text_delta", "text": name}, "end_turn"
        message = {
            "id": number, "type": "message", "role": "assistant",
            "model": body.get("model", "stub"), "content": [block], "stop_reason": why, "stop_sequence": None,
            "usage": usage,
        }  # fmt: skip
        messages = [*body.get("messages", []), {"role": "assistant", "content": [block]}]
        self.model.threads[number] = body | {"messages": messages}
        if not body.get("stream"):
            self.reply(message)
            return
        start = {**message, "content": [], "stop_reason": None}
        end = {"stop_reason": why, "stop_sequence": None}
        self.events(
            [
                {"type": "message_start", "message": start},
                {"type": "content_block_start", "index": 0, "content_block": begun},
                {"type": "content_block_delta", "index": 0, "delta": delta},
                {"type": "content_block_stop", "index": 0},
                {"type": "message_delta", "delta": end, "usage": usage},
                {"type": "message_stop"},
            ]
        )

    def answer_gemini(self, _body: Json, what: str, name: str, _space: str | None, arguments: str) -> None:
        part: Json = {"text": name}
        if what == "call":
            part = {"functionCall": {"name": name, "args": json.loads(arguments)}}
        content = {"role": "model", "parts": [part]}
        answer = {
            "candidates": [{"content": content, "finishReason": "STOP", "index": 0}],
            "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
        }
        if "stream" in self.path:
            self.events([answer], named=False)
        else:
            self.reply(answer)
