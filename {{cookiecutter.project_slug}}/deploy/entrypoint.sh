#!/bin/sh
# Starts a process of the project: deploy/entrypoint.sh web|mcp|mcp-sse|migrate, or any command.
set -eu
cd "$(dirname "$0")/.."

# This starts servers: what is not set is an error here, never a reason to take it for development.
export DEBUG="${DEBUG:-False}"

case "${1:-web}" in
    web) set -- gunicorn --config deploy/gunicorn.conf.py config.wsgi:application ;;
    mcp) set -- python -m deploy.serve_mcp ;;
    # An SSE session lives in the memory of one process, so this one has no siblings.
    mcp-sse) set -- env MCP_WORKERS=1 python -m deploy.serve_mcp ;;
    migrate) set -- python manage.py migrate --noinput ;;
    *) exec "$@" ;;
esac

# Workers share their metrics in files. A fresh folder: old counts belong to dead processes.
PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
export PROMETHEUS_MULTIPROC_DIR

# In the background, for as process 1 this shell would be deaf to signals until it ends.
trap 'kill $!; exit 143' TERM INT
python manage.py wait_for_database &
wait $!
trap - TERM INT
exec "$@"
