#!/bin/sh
# Deletes all services' databases, rebuilds event stores and read models from the topics alone, and compares them with a
# backup taken just before. What no event tells (vaults, rejected commands, idempotency records, what became of parked
# records and timers) then comes from that backup; TAKE=0 leaves it out.
set -eu
# shellcheck source=deploy/backup/steps.sh
. "$(dirname "$0")/backup/steps.sh"

prepare_backups
alone
confirm "The services stop, and all their databases are deleted and rebuilt from Kafka."
# No commands any more; what they led to gets through to the end.
# shellcheck disable=SC2046 # every word is a service
docker compose stop $(for service in $services; do echo "$service-api"; done)
running="$roles"
trap 'start_roles || true; say "the databases are as they were"' EXIT
# Timers and reactions lead to events, and these to others.
for _ in 1 2; do
    wait_until_sent
    once evidence python -m services settled
done
# shellcheck disable=SC2046 # every word is a service
docker compose stop $(for service in $services; do echo "$service-worker"; done)
name="replay-$stamp"
NAME="$name" "$(dirname "$0")/backup.sh" 9>&-

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
done
# shellcheck disable=SC2086 # every word is a service
once dumps load "$name" _compared $services
for service in $services; do
    service_run "$service" compare --with "postgresql://$service@${PGHOST:-postgres}/${service}_compared" || different=1
    drop_database "${service}_compared"
done
[ "$different" = 0 ] || refuse "the topics do not lead to what the backup holds; see above"

if [ "${TAKE:-1}" = 1 ]; then
    once dumps take "$name"
    say "vaults, rejected commands, idempotency records, timers and parked records were taken from the backup"
else
    say "vaults, rejected commands and idempotency records are only in $backups/$name"
fi
trap - EXIT
start_roles
say "0 differences between what the topics lead to and the backup $backups/$name"
