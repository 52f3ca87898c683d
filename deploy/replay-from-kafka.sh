#!/bin/sh
# Deletes all services' databases, rebuilds event stores and read models from the topics alone, and compares them with a
# backup taken just before. What no event tells (vaults, rejected commands, idempotency records, what became of parked
# records and timers) then comes from that backup; TAKE=0 leaves it out.
set -eu
# shellcheck source=deploy/backup/common.sh
. "$(dirname "$0")/backup/common.sh"

confirm "The services stop, and all their databases are deleted and rebuilt from Kafka."
# No commands any more; what they led to gets through to the end.
# shellcheck disable=SC2046 # every word is a service
docker compose stop $(for service in $services; do echo "$service-api"; done)
running="$roles"
trap 'start_roles || true; say "the databases are as they were"' EXIT
for service in $services $services; do
    service_run "$service" settle
done
# shellcheck disable=SC2046 # every word is a service
docker compose stop $(for service in $services; do echo "$service-worker"; done)
name="replay-$stamp"
NAME="$name" "$(dirname "$0")/backup.sh"
prepare_backups

trap 'say "the services stay stopped; everything is in $backups/$name: make restore FROM=$backups/$name"' EXIT
for service in $services; do
    empty_database "$service" "$service"
done
started=$(date +%s)
for service in $services; do
    service_run "$service" restore
done
say "rebuilt from the topics alone in $(($(date +%s) - started)) s"

different=0
for service in $services; do
    empty_database "${service}_compared" "$service"
    once dumps load "$name" "$service" "${service}_compared"
    service_run "$service" compare --with "postgresql://$service@${PGHOST:-postgres}/${service}_compared" || different=1
    drop_database "${service}_compared"
done
[ "$different" = 0 ] || refuse "the topics do not lead to what the backup holds; see above"

if [ "${TAKE:-1}" = 1 ]; then
    for service in $services; do
        once dumps take "$name" "$service"
    done
    say "vaults, rejected commands, idempotency records, timers and parked records were taken from the backup"
else
    say "vaults, rejected commands and idempotency records are only in $backups/$name"
fi
for service in $services; do
    service_run "$service" verify
done
trap - EXIT
start_roles
say "0 differences between what the topics lead to and the backup $backups/$name"
