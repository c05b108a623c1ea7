#!/bin/sh
# Starts a process of the project: deploy/entrypoint.sh web|mcp|mcp-sse|migrate, or any command.
set -eu
cd "$(dirname "$0")/.."

# Uvicorn closes idle connections later than nginx, which so never sends a call into a closed one;
# and it finishes calls in flight within the time that Compose and Kubernetes grant.
uvicorn="uvicorn config.asgi:app --host ${BIND_HOST:-0.0.0.0} --port ${MCP_PORT:-8001} --no-access-log
    --timeout-keep-alive 75 --timeout-graceful-shutdown 20 --timeout-worker-healthcheck 30"

# shellcheck disable=SC2086 # the options are meant to be split into words
case "${1:-web}" in
    web) set -- gunicorn --config deploy/gunicorn.conf.py config.wsgi:application ;;
    mcp) set -- $uvicorn --workers "${MCP_WORKERS:-1}" ;;
    # An SSE session lives in the memory of one process, so this one has no siblings.
    mcp-sse) set -- $uvicorn --workers 1 ;;
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
