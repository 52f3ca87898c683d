#!/bin/bash
# What is done with PostgreSQL's own tools, in a container beside the server, each service's database as its own role.
#
#   dump DIRECTORY                     every service's database into /backups/DIRECTORY
#   load DIRECTORY SUFFIX SERVICE...   services' dumps into their empty databases <service>SUFFIX
#   take DIRECTORY                     from the dumps those tables into the databases that are no events
set -euo pipefail
export PGHOST="${PGHOST:-postgres}" PGPASSFILE=/dev/null HOME=/tmp
kept=(rejected_commands idempotency parked timers vault_keys vault_entries vault_log)

as() { # service, database
    PGUSER="$1"
    PGPASSWORD="$(cat "/run/secrets/${1}_database_password")"
    export PGUSER PGPASSWORD PGDATABASE="${2:-$1}"
}

query() { psql --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }

dump() { # directory
    export DIRECTORY="/backups/$1" SERVICE
    umask 077
    for SERVICE in $SERVICES; do
        as "$SERVICE"
        query --set service="$SERVICE" --file /tools/dump.sql
    done
}

load() { # directory, what to add to the databases' names, services
    local directory=$1 suffix=$2 service
    shift 2
    for service in "$@"; do
        as "$service" "$service$suffix"
        pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname "$service$suffix" \
            "/backups/$directory/$service.dump"
        echo "$service: the backup is loaded"
    done
}

take() { # directory
    local service table
    for service in $SERVICES; do
        as "$service"
        query --command "TRUNCATE $(IFS=,; echo "${kept[*]}")"
        pg_restore --exit-on-error --single-transaction --data-only --no-owner --no-privileges --dbname "$service" \
            "${kept[@]/#/--table=}" "/backups/$1/$service.dump"
        for table in rejected_commands vault_log; do
            query --command \
                "SELECT setval(pg_get_serial_sequence('$table', 'sequence'), max(sequence)) FROM $table" >/dev/null
        done
    done
}

"$@"
