-- Takes from everybody but the application which functions act on the server, run SQL that they are given,
-- or tell what others do: nobody who reads with the SQL tools needs them. PostgreSQL lets everybody call
-- every function that is not taken away.
--
-- Each is taken by whoever may: a superuser, or the owner of the function. The others are named in notices.
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
              -- These only compute, though no two calls give the same.
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
            -- pg_monitor: what watches the server needs some of them.
            EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I, pg_monitor', taken.signature, application);
        ELSE
            RAISE NOTICE '%', taken.signature;
        END IF;
    END LOOP;
END
$revoke$;
