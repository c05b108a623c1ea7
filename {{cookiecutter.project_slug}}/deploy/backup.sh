#!/bin/bash
# Dumps the database of the PG… variables into the current folder: now, and then every BACKUP_HOURS hours.
# `backup.sh once` dumps only now. If a dump fails, the script ends, and Docker starts it again.
set -euo pipefail

# A unique name, because two of these scripts may run at once.
unfinished=$(mktemp -u unfinished.XXXXXX)
trap 'rm -f "$unfinished"' EXIT

dump() {
    local name
    name=$(date -u +%Y-%m-%dT%H-%M-%SZ).dump
    # % if cookiecutter.multi_tenancy
    # With row-level security. PGOPTIONS makes the rows of all tenants visible.
    pg_dump --enable-row-security --format=custom --file="$unfinished"
    # % else
    pg_dump --format=custom --file="$unfinished"
    # % endif
    mv "$unfinished" "$name"
    echo "$name is complete."
    # Only after a complete dump, so that old dumps stay while new ones fail. Unfinished files are removed as well.
    # Another run may rename or remove a file at the same time. Without the option, that would be an error of find.
    find . -ignore_readdir_race -maxdepth 1 \( -name '*.dump' -o -name 'unfinished.*' \) -mtime "+${BACKUP_DAYS:-14}" -print -delete
}

dump
if [[ ${1:-} == once ]]; then
    exit
fi
while sleep "${BACKUP_HOURS:-24}h"; do
    dump
done
