#!/bin/sh
# Creates the role of the application, which owns its tables. It runs once, when the database is created. The role is
# not a superuser, because a superuser bypasses all permissions and row-level security of PostgreSQL.
set -eu

psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 \
    --set=password="$POSTGRES_PASSWORD" << 'EOF'
# % if cookiecutter.sql_tools
CREATE ROLE app LOGIN CREATEROLE PASSWORD :'password';
# % else
CREATE ROLE app LOGIN PASSWORD :'password';
# % endif
ALTER DATABASE app OWNER TO app;
EOF
