#!/usr/bin/env bash
# An authority of our own, and the certificates that compose.prod.yml needs: brokers, their administrator, PostgreSQL.
# What is there is kept; --renew makes new ones under the same authority (new keys, same names).
set -euo pipefail
umask 077

days_of_authority=3650
days=825
warn_days=60
directory="${SECRETS_DIR:-secrets}/tls"
renew=""

fail() {
    echo "certificates: $*" >&2
    exit 1
}

case "${1:-}" in
    "") ;;
    --renew) renew=yes ;;
    *) fail "unknown argument $1; usage: deploy/certificates.sh [--renew]" ;;
esac
command -v openssl >/dev/null || fail "openssl is needed; install it"
mkdir -p "$directory"
work="$(mktemp -d "$directory/.new.XXXXXX")"
trap 'rm -rf "$work"' EXIT

# $1 file, $2 subject, $3 certificate extensions: a key and a request for it, in the working directory.
request() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$1.key" 2>/dev/null
    openssl req -new -sha256 -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
    printf '%s\n' "$3" >"$work/$1.ext"
}

authority() {
    if [ -e "$directory/ca.pem" ]; then return; fi
    if [ -n "$(ls "$directory")" ]; then
        fail "ca.pem is missing among the certificates in $directory: put it back, or move $directory away to start anew"
    fi
    request ca "/O=Sangsaeng/CN=Sangsaeng internal authority" \
        "basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash"
    openssl x509 -req -sha256 -in "$work/ca.csr" -signkey "$work/ca.key" -days "$days_of_authority" \
        -extfile "$work/ca.ext" -out "$work/ca.pem" 2>/dev/null
    mv "$work/ca.key" "$directory/ca.key"
    # Public: everybody who has to trust the authority reads it.
    chmod 0644 "$work/ca.pem"
    mv "$work/ca.pem" "$directory/ca.pem"
    echo "certificates: made $directory/ca.pem and its key; keep ca.key where only you can read it, best off this machine"
}

# $1 common name, $2 what it may be used for. Key and certificate in one file, as Kafka and OpenSSL both read them.
certificate() {
    local file="$directory/$1.pem"
    if [ -e "$file" ] && [ -z "$renew" ]; then
        openssl verify -CAfile "$directory/ca.pem" "$file" >/dev/null 2>&1 ||
            fail "$file is over, or not of this authority: run deploy/certificates.sh --renew"
        openssl x509 -in "$file" -noout -checkend "$((warn_days * 86400))" >/dev/null ||
            echo "certificates: $file ends within $warn_days days: run deploy/certificates.sh --renew" >&2
        return
    fi
    [ -e "$directory/ca.key" ] || fail "$directory/ca.key is needed to make $file: put it back for as long as this takes"
    request "$1" "/O=Sangsaeng/CN=$1" \
        "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=$2
subjectAltName=DNS:$1
authorityKeyIdentifier=keyid"
    openssl x509 -req -sha256 -in "$work/$1.csr" -CA "$directory/ca.pem" -CAkey "$directory/ca.key" \
        -set_serial "0x$(openssl rand -hex 16)" -days "$days" -extfile "$work/$1.ext" -out "$work/$1.crt" 2>/dev/null
    cat "$work/$1.key" "$work/$1.crt" >"$work/$1.pem"
    mv "$work/$1.pem" "$file"
    echo "certificates: made $file"
}

authority
for broker in kafka kafka-2 kafka-3; do certificate "$broker" serverAuth,clientAuth; done
certificate kafka-admin clientAuth
certificate postgres serverAuth

# As with the secrets: what a service reads belongs to the user it runs as, and when root calls that is the image's own.
if [ "$(id -u)" -eq 0 ]; then chown 10001 "$directory/kafka-admin.pem"; fi
