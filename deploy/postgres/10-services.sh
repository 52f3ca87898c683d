#!/bin/bash
# One database and one role per service; a role reaches its own database only. Runs once, when the data volume is new.
set -euo pipefail

for service in registration matching consultation grants; do
    password="$(cat "/run/secrets/${service}_database_password")"
    if [ -z "$password" ]; then
        echo "the password of the $service database is empty" >&2
        exit 1
    fi
    psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
        --set service="$service" --set password="$password" <<'SQL'
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
