"""`GET /api/mcp/openapi.json`: an OpenAPI 3.1 document of the tools and resources that the caller may use.

The schemas of tools are used as they are: OpenAPI 3.1 and MCP both use JSON Schema 2020-12.
"""

import json
from typing import Any

from django.conf import settings
from fastmcp.tools.base import Tool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mcp_server.http_api import PATH, problems
from mcp_server.http_api.resources import permitted_resources
from mcp_server.http_api.tools import NDJSON, permitted_tools

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}


async def show_document(request: Request) -> Response:
    """Answer with the document."""
    resources, _templates = await permitted_resources(request)
    # The path as the client sent it: mcp_server/asgi.py and tenants may have changed `path`.
    base = request.scope["raw_path"].decode("ascii", "replace").rpartition("/")[0]
    return JSONResponse(document(base, await permitted_tools(request), [str(each.uri) for each in resources]))


def document(base: str, tools: list[Tool], uris: list[str]) -> Schema:
    """Return the OpenAPI document of `tools`, and of the resources at `uris`, with all paths below `base`."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": settings.PROJECT_NAME,
            "version": settings.PROJECT_VERSION,
            "description": "The tools and resources that your token may use.",
        },
        "security": [{"token": []}],
        "paths": {
            f"{base}/tools": {
                "get": _operation("list_tools", "List the tools", _object(tools=_list_of_objects()))
            },
            **{f"{base}/tools/{tool.name}": {"post": _tool_operation(tool)} for tool in tools},
            f"{base}/resources": {
                "get": _operation(
                    "list_resources",
                    "List the resources, and the templates of their URIs",
                    _object(resources=_list_of_objects(), resourceTemplates=_list_of_objects()),
                )
            },
            f"{base}/resource": {
                "post": {
                    **_operation("read_resource", "Read a resource", _object(contents=_list_of_objects())),
                    **_body(_object(uri={**TEXT, "examples": uris}), required=True),
                }
            },
            f"{PATH}/health": {
                "get": {
                    "operationId": "show_versions",
                    "summary": "See that the server runs, and in which version",
                    "security": [],
                    "responses": {"200": _json("It runs", _object(status=TEXT, versions={"type": "object"}))},
                }
            },
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": PROBLEM, **_definitions(tools)},
            "responses": REFUSALS,
        },
    }


def _tool_operation(tool: Tool) -> Schema:
    answer = _in_components(tool, tool.output_schema or _object(content=_list_of_objects()))
    operation = _operation(tool.name, tool.title or tool.name, answer, tool.description or "")
    operation["responses"]["200"]["content"][NDJSON] = {"schema": {"type": "array", "items": _line(answer)}}
    arguments = _in_components(tool, tool.parameters)
    return {**operation, **_body(arguments, required=bool(arguments.get("required")))}


def _operation(name: str, summary: str, answer: Schema, description: str = "") -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "responses": {
            "200": _json("The answer", answer),
            **{status: {"$ref": f"#/components/responses/{status}"} for status in REFUSALS},
        },
    }


def _line(result: Schema) -> Schema:
    """Return the schema of a line of a streamed answer: progress or, in the last one, a result or problem."""
    progress = {"progress": {"type": "number"}, "total": {"type": "number"}, "message": TEXT}
    return {
        "oneOf": [
            {"type": "object", "properties": progress, "required": ["progress"]},
            _object(result=result),
            _object(problem={"$ref": "#/components/schemas/Problem"}),
        ]
    }


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list_of_objects() -> Schema:
    return {"type": "array", "items": {"type": "object"}}


def _body(schema: Schema, *, required: bool) -> Schema:
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _json(description: str, schema: Schema, media_type: str = "application/json", **more: Schema) -> Schema:
    return {"description": description, "content": {media_type: {"schema": schema}}, **more}


# A "$ref" in a tool's schema refers to a place in that schema, but in OpenAPI it refers to the whole
# document. Most are resolved earlier; the remaining ones belong to recursive types.


def _definitions(tools: list[Tool]) -> Schema:
    return {
        f"{tool.name}.{name}": _in_components(tool, definition)
        for tool in tools
        for schema in (tool.parameters, tool.output_schema or {})
        for name, definition in schema.get("$defs", {}).items()
    }


def _in_components(tool: Tool, schema: Schema) -> Schema:
    without = {key: value for key, value in schema.items() if key != "$defs"}
    text = json.dumps(without).replace('"#/$defs/', f'"#/components/schemas/{tool.name}.')
    moved: Schema = json.loads(text)
    return moved


PROBLEM: Schema = {
    "description": "What went wrong (RFC 9457).",
    **_object(title=TEXT, status={"type": "integer"}, detail=TEXT),
}
PROBLEM["properties"]["errors"] = {"type": "array", "items": _object(pointer=TEXT, detail=TEXT)}

_REFUSED: Schema = {"type": "object", "properties": {"error": TEXT, "error_description": TEXT}}
_RETRY_AFTER: Schema = {
    "headers": {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
}
_PROBLEM: Schema = {"$ref": "#/components/schemas/Problem"}

# The answers that are no success, by status.
REFUSALS: dict[str, Schema] = {
    "401": _json("The token is missing or not valid", _REFUSED),
    "503": _json("The token cannot be checked now", _REFUSED, **_RETRY_AFTER),
    "413": _json("The body is too large", TEXT, "text/plain"),
    "429": _json("Too many calls", _PROBLEM, problems.MEDIA_TYPE, **_RETRY_AFTER),
    **{
        status: _json(description, _PROBLEM, problems.MEDIA_TYPE)
        for status, description in {
            "400": "The body is not a JSON object",
            "403": "The token does not allow it",
            "404": "There is no such tool or resource, or it is not for you",
            "409": "The tool refuses, and says why",
            "422": "The arguments are wrong",
            "500": "The server failed",
        }.items()
    },
}
