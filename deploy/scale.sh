#!/bin/sh
# Runs as many replicas of one service's roles as are asked for, and remembers it in .env for the next `make up`.
set -eu
environment="${ENV_FILE:-.env}"
service="${SERVICE:-}"
if [ -z "$service" ] || [ -z "${API:-}${WORKERS:-}" ]; then
    echo "say which service and how many: make scale SERVICE=matching API=3 WORKERS=2" >&2
    exit 2
fi
if ! docker compose config --services | grep -qx "$service-api"; then
    echo "there is no service $service; there are: $(docker compose config --services | sed -n 's/-api$//p' | sort | tr '\n' ' ')" >&2
    exit 2
fi
touch "$environment"
name=$(echo "$service" | tr '[:lower:]' '[:upper:]')

remember() { # role, count
    case "$2" in
        "" | *[!0-9]* | 0?*) echo "$2 is no number of replicas" >&2; exit 2 ;;
    esac
    sed -i.old "/^${name}_$1_REPLICAS=/d" "$environment" && rm -f "$environment.old"
    echo "${name}_$1_REPLICAS=$2" >>"$environment"
}

roles=""
if [ -n "${API:-}" ]; then remember API "$API"; roles="$service-api"; fi
if [ -n "${WORKERS:-}" ]; then remember WORKER "$WORKERS"; roles="$roles $service-worker"; fi
# shellcheck disable=SC2086 # two words are two services
docker compose up --detach --no-deps --no-recreate --wait $roles
docker compose ps --format 'table {{.Service}}\t{{.Name}}\t{{.Status}}' $roles
