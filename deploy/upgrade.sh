#!/bin/sh
# Replaces all running services by what is built now, one after another, without a failed request: the new replicas are
# ready before the old ones are told to stop, and whoever is told to stop answers what it has begun.
#
# Tables are migrated first, so a release must leave tables as they are or widen them: old replicas still run then.
set -eu
compose="docker compose"

log() { echo "upgrade: $*" >&2; }

replace() { # service of the compose file
    old=$($compose ps --quiet "$1")
    count=$(echo "$old" | grep -c . || true)
    if [ "$count" -eq 0 ]; then
        log "$1 does not run; left alone"
        return
    fi
    log "$1: $count new beside $count old"
    $compose up --detach --no-deps --no-recreate --wait --scale "$1=$((count * 2))" "$1" >/dev/null 2>&1 || {
        $compose logs --tail 20 "$1" >&2
        log "the new $1 does not become ready; the old one goes on. Mend it and call again."
        exit 1
    }
    for container in $old; do
        docker stop --time 40 "$container" >/dev/null
        docker rm "$container" >/dev/null
    done
}

services=$($compose config --services | sed -n 's/-api$//p' | sort)
$compose build --quiet topics
$compose run --rm --no-deps topics
for service in $services; do
    $compose run --rm --no-deps "$service-migrate"
done
for service in $services; do
    replace "$service-api"
    replace "$service-worker"
done
log "all services run what was built"
