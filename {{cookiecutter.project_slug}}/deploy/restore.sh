#!/bin/bash
# Puts a dump of the current folder back, the newest or the one that is named: restore.sh [FILE]
# All of it or, should anything fail, nothing: until the end, the database is what it was.
set -euo pipefail

newest=$(find . -maxdepth 1 -name '*.dump' | sort | tail -n 1)
dump=${1:-$newest}
if [[ ! -f $dump ]]; then
    echo "ERROR: there is no dump ${dump:-here}." >&2
    exit 1
fi

# All tables go, those that are newer than the dump too: `migrate` makes them again.
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
echo "The database is what it was in $dump."
