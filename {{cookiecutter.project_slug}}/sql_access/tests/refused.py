"""Statements that every database must refuse, including those in the SQL of another database.

Collected from reports about database servers for MCP (among them CVE-2026-12045 of pgAdmin, and those of
server-postgres, mcp-database-server and pgedge-postgres-mcp), from lists of SQL injections, and from the
manuals of the databases.
"""

# More than one statement, and ways to end the transaction around it.
STACKED = """
SELECT 1; SELECT 2
COMMIT; DELETE FROM sample_order
ROLLBACK; DELETE FROM sample_order
SELECT 1; COMMIT; DELETE FROM sample_order
END; DELETE FROM sample_order
ABORT; DELETE FROM sample_order
COMMIT AND CHAIN; DELETE FROM sample_order
SELECT 1;; DELETE FROM sample_order
SELECT 1 /* ; */ ; DELETE FROM sample_order --
; DELETE FROM sample_order
SELECT 1; SET ROLE postgres
SELECT 1; SET TRANSACTION READ WRITE
SELECT 1); DELETE FROM sample_order; SELECT (1
SELECT 1) AS q; DELETE FROM sample_order; SELECT * FROM (SELECT 1
SELECT 'a'; DROP TABLE sample_order; --'
SELECT $$a$$; DELETE FROM sample_order; SELECT $$b$$
SELECT E'\\'; DELETE FROM sample_order; --'
BEGIN; DELETE FROM sample_order; COMMIT
START TRANSACTION READ WRITE
SAVEPOINT a
RELEASE SAVEPOINT a
PREPARE TRANSACTION 'a'
"""

# Statements that write, and queries with a part that writes.
WRITES = """
DELETE FROM sample_order
UPDATE sample_order SET total = 0
INSERT INTO sample_order (id) VALUES (9)
INSERT INTO sample_order SELECT * FROM sample_order
REPLACE INTO sample_category VALUES (1, 'x')
INSERT OR REPLACE INTO sample_category VALUES (1, 'x')
INSERT INTO sample_category VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'x'
INSERT INTO sample_category VALUES (1, 'x') ON DUPLICATE KEY UPDATE name = 'x'
MERGE INTO sample_category c USING sample_order o ON c.id = o.id WHEN MATCHED THEN DELETE
TRUNCATE sample_order
TRUNCATE TABLE sample_order CASCADE
DROP TABLE sample_order
DROP SCHEMA public CASCADE
DROP DATABASE postgres
ALTER TABLE sample_order ADD COLUMN x integer
ALTER ROLE postgres PASSWORD 'x'
ALTER SYSTEM SET log_statement = 'all'
CREATE TABLE x (id integer)
CREATE TABLE x AS SELECT * FROM sample_secret
CREATE TEMP TABLE x AS SELECT * FROM sample_secret
CREATE TEMPORARY VIEW sample_category AS SELECT * FROM sample_secret
CREATE MATERIALIZED VIEW x AS SELECT 1
CREATE INDEX x ON sample_order (total)
CREATE FUNCTION f() RETURNS integer AS 'SELECT 1' LANGUAGE sql
CREATE OR REPLACE FUNCTION pg_temp.f() RETURNS integer AS 'SELECT 1' LANGUAGE sql
CREATE TRIGGER t AFTER INSERT ON sample_order BEGIN DELETE FROM sample_order; END
CREATE EXTENSION dblink
CREATE USER attacker PASSWORD 'x'
CREATE ROLE attacker SUPERUSER LOGIN
GRANT ALL ON sample_secret TO PUBLIC
REVOKE ALL ON sample_order FROM postgres
SELECT * INTO x FROM sample_order
SELECT 1 INTO TEMP x
SELECT id INTO @x FROM sample_order LIMIT 1
SELECT @x := 1
SET @x = 1
WITH gone AS (DELETE FROM sample_order RETURNING *) SELECT * FROM gone
WITH x AS (UPDATE sample_order SET total = 0 RETURNING id) SELECT count(*) FROM x
WITH x AS (INSERT INTO sample_category VALUES (9, 'x') RETURNING *) SELECT * FROM x
WITH x AS (SELECT 1) DELETE FROM sample_order
WITH x AS (SELECT 1) INSERT INTO sample_category SELECT 9, 'x' FROM x
SELECT * FROM (DELETE FROM sample_order RETURNING *) AS x
SELECT * FROM sample_order FOR UPDATE
SELECT * FROM sample_order FOR NO KEY UPDATE
SELECT * FROM sample_order FOR SHARE
SELECT * FROM sample_order FOR UPDATE SKIP LOCKED
SELECT * FROM sample_order LOCK IN SHARE MODE
LOCK TABLE sample_order
LOCK TABLES sample_order WRITE
UNLOCK TABLES
VACUUM
VACUUM INTO '/tmp/x'
ANALYZE
REINDEX TABLE sample_order
CLUSTER sample_order
CHECKPOINT
OPTIMIZE TABLE sample_order
REPAIR TABLE sample_order
COMMENT ON TABLE sample_order IS 'x'
REFRESH MATERIALIZED VIEW x
NOTIFY x
LISTEN x
DISCARD ALL
DEALLOCATE ALL
PREPARE x AS DELETE FROM sample_order
EXECUTE x
EXECUTE IMMEDIATE 'DELETE FROM sample_order'
DECLARE c CURSOR FOR SELECT 1
FETCH ALL FROM c
DO $$ BEGIN DELETE FROM sample_order; END $$
DO SLEEP(9)
CALL x()
HANDLER sample_secret OPEN
HANDLER sample_secret READ FIRST
FLUSH TABLES
KILL 1
SHUTDOWN
INSTALL PLUGIN x SONAME 'x.so'
IMPORT FOREIGN SCHEMA x FROM SERVER x INTO public
EXPLAIN ANALYZE DELETE FROM sample_order
EXPLAIN ANALYSE SELECT 1
EXPLAIN (ANALYZE) DELETE FROM sample_order
EXPLAIN (ANALYZE true, COSTS off) SELECT 1
EXPLAIN (COSTS off, ANALYZE) SELECT 1
EXPLAIN /**/ ANALYZE SELECT 1
EXPLAIN VERBOSE DELETE FROM sample_order
EXPLAIN DELETE FROM sample_order
EXPLAIN SELECT * FROM sample_secret
EXPLAIN EXTENDED SELECT 1
EXPLAIN FORMAT=JSON SELECT * FROM sample_secret
"""

# Settings and roles.
SETTINGS = """
SET ROLE postgres
RESET ROLE
SET SESSION AUTHORIZATION DEFAULT
SET statement_timeout = 0
SET LOCAL statement_timeout = 0
SET TRANSACTION READ WRITE
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
SET GLOBAL read_only = 0
SET PASSWORD = 'x'
SET max_statement_time = 0
SET sql_mode = 'ANSI_QUOTES'
RESET ALL
SHOW ALL
SHOW server_version
SHOW GRANTS
SHOW DATABASES
SHOW VARIABLES
SHOW PROCESSLIST
SHOW FULL
SHOW COLUMNS FROM sample_secret
SHOW CREATE TABLE sample_secret
DESCRIBE sample_secret
PRAGMA writable_schema = ON
PRAGMA query_only = OFF
PRAGMA journal_mode = DELETE
PRAGMA table_info(sample_secret)
PRAGMA database_list
ATTACH DATABASE '/tmp/x.sqlite3' AS x
DETACH DATABASE main
USE mysql
SELECT set_config('role', 'postgres', true)
SELECT set_config('statement_timeout', '0', true)
SELECT set_config('transaction_read_only', 'off', true)
SELECT set_config('app.tenant', '*', true)
SELECT current_setting('data_directory')
SELECT @@version
SELECT @@datadir
SELECT @@global.secure_file_priv
SELECT user
SELECT current_user
SELECT session_user
SELECT current_role
SELECT system_user
SELECT current_catalog
SELECT current_schema
SELECT USER()
SELECT SYSTEM_USER()
SELECT DATABASE()
SELECT VERSION()
SELECT CONNECTION_ID()
SELECT current_database()
SELECT inet_server_addr()
SELECT pg_backend_pid()
SELECT sqlite_version()
SELECT sqlite_compileoption_get(1)
"""

# Reading tables that are not exposed.
OTHER_TABLES = """
SELECT * FROM sample_secret
SELECT count(*) FROM sample_secret
SELECT 1 FROM sample_secret
TABLE sample_secret
SELECT * FROM "sample_secret"
SELECT * FROM SAMPLE_SECRET
SELECT * FROM `sample_secret`
SELECT * FROM [sample_secret]
SELECT * FROM public.sample_secret
SELECT * FROM main.sample_secret
SELECT * FROM temp.sample_secret
SELECT * FROM mysql.user
SELECT * FROM ONLY sample_secret
SELECT * FROM (sample_secret)
SELECT * FROM (SELECT * FROM sample_secret) AS sample_category
SELECT * FROM sample_order, sample_secret
SELECT * FROM sample_order JOIN sample_secret USING (id)
SELECT * FROM sample_order NATURAL JOIN sample_secret
SELECT * FROM (sample_order JOIN sample_secret ON true)
SELECT (SELECT name FROM sample_secret LIMIT 1)
SELECT id FROM sample_order WHERE EXISTS (SELECT 1 FROM sample_secret WHERE name LIKE 'SECRET%')
SELECT id FROM sample_order WHERE status IN (SELECT name FROM sample_secret)
SELECT id FROM sample_order WHERE status IN sample_secret
SELECT id FROM sample_order ORDER BY (SELECT name FROM sample_secret LIMIT 1)
SELECT id FROM sample_order GROUP BY id HAVING id < (SELECT count(*) FROM sample_secret)
SELECT id FROM sample_order LIMIT (SELECT count(*) FROM sample_secret)
SELECT CASE WHEN (SELECT count(*) FROM sample_secret) > 0 THEN 1 END
SELECT sum(id) OVER (ORDER BY (SELECT max(name) FROM sample_secret)) FROM sample_order
SELECT count(*) FILTER (WHERE id IN (SELECT id FROM sample_secret)) FROM sample_order
SELECT id FROM sample_order UNION SELECT id FROM sample_secret
SELECT name FROM sample_category UNION ALL SELECT name FROM sample_secret
SELECT id FROM sample_order EXCEPT SELECT id FROM sample_secret
(SELECT name FROM sample_category) UNION (TABLE sample_secret)
SELECT * FROM sample_order o, LATERAL (SELECT * FROM sample_secret s WHERE s.id = o.id) AS x
VALUES ((SELECT name FROM sample_secret LIMIT 1))
SELECT * FROM (VALUES ((SELECT name FROM sample_secret LIMIT 1))) AS v
WITH x AS (SELECT * FROM sample_secret) SELECT * FROM x
WITH sample_secret AS (SELECT * FROM sample_secret) SELECT * FROM sample_secret
WITH RECURSIVE x AS (SELECT * FROM sample_secret UNION SELECT * FROM x) SELECT * FROM x
WITH RECURSIVE a AS (SELECT * FROM sample_secret), sample_secret AS (SELECT 1) SELECT * FROM a
WITH a AS (SELECT * FROM sample_secret), sample_secret AS (SELECT 1) SELECT * FROM a
WITH "SAMPLE_SECRET" AS (SELECT 1) SELECT * FROM sample_secret
WITH Sample_Secret AS (SELECT 1) SELECT * FROM sample_secret
SELECT * FROM (WITH sample_secret AS (SELECT 1) SELECT 1) AS x, sample_secret
(WITH sample_secret AS (SELECT 1 AS id) SELECT id FROM sample_secret) UNION SELECT id FROM sample_secret
SELECT (WITH sample_secret AS (SELECT 1) SELECT 1), (SELECT max(name) FROM sample_secret)
SELECT * FROM mcp_server_mcptoken
SELECT * FROM accounts_user
SELECT * FROM django_session
SELECT * FROM auth_permission
SELECT * FROM information_schema.tables
SELECT * FROM INFORMATION_SCHEMA.COLUMNS
SELECT * FROM information_schema.processlist
SELECT * FROM performance_schema.threads
SELECT * FROM sys.session
SELECT * FROM pg_catalog.pg_roles
SELECT * FROM pg_roles
SELECT * FROM pg_authid
SELECT * FROM pg_shadow
SELECT * FROM pg_user
SELECT * FROM pg_class
SELECT * FROM pg_stat_activity
SELECT * FROM pg_settings
SELECT * FROM pg_hba_file_rules
SELECT * FROM pg_largeobject
SELECT * FROM pg_stats
SELECT * FROM pg_proc
SELECT * FROM sqlite_master
SELECT * FROM sqlite_schema
SELECT * FROM sqlite_temp_master
SELECT * FROM main.sqlite_master
SELECT * FROM pragma_table_info('sample_secret')
SELECT * FROM pragma_database_list
SELECT * FROM dbstat
SELECT * FROM sqlite_dbpage
SELECT * FROM json_each((SELECT name FROM sample_secret))
SELECT * FROM dual, sample_secret
COPY sample_order TO '/tmp/x'
COPY sample_order TO STDOUT
COPY (SELECT * FROM sample_secret) TO PROGRAM 'cat > /tmp/x'
COPY sample_order FROM PROGRAM 'id'
SELECT * FROM sample_order INTO OUTFILE '/tmp/x'
SELECT * INTO OUTFILE '/tmp/x' FROM sample_order
SELECT * FROM sample_order INTO DUMPFILE '/tmp/x'
LOAD DATA INFILE '/etc/passwd' INTO TABLE sample_order
LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE sample_order
LOAD XML INFILE '/etc/passwd' INTO TABLE sample_order
SELECT 'sample_secret'::regclass
SELECT 'sample_secret'::regclass::oid
SELECT regclass 'sample_secret'
SELECT CAST('postgres' AS regrole)
SELECT 'pg_read_file'::regproc
SELECT CAST('<a/>' AS xml)
SELECT id::sample_secret FROM sample_order
"""

# Columns that are hidden.
COLUMNS = """
SELECT password FROM sample_customer
SELECT c.password FROM sample_customer AS c
SELECT sample_customer.password FROM sample_customer
SELECT api_token FROM sample_order
SELECT * FROM sample_customer WHERE password LIKE 'SECRET%'
SELECT id FROM sample_customer ORDER BY password
SELECT count(password) FROM sample_customer
SELECT id FROM sample_order JOIN sample_customer USING (password)
SELECT (SELECT max(password)) FROM sample_customer
SELECT x.password FROM (SELECT * FROM sample_customer) AS x
SELECT public.sample_customer.password FROM sample_customer
SELECT (c).password FROM sample_customer AS c
SELECT (sample_customer.*).password FROM sample_customer
SELECT xmin FROM sample_customer
SELECT ctid FROM sample_customer
SELECT tableoid FROM sample_customer
SELECT ctid FROM sample_category
SELECT max(c.xmin) FROM sample_category AS c
SELECT c.tableoid FROM sample_category AS c
SELECT c.pg_typeof FROM sample_category AS c
SELECT c.PG_COLUMN_SIZE FROM sample_category AS c
SELECT x.pg_typeof FROM (SELECT 1 AS one) AS x
SELECT sample_category.record_out FROM sample_category
SELECT c."record_out" FROM sample_category AS c
SELECT c.hash_record FROM sample_customer AS c
SELECT (SELECT c.record_out) FROM sample_category AS c
SELECT c.id FROM sample_category AS c ORDER BY c.row_to_json
SELECT c.id FROM (sample_category AS c JOIN sample_order AS o ON o.record_out IS NULL)
SELECT c.id FROM sample_category AS c WHERE EXISTS (SELECT 1 AS record_out) AND c.record_out IS NULL
"""

# Functions that do more than compute.
FUNCTIONS = """
SELECT pg_sleep(9)
SELECT pg_sleep_for('9 seconds')
SELECT pg_sleep_until(now() + interval '9 seconds')
SELECT SLEEP(9)
SELECT BENCHMARK(1000000000, MD5('x'))
SELECT id FROM sample_order WHERE pg_sleep(9) IS NULL
SELECT id FROM sample_order ORDER BY SLEEP(9)
SELECT * FROM pg_sleep(9)
SELECT query_to_xml('SELECT * FROM sample_secret', true, true, '')
SELECT query_to_xml_and_xmlschema('SELECT * FROM sample_secret', true, true, '')
SELECT table_to_xml('sample_secret', true, true, '')
SELECT schema_to_xml('public', true, true, '')
SELECT database_to_xml(true, true, '')
SELECT cursor_to_xml('answer', 1, true, true, '')
SELECT xpath('/', query_to_xml('SELECT 1', true, true, ''))
SELECT ts_stat('SELECT name FROM sample_secret')
SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM sample_secret')
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('/etc/passwd')
SELECT pg_ls_dir('.')
SELECT * FROM pg_ls_waldir()
SELECT pg_stat_file('postgresql.conf')
SELECT pg_file_write('/tmp/x', 'x', false)
SELECT lo_import('/etc/passwd')
SELECT lo_export(1, '/tmp/x')
SELECT lo_create(0)
SELECT lo_from_bytea(0, 'x')
SELECT lo_put(1, 0, 'x')
SELECT lo_get(1)
SELECT lo_unlink(1)
SELECT dblink('dbname=postgres', 'SELECT 1')
SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS t(a integer)
SELECT dblink_exec('dbname=postgres', 'DELETE FROM sample_order')
SELECT dblink_connect('x')
SELECT postgres_fdw_get_connections()
SELECT nextval('sample_id_seq')
SELECT setval('sample_id_seq', 1)
SELECT currval('sample_id_seq')
SELECT lastval()
SELECT pg_notify('x', 'y')
SELECT pg_advisory_lock(1)
SELECT pg_advisory_xact_lock(1)
SELECT pg_try_advisory_lock(1)
SELECT pg_logical_emit_message(false, 'x', 'y')
SELECT pg_logical_slot_get_changes('x', NULL, NULL)
SELECT pg_create_logical_replication_slot('x', 'pgoutput')
SELECT pg_create_restore_point('x')
SELECT pg_import_system_collations('public')
SELECT pg_export_snapshot()
SELECT pg_terminate_backend(1)
SELECT pg_cancel_backend(1)
SELECT pg_reload_conf()
SELECT pg_rotate_logfile()
SELECT pg_switch_wal()
SELECT pg_promote()
SELECT pg_stat_reset()
SELECT pg_stat_statements_reset()
SELECT pg_log_backend_memory_contexts(1)
SELECT txid_current()
SELECT pg_get_functiondef(1)
SELECT pg_get_viewdef('sample_secret')
SELECT pg_relation_size('sample_secret')
SELECT pg_database_size('postgres')
SELECT has_table_privilege('sample_secret', 'SELECT')
SELECT to_regclass('sample_secret')
SELECT obj_description('sample_secret'::regclass)
SELECT format_type(1, 1)
SELECT current_schemas(true)
SELECT pg_catalog.pg_sleep(9)
SELECT public.f()
SELECT "pg_sleep"(9)
SELECT "lower"('X')
SELECT PG_SLEEP (9)
SELECT pg_sleep/**/(9)
SELECT OPERATOR(pg_catalog.+) 1
SELECT 1 OPERATOR(pg_catalog.+) 1
SELECT position(name IN name) FROM sample_category
SELECT strpos(name, name) FROM sample_category
SELECT locate(name, name) FROM sample_category
SELECT replace(name, name, 'x') FROM sample_category
SELECT split_part(name, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 1) FROM sample_category
SELECT trim(name, name) FROM sample_category
SELECT trim(BOTH name FROM name) FROM sample_category
SELECT ltrim(name, name) FROM sample_category
SELECT rtrim(name, 'xxxxxxxxxxx') FROM sample_category
SELECT btrim(name, replace(name, 'x', 'xxxxxxxx')) FROM sample_category
SELECT name LIKE name FROM sample_category
SELECT name LIKE '%xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' FROM sample_category
SELECT name NOT ILIKE '%' || name FROM sample_category
SELECT name LIKE replace('x', 'x', 'xxxxxxxx') ESCAPE '!' FROM sample_category
SELECT name ~~ name FROM sample_category
SELECT name LIKE ANY (ARRAY['x', name]) FROM sample_category
SELECT name LIKE ALL (SELECT name FROM sample_category) FROM sample_category
SELECT name SIMILAR TO name FROM sample_category
SELECT name GLOB name FROM sample_category
SELECT glob(name, name) FROM sample_category
SELECT like(name, name) FROM sample_category
SELECT repeat('x', 1000000000)
SELECT lpad('x', 1000000000)
SELECT rpad('x', 1000000000)
SELECT space(1000000000)
SELECT zeroblob(1000000000)
SELECT randomblob(1000000000)
SELECT generate_subscripts(ARRAY[1], 1)
SELECT load_extension('/tmp/x.so')
SELECT readfile('/etc/passwd')
SELECT writefile('/tmp/x', 'x')
SELECT edit('x')
SELECT fts3_tokenizer('x')
SELECT changes()
SELECT last_insert_rowid()
SELECT LOAD_FILE('/etc/passwd')
SELECT GET_LOCK('x', 9)
SELECT RELEASE_LOCK('x')
SELECT IS_FREE_LOCK('x')
SELECT MASTER_POS_WAIT('x', 1)
SELECT UUID_SHORT()
SELECT NEXT VALUE FOR x
SELECT LAST_INSERT_ID(9)
SELECT LASTVAL(x)
SELECT sys_exec('id')
SELECT sys_eval('id')
SELECT ExtractValue('<a/>', CONCAT('/', (SELECT 1)))
SELECT UPDATEXML(1, CONCAT('~', 'x'), 1)
SELECT NAME_CONST('x', 1)
SELECT xp_cmdshell('id')
SELECT utl_http.request('http://127.0.0.1')
SELECT * FROM OPENROWSET('x', 'y', 'z')
SELECT * FROM sample_order PROCEDURE ANALYSE()
SELECT * FROM sample_order TABLESAMPLE SYSTEM (10)
SELECT XMLELEMENT(NAME x)
SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) AS t
SELECT MATCH (name) AGAINST ('x') FROM sample_category
SELECT id COLLATE "C" FROM sample_order
SELECT * FROM ROWS FROM (pg_sleep(9)) AS x
"""

# PostgreSQL reads `d.f` as the call `f(d)` if `d` has no column `f`.
NOTATION = r"""
SELECT d.ts_stat FROM unnest(ARRAY['select to_tsvector(current_user::text)']) AS d
SELECT d.to_regclass FROM unnest(ARRAY['accounts_user']) AS d
SELECT d.to_regproc FROM unnest(ARRAY['pg_sleep']) AS d
SELECT d.to_regproc FROM (ARRAY['pg_sleep']) AS d
SELECT d.to_regtype FROM unnest(ARRAY['accounts_user']) AS d
SELECT d.regrole FROM lower('postgres') AS d
SELECT d.oid FROM generate_series(1, 2) AS d
SELECT unnest.to_regclass FROM unnest(ARRAY['accounts_user'])
SELECT d.ts_stat FROM json_array_elements_text('["select to_tsvector(''x'')"]') AS d
SELECT d.ts_stat FROM replace('select to_tsvector(#)', '#', '''x''') AS d
SELECT d.ts_stat FROM json_object_keys('{"select to_tsvector(''x'')": 1}') AS d
SELECT 1 FROM unnest(ARRAY['app.tenant']) AS d WHERE d.current_setting = '2'
SELECT 1 FROM unnest(ARRAY['app.tenant']) AS d ORDER BY d.current_setting
SELECT (SELECT d.current_setting) FROM unnest(ARRAY['app.tenant']) AS d
SELECT CASE WHEN true THEN d.current_setting END FROM unnest(ARRAY['app.tenant']) AS d
SELECT D.CURRENT_SETTING FROM unnest(ARRAY['app.tenant']) AS d
SELECT d.txid_status FROM generate_series(1, 2) AS d
SELECT d.setseed FROM generate_series(0, 1) AS d
SELECT d.obj_description FROM generate_series(1, 2) AS d
SELECT d.chr FROM generate_series(65, 66) AS d
SELECT x.hash_record FROM (SELECT 1 AS a) AS x
SELECT x.quote_literal FROM (SELECT 1 AS a) AS x
SELECT x.record_send FROM (SELECT 1 AS a) AS x
SELECT j.record_out FROM json_each('{"a": 1}') AS j
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT n.hash_record FROM n
SELECT ts_stat.ts_stat FROM json_array_elements_text('["select to_tsvector(''x'')"]') AS ts_stat
SELECT record_out.record_out FROM json_each('{}') AS record_out
SELECT x.record_out FROM (SELECT unnest(ARRAY[1]) AS "Record_Out") AS x
SELECT x."record_out" FROM (SELECT unnest(ARRAY[1]) AS "RECORD_OUT") AS x
SELECT c.id FROM sample_category AS c(record_out)
SELECT c.name FROM sample_category AS c(a, b)
SELECT x.a FROM (SELECT 1 AS a) AS x(b)
SELECT v.hash_record FROM (VALUES (1)) AS v(a)
SELECT v.column2 FROM (VALUES (1)) AS v
SELECT x.quote_literal FROM LATERAL (SELECT 1 AS a) AS x
SELECT x.record_send FROM sample_category AS c CROSS JOIN LATERAL (SELECT c.id) AS x
WITH x AS (SELECT 1 AS a) SELECT y.hash_record FROM x AS y
WITH x(a) AS (SELECT 1 AS hash_record) SELECT x.hash_record FROM x
SELECT (SELECT y.v FROM (SELECT s.record_out AS v) AS y, (SELECT 1 AS record_out) AS s) FROM sample_category AS s
SELECT (SELECT 1 FROM sample_order AS o JOIN sample_order AS p ON s.record_out IS NULL, (SELECT 1 AS record_out) AS s) FROM sample_category AS s
SELECT (WITH w AS (SELECT s.record_out AS v) SELECT w.v FROM w, (SELECT 1 AS record_out) AS s) FROM sample_category AS s
SELECT j.record_out FROM (sample_category AS a JOIN (SELECT 1 AS record_out) AS b ON true) AS j
SELECT x.max FROM (SELECT min(id) FROM sample_category) AS x
SELECT d.chr FROM unnest(ARRAY[65]) WITH ORDINALITY AS d(x, y)
SELECT d.x FROM unnest(ARRAY[1], ARRAY[2]) AS d
SELECT c.id FROM sample_category AS c GROUP BY c.id, c.hash_record
SELECT count(*) OVER w FROM sample_category AS c WINDOW w AS (ORDER BY c.hash_record)
SELECT c.id FROM sample_category AS c ORDER BY max(c.row_to_json) OVER ()
SELECT nowhere.record_out FROM sample_category AS c
SELECT d.text FROM generate_series(1, 2) AS d
SELECT d.date FROM lower('2026-01-01') AS d
SELECT * FROM sample_category AS c JOIN sample_order AS o ON c.row_to_json IS NOT NULL
SELECT x.* FROM (SELECT c.record_out FROM sample_category AS c) AS x
SELECT * FROM CAST('x' AS text) AS d
SELECT * FROM LATERAL CAST('x' AS text) AS d
"""  # noqa: E501

# Quoted names in place of a keyword or a number, which sqlglot writes without quotes.
RAW_WORDS = r'''
SELECT EXTRACT("""YEAR FROM CURRENT_DATE), PG_SLEEP(1), EXTRACT(YEAR""" FROM CURRENT_DATE)
SELECT EXTRACT("""YEAR FROM CURRENT_DATE), SET_CONFIG(LOWER('APP.TENANT'), '*', TRUE), EXTRACT(YEAR""" FROM CURRENT_DATE)
SELECT CAST(1 AS DECIMAL("""10)), CURRENT_USER, CAST(1 AS DECIMAL(10"""))
SELECT CAST('x' AS VARCHAR("""10)), CURRENT_USER, CAST('X' AS VARCHAR(10"""))
SELECT timestampdiff(`DAY, NOW(), NOW()), sleep(1), timestampdiff(DAY`, NOW(), NOW())
SELECT timestampdiff(`DAY, NOW(), NOW()), (SELECT MAX(``info``) FROM ``information_schema``.``processlist``), timestampdiff(DAY`, NOW(), NOW())
SELECT CAST(1 AS DECIMAL(```10)), VERSION(), CAST(1 AS DECIMAL(10```))
SELECT EXTRACT("YEAR FROM now" FROM created) FROM sample_order
SELECT CAST(1 AS decimal("10 AS"))
SELECT timestampdiff(`DAY`, created, created) FROM sample_order
SELECT timestampdiff(password, created, created) FROM sample_order
SELECT timestampadd(1, 1, created) FROM sample_order
SELECT timestampadd((SELECT name FROM sample_secret), 1, created) FROM sample_order
'''  # noqa: E501

# Functions, types and operators with a schema, which the lists of allowed names do not have.
SCHEMA_FUNCTIONS = r"""
SELECT 1 FROM pg_catalog.lower('x') AS d
SELECT * FROM "pg_catalog".lower('x') AS d
SELECT * FROM public.lower('x')
SELECT * FROM pg_catalog.generate_series(1, 2) AS d
SELECT * FROM LATERAL pg_catalog.lower('x') AS d
SELECT * FROM pg_catalog.unnest(ARRAY[1]) AS d
SELECT pg_catalog.lower('x')
SELECT "lower".lower('x')
SELECT * FROM "lower"('x') AS d
SELECT a.b.lower('x')
SELECT 'x'::public.text
SELECT 'x'::pg_catalog.text
SELECT public.text 'x'
SELECT 1 OPERATOR(public.+) 1
"""

# Texts that mean one thing to the parser and another to a database.
SPELLINGS = """
/*!50000 DELETE FROM sample_order */
SELECT 1 /*!50000 INTO OUTFILE '/tmp/x' */ FROM sample_secret
/*M!100000 SELECT * FROM sample_secret */
SELECT /*+ SET_VAR(max_execution_time=0) */ * FROM sample_secret
-- comment
/* comment */
#
;
SELECT
SELEC 1
(
)
SELECT * FROM
SELECT 1 FROM sample_order WHERE
SELECT 'unterminated
SELECT "unterminated
SELECT /* unterminated
SELECT $1
SELECT ?
SELECT :name
SELECT %s
SELECT %(name)s
SELECT U&'\\0041' FROM sample_secret
SELECT * FROM U&"sample\\005Fsecret"
SELECT * FROM sample\uff3fsecret
SELECT\u00a0*\u00a0FROM\u00a0sample_secret
SELECT * FROM sample_secret\u200b
\uff33\uff25\uff2c\uff25\uff23\uff34 1
FROM sample_secret SELECT *
FROM sample_secret
sample_secret
SELECT * FROM sample_secret |> WHERE id = 1
SELECT {fn SLEEP(9)}
SELECT _utf8'x' FROM sample_secret
help
\\copy sample_order to '/tmp/x'
\\! id
.shell id
.read /etc/passwd
"""

ATTACKS = [
    line
    for statements in (
        *(STACKED, WRITES, SETTINGS, OTHER_TABLES, COLUMNS, FUNCTIONS),
        *(NOTATION, RAW_WORDS, SCHEMA_FUNCTIONS, SPELLINGS),
    )
    for line in statements.splitlines()
    if line
] + ["", " ", "\x00", "SELECT 1\x00; DELETE FROM sample_order", "SELECT 1;\nDELETE FROM sample_order"]

# Texts and lists of gigabytes. Databases check the time between rows, and not within a calculation, so some
# of these would run for long. Tests only give them to the parser.
GROWTH = r"""
SELECT cardinality(array_agg(g)) FROM generate_series(1, 300000) AS g GROUP BY GROUPING SETS ((g % 2), (g % 3), (g % 4), (g % 5), (g % 6), (g % 7), (g % 8), (g % 9), (g % 10), (g % 11), (g % 12), (g % 13), (g % 14), (g % 15), (g % 16), (g % 17), (g % 18), (g % 19), (g % 20), (g % 21), (g % 22), (g % 23), (g % 24), (g % 25), (g % 26), (g % 27), (g % 28), (g % 29), (g % 30), (g % 31), (g % 32), (g % 33), (g % 34), (g % 35), (g % 36), (g % 37), (g % 38), (g % 39))
SELECT cardinality(array_agg(g)) FROM generate_series(1, 300000) AS g GROUP BY CUBE (g % 2, g % 3, g % 4, g % 5, g % 6, g % 7, g % 8)
SELECT string_agg(x, '') FROM (SELECT o.note AS x FROM sample_order AS o, generate_series(1, 1000) AS g) AS n GROUP BY GROUPING SETS (x, ROLLUP (x), ())
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT o.id = ANY (SELECT i FROM n) FROM sample_order AS o
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT o.id IN (SELECT i FROM n) FROM sample_order AS o
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT EXISTS (SELECT 1 FROM n WHERE n.i = o.id) FROM sample_order AS o
SELECT o.id <> ALL (SELECT generate_series(1, 100000000)) FROM sample_order AS o
SELECT (concat('[', replace(replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', '1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,'), '1]'))::jsonb IS NULL
SELECT (concat('{', replace(replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', '1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,'), '1}'))::int[] IS NULL
SELECT CAST(concat('{', replace(replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'a', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'), 'b', '1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,'), '1}') AS numeric[]) IS NULL
SELECT id FROM sample_order WHERE id IN (SELECT generate_series(1, 100000000))
WITH RECURSIVE n(a, b) AS (SELECT 'x', 'x' UNION ALL SELECT b || b, a FROM n) SELECT max(length(a)) FROM n
WITH RECURSIVE n AS (SELECT 'x' AS a UNION ALL SELECT n.a || m.a FROM n JOIN n AS m ON true) SELECT length(a) FROM n
WITH RECURSIVE n AS (SELECT 'x' AS a UNION ALL SELECT x.b FROM (SELECT a || a AS b FROM n) AS x) SELECT length(a) FROM n
WITH RECURSIVE n AS (SELECT 'x' AS a UNION ALL SELECT (SELECT n.a || n.a) FROM n) SELECT length(a) FROM n
WITH RECURSIVE n(a) AS (SELECT 'x' UNION ALL SELECT (WITH RECURSIVE m(b, i) AS (SELECT n.a, 1 UNION ALL SELECT b, i + 1 FROM m WHERE i < 3) SELECT max(b) || max(b) FROM m) FROM n) SELECT length(a) FROM n
WITH RECURSIVE n AS (SELECT 'x' AS a, 1 AS i UNION ALL SELECT x.*, 1 FROM (SELECT a || a FROM n) AS x) SELECT length(a) FROM n
WITH RECURSIVE n AS (SELECT ARRAY['x'] AS a UNION ALL SELECT a || a FROM n) SELECT cardinality(a) FROM n
WITH RECURSIVE n AS (SELECT to_jsonb('x'::text) AS a UNION ALL SELECT jsonb_build_array(a, a) FROM n) SELECT jsonb_array_length(a) FROM n
WITH RECURSIVE n AS (SELECT 10.5 AS a UNION ALL SELECT a * a FROM n) SELECT max(mod(a, 7)) FROM n
WITH RECURSIVE n(i, t) AS (SELECT 1, 'xxxxxxxx' UNION ALL SELECT i + 1, t || t FROM n WHERE i < 40) SELECT max(length(t)) FROM n
WITH RECURSIVE n(i, t) AS (SELECT 1, 'xxxxxxxx' UNION ALL SELECT i + 1, replace(t, 'x', 'xx') FROM n WHERE i < 40) SELECT max(length(t)) FROM n
WITH RECURSIVE n(i, t) AS (SELECT 1, 'xxxxxxxx' UNION ALL SELECT i + 1, to_json(t)::text FROM n WHERE i < 60) SELECT max(length(t)) FROM n
WITH RECURSIVE n(t) AS (SELECT 'x' UNION ALL SELECT (SELECT string_agg(m.t, '') FROM (SELECT n.t UNION ALL SELECT n.t) AS m) FROM n) SELECT length(t) FROM n LIMIT 40
SELECT length(string_agg('0123456789', ',')) FROM generate_series(1, 1000000000)
SELECT cardinality(array_agg(i)) FROM (SELECT generate_series(1, 1000000000) AS i) AS x
SELECT length(jsonb_agg(i)::text) FROM (SELECT generate_series(1, 1000000000) AS i) AS x
SELECT array_agg(a.id) FROM sample_order a, sample_order b, sample_order c, sample_order d, sample_order e
SELECT array_agg(a.id) FROM sample_order a CROSS JOIN sample_order b CROSS JOIN sample_order c
SELECT string_agg(a.note, '') FROM sample_order a JOIN sample_order b ON true JOIN sample_order c ON 1 = 1
SELECT array_agg(d) FROM generate_series(timestamp '0001-01-01', timestamp '9999-01-01', interval '1 second') AS d
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT array_agg(i) FROM n, n AS m
SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace('aaaaaaaaaa', '.', 'bbbbbbbbbbbbbbbbbbbbbbbbb', 'g'), '.', 'bbbbbbbbbbbbbbbbbbbbbbbbb', 'g'), '.', 'bbbbbbbbbbbbbbbbbbbbbbbbb', 'g'), '.', 'bbbbbbbbbbbbbbbbbbbbbbbbb', 'g'), '.', 'bbbbbbbbbbbbbbbbbbbbbbbbb', 'g')
SELECT v || v FROM (SELECT string_agg(a.status, '') AS v FROM sample_order a, sample_order b) AS x
SELECT json_agg(x) FROM (SELECT a.*, b.* FROM sample_order AS a, sample_order AS b) AS x
WITH a AS (SELECT concat(note, note, note, note, note, note, note, note, note, note) AS x FROM sample_order), b AS (SELECT concat(x, x, x, x, x, x, x, x, x, x) AS x FROM a), c AS (SELECT concat(x, x, x, x, x, x, x, x, x, x) AS x FROM b), d AS (SELECT concat(x, x, x, x, x, x, x, x, x, x) AS x FROM c) SELECT concat(x, x, x, x, x, x, x, x, x, x) AS x FROM d, (SELECT 1) AS e WHERE concat(x, x, x, x, x, x, x, x, x, x) = concat(x, x, x, x, x, x, x, x, x, x)
""".strip().splitlines()  # noqa: E501
