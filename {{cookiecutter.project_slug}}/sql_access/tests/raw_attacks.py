"""Attacks in the SQL of one database each, which are sent to it without the parser.

Without the parser, a statement may still read what PostgreSQL's catalogs show to every role: names of tables,
columns and roles, settings of the server, and the number of rows of a table. So no attack here reads these.
"""

POSTGRESQL = """
SELECT set_config('role', 'none', true), name FROM sample_secret
SELECT set_config('role', 'postgres', true)
SELECT set_config('session_authorization', 'postgres', true)
SELECT set_config('transaction_read_only', 'off', true)
SELECT set_config('statement_timeout', '0', true), pg_sleep(9)
WITH x AS MATERIALIZED (SELECT set_config('statement_timeout', '0', true)) SELECT pg_sleep(9) FROM x
SELECT set_config('statement_timeout', '0', true), count(*) FROM generate_series(1, 10000000000)
SELECT set_config('work_mem', '1GB', false), set_config('search_path', 'pg_temp', false)
SELECT set_config('log_statement', 'all', false)
SELECT set_config('temp_file_limit', '-1', true)
SELECT set_config('default_transaction_read_only', 'off', false)
SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM sample_secret')
SELECT d.ts_stat FROM unnest(ARRAY['SELECT to_tsvector(password) FROM sample_customer']) AS d
SELECT ts_rewrite('a'::tsquery, 'SELECT name::tsquery, name::tsquery FROM sample_secret')
SELECT query_to_xml('SELECT * FROM sample_secret', true, true, '')
SELECT table_to_xml('sample_secret', true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT cursor_to_xml('answer', 1, true, true, '')
SELECT query_to_xml('DELETE FROM sample_order RETURNING 1', true, true, '')
SELECT pg_read_file('/etc/passwd'), name FROM sample_secret
SELECT pg_ls_dir('.')
SELECT lo_import('/etc/passwd')
SELECT lo_from_bytea(0, 'x')
SELECT lo_create(0)
SELECT pg_notify('x', 'y')
SELECT pg_logical_emit_message(false, 'x', 'y')
SELECT pg_export_snapshot()
SELECT txid_current()
SELECT pg_advisory_lock(1), pg_sleep(9)
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
SELECT query FROM pg_stat_activity
SELECT pg_reload_conf()
SELECT pg_create_physical_replication_slot('evil', true)
SELECT nextval('sample_id_seq')
SELECT dblink('dbname=postgres', 'SELECT 1')
SELECT most_common_vals FROM pg_stats WHERE tablename IN ('sample_secret', 'sample_customer')
SELECT prosrc FROM pg_proc WHERE proname = 'sql_access_tenant'
SELECT key FROM sql_access_key
SELECT rolpassword FROM pg_authid
SELECT (c).password FROM sample_customer AS c
SELECT c FROM sample_customer AS c
SELECT row_to_json(c) FROM sample_customer AS c
SELECT password::integer FROM sample_customer
SELECT * FROM sample_order FOR UPDATE
WITH x AS (DELETE FROM sample_order RETURNING *) SELECT * FROM x
SELECT * INTO stolen FROM sample_category
COPY sample_order TO STDOUT
COPY (SELECT 1) TO PROGRAM 'id'
DO $$ BEGIN PERFORM pg_sleep(9); END $$
SET ROLE postgres
RESET ROLE
SET SESSION AUTHORIZATION DEFAULT
SET statement_timeout = 0
SELECT 1; DELETE FROM sample_order
SELECT 1) AS q; COMMIT; SELECT (1
SELECT EXTRACT(YEAR FROM CURRENT_DATE), SET_CONFIG(LOWER('ROLE'), LOWER('NONE'), TRUE)
SELECT upper(repeat('x', 100000000)) FROM generate_series(1, 1000)
SELECT repeat('x', 1000000000)
"""

SQLITE = """
SELECT count(*) FROM SAMPLE_SECRET
SELECT COUNT(*) FROM MAIN.SAMPLE_SECRET
SELECT * FROM "MAIN"."SAMPLE_SECRET"
SELECT PASSWORD FROM SAMPLE_CUSTOMER
SELECT count(*) FROM SQLITE_MASTER
SELECT sql FROM sqlite_schema
SELECT sql FROM SQLITE_TEMP_SCHEMA
SELECT count(*) FROM pragma_table_info('sample_secret')
SELECT count(*) FROM PRAGMA_DATABASE_LIST
SELECT count(*) FROM dbstat
SELECT count(*) FROM JSON_EACH('[1, 2]')
WITH RECURSIVE x AS (SELECT name FROM sample_secret UNION ALL SELECT name FROM x) SELECT * FROM x
ATTACH 'other.sqlite3' AS other
PRAGMA query_only = OFF
PRAGMA writable_schema = ON
SELECT load_extension('x')
SELECT LOAD_EXTENSION('x')
SELECT fts3_tokenizer('simple')
SELECT readfile('/etc/passwd')
CREATE TEMP TABLE x AS SELECT * FROM sample_secret
DELETE FROM sample_order
SELECT zeroblob(1000000000)
SELECT group_concat(a.note) FROM sample_order a, sample_order b, sample_order c, sample_order d
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n
WITH RECURSIVE n(t) AS (SELECT hex(hex('xx')) UNION ALL SELECT upper(t) FROM n) SELECT t FROM n ORDER BY t
"""

MYSQL = """
SELECT sleep(9)
SELECT benchmark(10000000000, md5('x'))
SELECT timestampdiff(DAY, NOW(), NOW()), sleep(9), timestampdiff(DAY, NOW(), NOW())
SELECT get_lock('x', 9), sleep(9)
SELECT load_file('/etc/passwd')
SELECT * FROM mysql.user
SELECT * FROM information_schema.processlist
SELECT name FROM SHOP.sample_secret
SELECT password FROM sample_customer
SELECT * FROM sample_customer
SELECT @@datadir
SELECT 1 INTO OUTFILE '/tmp/x'
SELECT 1) UNION (SELECT name FROM sample_secret
SET PASSWORD = PASSWORD('x')
ALTER USER USER() IDENTIFIED BY 'x'
SET GLOBAL max_connections = 1
DELETE FROM sample_order
WITH x AS (SELECT name FROM sample_secret) SELECT * FROM x
DO sleep(9)
CALL x()
KILL 1
SET STATEMENT max_statement_time = 0 FOR SELECT sleep(9)
SELECT a.id FROM sample_order a, sample_order b ORDER BY sleep(1)
"""

RAW = {
    vendor: [line for line in text.splitlines() if line]
    for vendor, text in {"postgresql": POSTGRESQL, "sqlite": SQLITE, "mysql": MYSQL}.items()
}
