# Sourced by the scripts beside it: how they speak, and what they run in containers of the deployment.
services="registration matching consultation grants"
roles=$(for service in $services; do echo "$service-api $service-worker"; done)
backups="${BACKUPS_DIR:-backups}"
stamp=$(date -u +%Y%m%dT%H%M%SZ)

say() { echo "$(basename "$0" .sh): $*" >&2; }

refuse() {
    say "$*"
    exit 1
}

# Asks before something is taken away; YES=1 is the answer of whoever cannot be asked.
confirm() { # what will happen
    [ "${YES:-}" = 1 ] && return
    [ -t 0 ] || refuse "$* Say YES=1 to go on without being asked."
    printf '%s\nGo on? Type yes: ' "$*" >&2
    read -r answer
    [ "$answer" = yes ] || refuse "nothing was done"
}

# Two of these at once would start what the other one stops.
alone() {
    exec 9>"$backups/.lock"
    if command -v flock >/dev/null; then
        flock --nonblock 9 || refuse "another backup, restore or replay is at work on this deployment; wait for it"
    fi
}

# Removed whatever happens, so that names of runs never clash.
once() { docker compose run --rm --no-deps -T "$@" </dev/null; }

# A command of one service with that service's settings and secrets.
service_run() { # service, command and arguments
    run_for=$1
    shift
    once --volume "$BACKUPS_DIR:/backups:ro" "$run_for-migrate" python -m "services.$run_for" "$@"
}

# As the server's superuser, over the socket inside its container.
sql() { docker compose exec -T --env PGOPTIONS=--client-min-messages=warning postgres psql --quiet --no-psqlrc --tuples-only --no-align --set ON_ERROR_STOP=1 --username postgres "$@"; }

empty_database() { # name, owner
    sql --set name="$1" --set owner="$2" <<'SQL'
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
CREATE DATABASE :"name" OWNER :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
}

drop_database() { # name
    echo 'DROP DATABASE IF EXISTS :"name" WITH (FORCE)' | sql --set name="$1"
}

# Containers read and write backups as the user who reads the secrets; root hands over to that user.
hand_over() { # files and folders
    [ "$(id -u)" -eq 0 ] || return 0
    user="${SANGSAENG_USER:-$(sed -n 's/^SANGSAENG_USER=//p' "${ENV_FILE:-.env}" 2>/dev/null)}"
    chown -R "${user:-10001}" "$@"
}

prepare_backups() {
    mkdir -p "$backups"
    chmod 700 "$backups"
    hand_over "$backups"
    BACKUPS_DIR=$(cd "$backups" && pwd)
    export BACKUPS_DIR
}

# Whether something recorded waits for the bus, or a timer is due. Only while no commands come.
pending() {
    for service in $services; do
        sql --dbname "$service" <<'SQL'
SELECT 1 FROM outbox
UNION ALL
SELECT 1 FROM timers
WHERE status = 'pending' AND due_at <= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
LIMIT 1;
SQL
    done
}

wait_until_sent() {
    waited=0
    while [ -n "$(pending)" ]; do
        [ "$waited" -lt 120 ] || refuse "after two minutes events still wait for the bus; do the workers run?"
        sleep 1
        waited=$((waited + 1))
    done
}

# Kafka and PostgreSQL, started where they do not run.
start_stores() {
    if [ "$(docker compose ps --services --status running | grep -cx -e kafka -e postgres)" != 2 ]; then
        docker compose up --detach --wait --no-build kafka postgres
    fi
}

# Which of the roles run now, so that the same ones run again afterwards; all of the deployment, if none does.
stop_roles() {
    running=$(docker compose ps --services --status running | grep -E -- '-(api|worker)$' || true)
    # shellcheck disable=SC2086 # every word is a service
    [ -z "$running" ] || docker compose stop $running
}

start_roles() {
    # shellcheck disable=SC2086 # every word is a service
    if [ -n "$running" ]; then
        docker compose start --wait $running
    else
        docker compose up --detach --wait --no-build
    fi
}
