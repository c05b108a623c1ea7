"""Statements that must work. Each one catches an allow list that refuses too much."""

EVERYWHERE = """
SELECT * FROM sample_category;
select ID, Name from SAMPLE_CATEGORY;
SELECT 1 AS one, 'it''s' AS text, NULL AS nil, -1.5 AS number;
SELECT o.id, c.name FROM sample_order o JOIN sample_customer c ON c.id = o.customer_id;
SELECT sample_customer.name FROM sample_customer WHERE sample_customer.id = 1;
SELECT c.name, count(o.id) AS orders FROM sample_customer c LEFT JOIN sample_order o ON
    o.customer_id = c.id GROUP BY c.id, c.name HAVING count(o.id) > 0 ORDER BY orders DESC, c.name;
SELECT id, name, count(*) FROM sample_category GROUP BY id;
SELECT * FROM sample_order JOIN sample_category USING (id);
SELECT a.id, b.id FROM sample_category a CROSS JOIN sample_category b WHERE a.id < b.id;
SELECT * FROM (sample_order o JOIN sample_customer c ON c.id = o.customer_id);
SELECT status, sum(total), avg(total), min(total), max(total) FROM sample_order GROUP BY status;
SELECT count(*), count(total), count(DISTINCT customer_id) FROM sample_order;
SELECT DISTINCT status FROM sample_order ORDER BY status;
SELECT * FROM sample_order WHERE status IN ('paid', 'shipped') AND total BETWEEN 1 AND 100;
SELECT * FROM sample_order WHERE note IS NULL OR NOT note LIKE '%late%';
SELECT * FROM sample_order WHERE customer_id IN (SELECT id FROM sample_customer WHERE name = 'Zoë');
SELECT name FROM sample_customer c WHERE EXISTS (SELECT 1 FROM sample_order o WHERE
    o.customer_id = c.id);
SELECT name, (SELECT max(total) FROM sample_order o WHERE o.customer_id = c.id) FROM
    sample_customer c;
SELECT total, total / (SELECT sum(total) FROM sample_order) AS share FROM sample_order;
WITH paid AS (SELECT * FROM sample_order WHERE status = 'paid') SELECT count(*) FROM paid;
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT a.x, b.y FROM a, b;
WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x FROM a;
WITH sample_category AS (SELECT 1 AS x) SELECT sample_category.x FROM sample_category;
SELECT (SELECT c.x FROM (SELECT 1 AS x) AS c), c.ID FROM sample_category c;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n;
SELECT * FROM (SELECT id FROM sample_order) AS t WHERE t.id > 1;
SELECT id FROM sample_order UNION SELECT id FROM sample_customer ORDER BY id LIMIT 3;
SELECT id FROM sample_order EXCEPT SELECT id FROM sample_customer;
SELECT id FROM sample_order INTERSECT SELECT id FROM sample_customer;
SELECT CASE WHEN total > 50 THEN 'big' WHEN total > 5 THEN 'medium' ELSE 'small' END FROM
    sample_order;
SELECT CASE status WHEN 'paid' THEN 1 ELSE 0 END FROM sample_order;
SELECT coalesce(note, 'none'), nullif(status, 'paid') FROM sample_order;
SELECT CAST(total AS integer), round(total, 1), abs(-1), 7 % 4 FROM sample_order;
SELECT upper(name), lower(name), length(name), trim(name) FROM
    sample_customer;
SELECT substr(name, 1, 2) FROM sample_customer;
SELECT name FROM sample_customer WHERE ltrim(rtrim(name)) LIKE '%a_' ESCAPE '!';
SELECT row_number() OVER (PARTITION BY customer_id ORDER BY created DESC) AS nr, id FROM
    sample_order;
SELECT id, sum(total) OVER (ORDER BY created ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    FROM sample_order;
SELECT id, lag(total, 1) OVER w, rank() OVER w FROM sample_order WINDOW w AS (ORDER BY id);
SELECT current_date, current_timestamp;
SELECT * FROM sample_order WHERE created >= '2026-01-01' AND created < '2026-02-01';
SELECT * FROM sample_order ORDER BY created DESC LIMIT 2 OFFSET 1;
SELECT count(*) FROM sample_order WHERE (total > 5 AND status <> 'paid') OR (total <= 5 AND NOT
    status = 'x');
SHOW TABLES;
DESCRIBE sample_order;
PRAGMA table_info(sample_order);
EXPLAIN SELECT * FROM sample_order WHERE id = 1
"""

POSTGRESQL = """
SELECT replace(name, 'a', 'b'), split_part(name, ' ', 1), strpos(name, 'a') FROM sample_category;
SELECT date_trunc('month', created) AS month, sum(total) FROM sample_order GROUP BY 1 ORDER BY 1;
SELECT extract(year FROM created), created::date, to_char(created, 'YYYY-MM') FROM sample_order;
SELECT now() - interval '30 days', age(now(), created) FROM sample_order;
SELECT * FROM sample_order WHERE created > now() - interval '1 month' * 6;
SELECT string_agg(DISTINCT name, ', ' ORDER BY name), array_agg(id ORDER BY id) FROM sample_customer;
SELECT count(*) FILTER (WHERE status = 'paid') FROM sample_order;
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM sample_order;
SELECT DISTINCT ON (customer_id) * FROM sample_order ORDER BY customer_id, created DESC;
SELECT d::date, count(o.id) FROM generate_series(date '2026-01-01', date '2026-01-31', interval
    '1 day') AS d LEFT JOIN sample_order o ON o.created::date = d::date GROUP BY 1 ORDER BY 1;
SELECT status, customer_id, sum(total) FROM sample_order GROUP BY ROLLUP (status, customer_id);
SELECT name ILIKE 'a%', name ~ '^A', name || '!' FROM sample_customer;
SELECT btrim(name, ' .'), trim(BOTH 'x' FROM name) FROM sample_customer WHERE name LIKE ANY (ARRAY['A%',
    'Z%']) AND name NOT ILIKE ALL (ARRAY['x%']) AND name SIMILAR TO '(A|Z)%';
SELECT created AT TIME ZONE 'UTC' FROM sample_order;
SELECT status = ANY (ARRAY['paid', 'shipped']) FROM sample_order;
SELECT c.name, x.total FROM sample_customer c, LATERAL (SELECT total FROM sample_order o WHERE
    o.customer_id = c.id ORDER BY total DESC LIMIT 1) AS x;
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name);
SELECT json_build_object('id', id), jsonb_agg(name) FROM sample_category GROUP BY id;
SELECT '{"a": 1}'::jsonb -> 'a', '{"a": 1}'::json ->> 'a';
SELECT * FROM sample_order FULL OUTER JOIN sample_category ON false;
SELECT id FROM sample_order FETCH FIRST 2 ROWS ONLY;
SELECT total IS DISTINCT FROM 5, position('a' IN name), substring(name FROM 1 FOR 2) FROM
    sample_order, sample_category;
SELECT "name" AS "The name" FROM "sample_category";
SELECT unnest(ARRAY[1, 2, 3]);
SELECT c.number, c.name FROM sample_category AS c(number);
SELECT d.d, j.key, x.* FROM generate_series(1, 2) AS d, json_each('{"a": 1}') AS j, sample_category AS x;
SELECT * FROM sample_order ORDER BY total DESC NULLS LAST;
SELECT x.count, x.lower, x.id FROM (SELECT count(*), lower(name), id::bigint FROM sample_category GROUP BY
    name, id) AS x;
SELECT s.day, e.value, u.a, g.generate_series FROM generate_series(1, 2) AS s(day), json_array_elements('[1]')
    AS e, unnest(ARRAY[1], ARRAY['x']) AS u(a, b), generate_series(1, 2) AS g(generate_series);
SELECT generate_series.generate_series FROM generate_series(1, 2);
SELECT u.x, u.n, v.v, v.ordinality FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS u(x, n), LATERAL
    unnest(ARRAY[u.x]) WITH ORDINALITY AS v;
SELECT row_to_json(c), row_to_json(c.*), c FROM sample_customer AS c;
SELECT (SELECT max(o.total) FROM sample_order AS o WHERE o.customer_id = c.id AND EXISTS (SELECT 1 FROM
    sample_category AS g WHERE g.id = o.category_id)) FROM sample_customer AS c;
WITH RECURSIVE up AS (SELECT c.id, 1 AS depth FROM sample_category AS c UNION ALL SELECT up.id, up.depth + 1
    FROM up WHERE up.depth < 3) SELECT up.id, max(up.depth) FROM up GROUP BY up.id;
SELECT v.column1 FROM (VALUES (1), (2)) AS v;
SELECT o.* FROM sample_order AS o JOIN LATERAL (SELECT c.name FROM sample_customer AS c WHERE c.id =
    o.customer_id) AS n ON n.name <> '';
SELECT (ARRAY[1, 2])[1], (ARRAY[1, 2])[1:2];
SELECT name FROM public.sample_category;
SELECT name FROM sample_customer WHERE id IN (SELECT customer_id FROM sample_order WHERE status IN
    (SELECT status FROM sample_order)) EXCEPT SELECT name FROM sample_customer WHERE id NOT IN (SELECT
    customer_id FROM sample_order);
WITH RECURSIVE t(id, name) AS (SELECT id, name FROM sample_category WHERE id = 1 UNION SELECT c.id,
    c.name FROM sample_category c JOIN t ON c.id = t.id + 1) SELECT * FROM t;
WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 12) SELECT i FROM n;
SELECT c.name, count(*) FROM sample_customer c JOIN sample_order o ON o.customer_id = c.id JOIN
    sample_category g ON g.id = o.category_id JOIN sample_order p ON p.id = o.id JOIN sample_order q ON
    q.id = o.id GROUP BY c.name;
SELECT string_agg(c.name || g.name, ', ') FROM sample_customer c JOIN sample_order o ON
    o.customer_id = c.id JOIN sample_category g ON g.id = o.category_id JOIN sample_order p ON p.id =
    o.id;
SELECT string_agg(name, ', ') FROM sample_customer;
SELECT c.name, string_agg(o.status, ', ' ORDER BY o.created), array_agg(DISTINCT o.id) FROM
    sample_customer c LEFT JOIN sample_order o ON o.customer_id = c.id GROUP BY c.name;
SELECT c.name || ' ' || c.born || ' (' || c.id || ')' FROM sample_customer c;
SELECT concat(c.name, ' ', c.id), concat_ws(', ', c.name, c.born, c.id) FROM sample_customer c;
SELECT json_agg(json_build_object('id', o.id, 'name', c.name, 'total', o.total, 'note', o.note,
    'status', o.status)) FROM sample_order o JOIN sample_customer c ON c.id = o.customer_id;
SELECT json_build_object('customer', c.name, 'orders', (SELECT json_agg(row_to_json(o)) FROM
    sample_order o WHERE o.customer_id = c.id)) FROM sample_customer c;
SELECT array_to_string(array_agg(name ORDER BY name), ', ') FROM sample_customer;
SELECT (array_agg(id ORDER BY created DESC))[1], left(string_agg(note, ', '), 100) FROM sample_order;
SELECT upper(left(name, 1)) || lower(substr(name, 2)) FROM sample_customer;
SELECT replace(replace(replace(lower(trim(name)), ' ', '-'), '.', ''), '/', '-') FROM
    sample_customer;
SELECT regexp_replace(regexp_replace(name, '[^a-z]+', '-', 'g'), '-+', '-', 'g') FROM
    sample_customer;
SELECT string_agg(c.name, ', ') FROM sample_customer c, sample_order o, sample_category g WHERE
    o.customer_id = c.id AND g.id = o.category_id;
WITH RECURSIVE t(id, path, depth) AS (SELECT id, name::text, 1 FROM sample_category WHERE id = 1
    UNION ALL SELECT c.id, t.path || ' > ' || c.name, t.depth + 1 FROM sample_category c JOIN t ON c.id
    = t.id + 1 WHERE t.depth < 10) SELECT id, path, depth, length(path) FROM t WHERE depth < 5 ORDER BY
    path;
WITH RECURSIVE t AS (SELECT id, name, ARRAY[id] AS path FROM sample_category UNION ALL SELECT c.id,
    c.name, t.path || c.id FROM sample_category c JOIN t ON c.id = t.id + 1 WHERE NOT c.id = ANY
    (t.path)) SELECT string_agg(name, ' > ') FROM t;
SELECT array_agg(d::date) FROM generate_series(date '2026-01-01', date '2026-03-31', interval '1
    day') AS d;
SELECT string_agg(x.label, '; ') FROM (SELECT status || ': ' || count(*) AS label FROM sample_order
    GROUP BY status) AS x;
WITH per AS (SELECT customer_id, string_agg(status, ',') AS s, count(*) AS n FROM sample_order GROUP
    BY customer_id) SELECT c.name, upper(per.s), length(per.s), coalesce(per.s, 'none') || '!' FROM per
    JOIN sample_customer c ON c.id = per.customer_id;
SELECT date_trunc('month', created), to_char(date_trunc('month', created), 'YYYY-MM') || ' ' ||
    status, sum(total) * 100.0 / sum(sum(total)) OVER () FROM sample_order GROUP BY 1, 2, status;
SELECT CAST(note AS numeric) * CAST(status AS numeric) FROM sample_order WHERE false;
SELECT power(1.05, 12) * total, round(total * 1.19, 2), exp(1.0), mod(id, 7), id % 2 FROM
    sample_order;
SELECT round((extract(epoch FROM (now() - created)) / 86400)::numeric, 1) FROM sample_order;
SELECT avg(total) / nullif(stddev(total), 0), (sum(total) / count(*))::numeric(10, 2), round(100.0 *
    count(*) FILTER (WHERE status = 'paid') / count(*), 1) FROM sample_order
"""

SQLITE = """
SELECT replace(name, 'a', 'b') FROM sample_category;
SELECT strftime('%Y-%m', created) AS month, sum(total) FROM sample_order GROUP BY month ORDER BY
    month;
SELECT date('now', '-7 days'), datetime(created), julianday(created) FROM sample_order;
SELECT group_concat(name, ', '), total(id) FROM sample_customer;
SELECT ifnull(note, ''), iif(total > 5, 1, 0), instr(status, 'a'), printf('%.2f', total) FROM
    sample_order;
SELECT name GLOB 'A*', name || '!' FROM sample_customer;
SELECT count(*) FILTER (WHERE status = 'paid') FROM sample_order;
SELECT json_extract('{"a": 1}', '$.a'), '{"a": 1}' ->> '$.a';
SELECT * FROM (VALUES (1, 'a'), (2, 'b'));
SELECT typeof(total), hex(name) FROM sample_order, sample_category;
SELECT * FROM sample_order ORDER BY random() LIMIT 1;
SELECT `name`, [id] FROM sample_category;
SELECT name FROM main.sample_category;
SELECT name || ' ' || id, replace(replace(lower(name), ' ', '-'), '.', ''), hex(name) FROM sample_category;
WITH RECURSIVE t(id, path) AS (SELECT id, name FROM sample_category WHERE id = 1 UNION ALL SELECT c.id,
    t.path || ' > ' || c.name FROM sample_category c JOIN t ON c.id = t.id + 1) SELECT * FROM t;
SELECT c.name, group_concat(o.status, ', '), json_group_array(o.id) FROM sample_customer c
    JOIN sample_order o ON o.customer_id = c.id GROUP BY c.name
"""

MYSQL = """
SELECT DATE_FORMAT(created, '%Y-%m') AS month, SUM(total) FROM sample_order GROUP BY month ORDER
    BY month;
SELECT YEAR(created), MONTH(created), DATEDIFF(NOW(), created), DATE(created) FROM sample_order;
SELECT * FROM sample_order WHERE created > DATE_SUB(NOW(), INTERVAL 12 MONTH);
SELECT GROUP_CONCAT(DISTINCT name ORDER BY name SEPARATOR '; ') FROM sample_customer;
SELECT IFNULL(note, ''), IF(total > 5, 'a', 'b'), LOCATE('a', status) FROM sample_order;
SELECT name REGEXP '^A', CONCAT(name, '!'), name <=> NULL FROM sample_customer;
SELECT timestampadd(week, 1, created), TIMESTAMPDIFF(month, created, NOW()) FROM sample_order;
SELECT TIMESTAMPDIFF(DAY, created, NOW()), EXTRACT(YEAR FROM created) FROM sample_order;
SELECT status, SUM(total) FROM sample_order GROUP BY status WITH ROLLUP;
SELECT `name` FROM `sample_category` LIMIT 1, 1;
SELECT id DIV 2, id MOD 2, id XOR 0 FROM sample_category;
SELECT JSON_EXTRACT('{"a": 1}', '$.a');
SELECT c.name, GROUP_CONCAT(o.status SEPARATOR ', '), JSON_ARRAYAGG(o.id) FROM sample_customer c JOIN
    sample_order o ON o.customer_id = c.id GROUP BY c.name;
SELECT CONCAT(c.name, ' ', c.id), CONCAT_WS(', ', c.name, c.born), UPPER(LEFT(c.name, 1)) FROM
    sample_customer c;
DESC sample_customer
"""


def good_statements(vendor: str) -> list[str]:
    """Return the statements that must work on a database."""
    own = {"postgresql": POSTGRESQL, "sqlite": SQLITE, "mysql": MYSQL}[vendor]
    of_clients = ["-- the orders\nSELECT * FROM sample_order /* all */ ;", "SHOW FULL TABLES;"]
    return f"{EVERYWHERE.strip()};\n{own.strip()}".split(";\n") + of_clients
