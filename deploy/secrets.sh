#!/bin/sh
# Draws the secrets of a deployment into files that only their owner can read. What is there stays as it is: a vault key
# that is lost or replaced makes the vault unreadable for ever.
#
# Containers read the files as the user who owns them, so their owner is written to .env as SANGSAENG_USER. When root
# calls, they are given to the image's own users instead: no container runs as root on account of its secrets.
set -eu
directory="${SECRETS_DIR:-secrets}"
environment="${ENV_FILE:-.env}"
service_user=10001
postgres_user=999
umask 077
mkdir -p "$directory"
drawn=0

draw() { # name, command that prints the secret
    file="$directory/$1"
    shift
    if [ ! -s "$file" ]; then
        "$@" | tr -d '\n' >"$file.new"
        mv "$file.new" "$file"
        drawn=$((drawn + 1))
    fi
    chmod 600 "$file"
}

draw postgres_password openssl rand -hex 24
draw grafana_admin_password openssl rand -hex 16
draw token_key openssl rand -base64 32
draw fingerprint_key openssl rand -base64 32
for service in registration matching consultation grants; do
    draw "${service}_database_password" openssl rand -hex 24
    draw "${service}_vault_key" openssl rand -base64 32
    draw "${service}_kafka_password" openssl rand -hex 24
done
draw auditor_kafka_password openssl rand -hex 24

if [ "$(id -u)" -eq 0 ]; then
    find "$directory" -maxdepth 1 -type f -exec chown "$service_user" {} +
    chown "$postgres_user" "$directory/postgres_password"
    user=$service_user
else
    user=$(id -u)
fi
touch "$environment"
sed -i.old '/^SANGSAENG_USER=/d' "$environment" && rm -f "$environment.old"
echo "SANGSAENG_USER=$user" >>"$environment"
echo "$drawn secrets drawn, $(find "$directory" -type f | wc -l | tr -d ' ') in $directory/; keep a copy of them apart from the backups"
