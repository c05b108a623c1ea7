#!/bin/sh
# Starts the production stack with the image of the last build and its own database, calls a tool through nginx, and
# removes everything again. CI runs this. If port 8000 is taken, set HTTP_PORT.
set -eu
cd "$(dirname "$0")/.."

# These override `.env`, so that no container, volume or database of a real server is touched.
export COMPOSE_FILE=compose.yaml COMPOSE_PROJECT_NAME=smoke-test COMPOSE_PROFILES='' TLS_DOMAIN=''
export DATABASE_URL='' REDIS_URL=''
# % if cookiecutter.file_tools
export FILES=files
# % endif
export HTTP_PORT="${HTTP_PORT:-8000}"
export PUBLIC_BASE_URL="${PUBLIC_BASE_URL:-http://localhost:$HTTP_PORT}"
email=smoke-test@example.com

finish() {
    status=$?
    [ "$status" = 0 ] || docker compose logs --tail 50
    docker compose down --volumes --timeout 5
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

docker compose up --detach --wait
docker compose exec -T web python manage.py createsuperuser --no-input --email "$email"
# % if cookiecutter.multi_tenancy
docker compose exec -T web python manage.py shell --no-imports --command "
from accounts.models import User
from tenants.demo import demo_tenant
demo_tenant(User.objects.get(email='$email'))"
# % endif
token=$(docker compose exec -T web python manage.py create_mcp_token --user "$email" --name smoke-test)
# In the newest revision, which needs no session even with MCP_STATELESS=False.
answer=$(curl --noproxy '*' --silent --show-error --fail-with-body "$PUBLIC_BASE_URL/mcp/" \
    --header "Authorization: Bearer $token" --header "Content-Type: application/json" \
    --header "Accept: application/json, text/event-stream" --header "MCP-Protocol-Version: 2026-07-28" \
    --header "Mcp-Method: tools/call" --header "Mcp-Name: whoami" \
    --data '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}, "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}}}}')
echo "$answer"
echo "$answer" | grep -q "$email"
