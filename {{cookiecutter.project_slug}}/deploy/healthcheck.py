"""The health check of the image: the process that runs in it, web or MCP, must be ready for requests."""

import os
import sys
import urllib.error
import urllib.request

# Without any HTTP proxy, which Docker passes to every container, because these addresses are in this
# container.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
ADDRESSES = (
    f"http://127.0.0.1:{os.environ.get('WEB_PORT', '8080')}/ready",
    f"http://127.0.0.1:{os.environ.get('MCP_PORT', '8001')}/mcp/ready",
)


def answer(address: str) -> str | None:
    """Return what is wrong with the process at `address`, "" if nothing is, or None if no process listens."""
    try:
        with _open(address, timeout=4):
            return ""
    except urllib.error.HTTPError as error:
        return error.read().decode()
    except urllib.error.URLError as error:
        return None if isinstance(error.reason, ConnectionRefusedError) else str(error)


answers = [found for address in ADDRESSES if (found := answer(address)) is not None]
sys.exit("".join(answers) or None if answers else "No process listens.")
