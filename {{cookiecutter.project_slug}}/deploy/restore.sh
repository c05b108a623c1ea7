#!/bin/bash
# Restores a dump from the current folder: restore.sh [FILE], by default the newest. It runs in one transaction: if
# anything fails, the database does not change.
set -euo pipefail

newest=$(find . -maxdepth 1 -name '*.dump' | sort | tail -n 1)
dump=${1:-$newest}
if [[ ! -f $dump ]]; then
    echo "ERROR: there is no dump ${dump:-here}." >&2
    exit 1
fi

# Drops all tables, including those that are newer than the dump: `migrate` creates them again.
empty="
    SET client_min_messages = warning;
    SET lock_timeout = '10s';
    SELECT format('DROP TABLE %I.%I CASCADE', schemaname, tablename) FROM pg_tables
    WHERE schemaname = 'public' \\gexec"

{
    echo "BEGIN; $empty"
    pg_restore --clean --if-exists --no-owner --no-privileges --file=- "$dump"
    echo "COMMIT;"
} | psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --output=/dev/null
echo "The database was restored from $dump."
