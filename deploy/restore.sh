#!/bin/sh
# Restores the services' databases from a backup, takes from the topics what happened since, fills topics that lack
# something, and checks everything before the services work again. The databases as they were are kept beside.
#
#   FROM=backups/<time>    the backup
#   ONLY="matching"        only these services; the others stay as they are
#   YES=1                  do not ask
set -eu
# shellcheck source=deploy/backup/steps.sh
. "$(dirname "$0")/backup/steps.sh"

[ -n "${FROM:-}" ] || refuse "say which backup: make restore FROM=backups/<time>"
[ -d "$FROM" ] || refuse "there is no backup $FROM"
only="${ONLY:-$services}"
for service in $only; do
    case " $services " in *" $service "*) ;; *) refuse "there is no service $service; there are: $services" ;; esac
done
prepare_backups
alone
FROM=$(cd "$FROM" && pwd)
BACKUPS_DIR=$(dirname "$FROM")
export BACKUPS_DIR
name=$(basename "$FROM")
hand_over "$FROM"

once evidence python -m services backup check "/backups/$name" || refuse "nothing was changed"
confirm "The services stop, and the databases of $(echo "$only" | tr ' ' ',') become what $name and the topics say."

start_stores
once databases >/dev/null
once topics >/dev/null
stop_roles
trap 'start_roles || true; say "nothing was changed"' EXIT
for service in $only; do
    empty_database "${service}_restored" "$service"
done
# shellcheck disable=SC2086 # every word is a service
once dumps load "$name" _restored $only

before="_before_$stamp"
trap 'say "the services stay stopped: what was said above has to be mended first. The databases as they were:"
    sql --command "SELECT datname FROM pg_database WHERE datname LIKE '"'%$before'"'"' EXIT
for service in $only; do
    sql --set service="$service" --set before="$service$before" --set restored="${service}_restored" <<'SQL'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN (:'service', :'restored') \g /dev/null
ALTER DATABASE :"service" RENAME TO :"before";
ALTER DATABASE :"restored" RENAME TO :"service";
SQL
done

# What a lost database and a lost topic both knew, others may have taken in.
for service in $services; do
    service_run "$service" republish --taken-in
done
for service in $only; do
    service_run "$service" restore --backup "/backups/$name" \
        --erased-in "postgresql://$service@${PGHOST:-postgres}/$service$before"
done
trap - EXIT
start_roles
say "restored from $name. The databases as they were are kept as <service>$before; when nobody needs them any more:"
say "for s in $only; do docker compose exec postgres dropdb -U postgres \${s}$before; done"
