#!/usr/bin/env bash
# Runs in the job `keys` of compose.prod.yml: each server's key and the authority's certificate into the server's own
# volume, owned by the user the server's image runs as. The gateway makes or fetches its own.
set -euo pipefail
kafka=1000
postgres=999
gateway=10001

hand_over() { # $1 server, $2 its user
    install -o "$2" -g "$2" -m 0400 "/run/secrets/tls_$1" "/keys/$1/key.pem"
    install -o "$2" -g "$2" -m 0444 /run/secrets/tls_ca "/keys/$1/ca.pem"
}

for broker in kafka kafka_2 kafka_3; do hand_over "$broker" "$kafka"; done
hand_over postgres "$postgres"
chown "$gateway:$gateway" /gateway
chmod 0700 /gateway
