#!/bin/sh
# Starts a process of the project: deploy/entrypoint.sh web|mcp|mcp-sse|migrate, or any command.
set -eu
cd "$(dirname "$0")/.."

# This script starts servers, so a missing setting must be an error, and must not switch to development.
export DEBUG="${DEBUG:-False}"

case "${1:-web}" in
    web) set -- gunicorn --config deploy/gunicorn.conf.py config.wsgi:application ;;
    mcp) set -- python -m deploy.serve_mcp ;;
    # An SSE session lives in the memory of one process, so there is only one.
    mcp-sse) set -- env MCP_WORKERS=1 python -m deploy.serve_mcp ;;
    migrate) set -- python manage.py migrate --noinput ;;
    *) exec "$@" ;;
esac

# Workers share their metrics in files. They are in a new folder, because old counts belong to dead processes.
PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
export PROMETHEUS_MULTIPROC_DIR

# In the background, because as process 1 this shell would not react to signals until the command ends.
trap 'kill $!; exit 143' TERM INT
python manage.py wait_for_database &
wait $!
trap - TERM INT
exec "$@"
