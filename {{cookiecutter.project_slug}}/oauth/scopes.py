"""What an app may ask for. Users may allow less on the consent page."""

READ = "mcp:read"
WRITE = "mcp:write"

SCOPES = {
    READ: "Look things up, with tools that change nothing.",
    WRITE: "Change data, with every tool you may use.",
}
