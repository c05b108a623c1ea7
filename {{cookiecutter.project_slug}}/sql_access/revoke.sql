-- Allows only the application and pg_monitor to call functions that act on the server, run SQL from a text, or
-- show the statements of others. By default, PostgreSQL allows every role to call them. The SQL tools need none.
--
-- Only a superuser or the owner of a function can revoke it. A notice names each function that is left.
DO $revoke$
DECLARE
    application name := coalesce(
        nullif(current_setting('sql_access.application', true), ''),
        (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
    );
    taken record;
BEGIN
    FOR taken IN
        SELECT p.oid::regprocedure AS signature, pg_has_role(p.proowner, 'USAGE') AS may, prokind
        FROM pg_proc p
        WHERE has_function_privilege('public', p.oid, 'EXECUTE')
          AND prorettype::regtype::text !~ 'trigger|handler|internal'
          AND p.oid::regprocedure::text <> 'sql_access_tenant()'
          AND proname NOT IN (
              -- These only compute, although each call returns another value.
              'array_sample', 'array_shuffle', 'clock_timestamp', 'gen_random_uuid', 'random',
              'random_normal', 'setseed', 'timeofday', 'uuidv4', 'uuidv7'
          )
          AND (
              provolatile = 'v'
              OR (prosecdef AND pronamespace <> 'pg_catalog'::regnamespace)
              OR (
                  pronamespace = 'pg_catalog'::regnamespace
                  AND proname ~ '_to_xml|^txid_|_xact_id|^pg_stat_get_(activity|backend_activity)$'
              )
          )
        ORDER BY p.oid
    LOOP
        IF taken.may THEN
            EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', taken.signature);
            -- Monitoring, which is a member of pg_monitor, needs some of them.
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I, pg_monitor', taken.signature, application);
        ELSE
            RAISE NOTICE '%', taken.signature;
        END IF;
    END LOOP;
END
$revoke$;
