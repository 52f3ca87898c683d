#!/bin/sh
# Replays all services from the topics into databases of an auditor's own, beside a deployment that works on, and
# compares. The auditor's role may read the live databases (of the vaults only how much there is) and write nothing but
# its own; role and databases are gone afterwards.
set -eu
# shellcheck source=deploy/backup/steps.sh
. "$(dirname "$0")/backup/steps.sh"

suffix=$(echo "$stamp" | tr '[:upper:]' '[:lower:]')_$$
auditor="auditor_$suffix"
AUDITOR_PASSWORD=$(openssl rand -hex 24)
export AUDITOR_PASSWORD
prepare_backups

leave() {
    for service in $services; do
        drop_database "audit_${suffix}_$service"
        sql --dbname "$service" --set auditor="$auditor" <<'SQL'
DROP OWNED BY :"auditor";
SQL
    done
    echo 'DROP ROLE :"auditor"' | sql --set auditor="$auditor"
}

sql --set auditor="$auditor" --set password="$AUDITOR_PASSWORD" <<'SQL'
CREATE ROLE :"auditor" LOGIN PASSWORD :'password' CONNECTION LIMIT 16;
SQL
trap leave EXIT
for service in $services; do
    empty_database "audit_${suffix}_$service" "$auditor"
    sql --dbname "$service" --set service="$service" --set auditor="$auditor" <<'SQL'
GRANT CONNECT ON DATABASE :"service" TO :"auditor";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"auditor";
REVOKE SELECT ON vault_keys, vault_entries, vault_log, idempotency, parked FROM :"auditor";
GRANT SELECT (subject_id) ON vault_keys TO :"auditor";
GRANT SELECT (reference) ON vault_entries TO :"auditor";
GRANT SELECT (sequence) ON vault_log TO :"auditor";
GRANT SELECT (created_at) ON idempotency TO :"auditor";
GRANT SELECT (parked_id) ON parked TO :"auditor";
SQL
done
once --env AUDITOR_PASSWORD evidence python -m services audit-replay \
    --server "postgresql://$auditor@${PGHOST:-postgres}" --apart "audit_$suffix"
