-- One database as of one moment: its dump, the heads of its streams and what it holds, all in the same snapshot.
-- Variables: service; the environment has DIRECTORY and SERVICE.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --format=custom --no-owner --no-privileges --snapshot="$SNAPSHOT" --file="$DIRECTORY/$SERVICE.dump"
\if :SHELL_ERROR
    \warn the database could not be dumped
    \quit 3
\endif
\o | cat > "$DIRECTORY/$SERVICE.heads"
SELECT concat_ws(' ', :'service', e.stream_id, e.version, e.hash)
FROM events e
JOIN (SELECT stream_id, max(version) AS version FROM events GROUP BY stream_id) AS last USING (stream_id, version);
\o | cat > "$DIRECTORY/$SERVICE.facts"
SELECT json_build_object(
    'service', :'service',
    'revision', (SELECT version_num FROM alembic_version),
    'events', (SELECT count(*) FROM events),
    'inbox', (SELECT count(*) FROM inbox),
    'types', (
        SELECT coalesce(json_agg(name ORDER BY name), '[]')
        FROM (SELECT DISTINCT format('%s.v%s', type, schema_version) AS name FROM events) AS types
    ),
    'kept', json_build_object(
        'rejected_commands', (SELECT count(*) FROM rejected_commands),
        'idempotency', (SELECT count(*) FROM idempotency),
        'parked', (SELECT count(*) FROM parked),
        'timers', (SELECT count(*) FROM timers),
        'vault_keys', (SELECT count(*) FROM vault_keys),
        'vault_entries', (SELECT count(*) FROM vault_entries),
        'vault_log', (SELECT count(*) FROM vault_log)
    )
);
\o
COMMIT;
