#!/bin/bash
# One database and one role per service; a role reaches its own database only. Safe to run again: roles get the
# password that the secret holds now, so that a new one takes effect.
set -euo pipefail

PGPASSWORD="$(cat /run/secrets/postgres_password)"
export PGPASSWORD PGHOST="${PGHOST:-postgres}" PGUSER=postgres PGDATABASE=postgres

for service in $SERVICES; do
    password="$(cat "/run/secrets/${service}_database_password")"
    if [ "${#password}" -lt 16 ]; then
        echo "the password of the $service database has fewer than 16 characters; make secrets draws one" >&2
        exit 1
    fi
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --set service="$service" --set password="$password" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN', :'service')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
    echo "$service: database and role are there"
done
