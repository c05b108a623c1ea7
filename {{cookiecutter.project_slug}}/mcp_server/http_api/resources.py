"""`GET /api/mcp/resources` and `POST /api/mcp/resource`, with MCP's own JSON."""

from http import HTTPStatus

from fastmcp.resources.base import InputRequiredResourceResult, Resource
from fastmcp.resources.template import ResourceTemplate
from fastmcp.utilities.versions import dedupe_with_versions
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mcp_server.http_api.problems import Problem
from mcp_server.http_api.request_context import as_json, mcp_exchange, read_object
from mcp_server.server import mcp
from mcp_server.toolkit.tool_views import View


async def permitted_resources(request: Request) -> tuple[list[Resource], list[ResourceTemplate]]:
    """Return the resources that the caller may read, and the templates of their URIs."""
    with mcp_exchange(request):
        resources = await mcp.list_resources()
        templates = await mcp.list_resource_templates()
    # Views are for clients that draw them.
    resources = [each for each in resources if not isinstance(each, View)]
    return (
        dedupe_with_versions(resources, lambda each: str(each.uri)),
        dedupe_with_versions(templates, lambda each: each.uri_template),
    )


async def list_resources(request: Request) -> Response:
    """Answer with the resources that the caller may read, and with the templates of their URIs."""
    resources, templates = await permitted_resources(request)
    return JSONResponse(
        {
            "resources": [as_json(each.to_mcp_resource(uri=str(each.uri))) for each in resources],
            "resourceTemplates": [
                as_json(each.to_mcp_template(uri_template=each.uri_template)) for each in templates
            ],
        }
    )


async def read_resource(request: Request) -> Response:
    """Answer with the contents of the resource whose `uri` is in the body."""
    uri = (await read_object(request)).get("uri")
    if not isinstance(uri, str):
        message = "Input should be a valid string"
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            'Wrong arguments. Send {"uri": "…"} with a URI that /api/mcp/resources lists or makes.',
            [{"pointer": "/uri", "detail": message}],
        )
    with mcp_exchange(request):
        result = await mcp.read_resource(uri)
    if isinstance(result, InputRequiredResourceResult):
        raise Problem(HTTPStatus.CONFLICT, "This resource asks the user a question: it needs an MCP client.")
    return JSONResponse(as_json(result.to_mcp_result(uri)))
