-- Fills a project with :n products, orders and tool calls, and proportional numbers of all other rows.
INSERT INTO accounts_user (id, password, email, first_name, last_name, is_superuser, is_staff, is_active, date_joined)
SELECT i, '', 'user' || i || '@example.com', '', '', i = 1, i = 1, true, now()
FROM generate_series(1, :n / 100) i;

INSERT INTO inventory_category (id, name)
SELECT i, 'Category ' || i FROM generate_series(1, 20) i;

INSERT INTO inventory_product (id, sku, name, price, stock, active, category_id)
SELECT i, 'SKU-' || lpad(i::text, 8, '0'), (ARRAY['Oak', 'Tin', 'Steel', 'Glass', 'Paper'])[1 + i % 5] || ' thing ' || md5(i::text),
    i % 1000, i % 100, i % 10 > 0, 1 + i % 20
FROM generate_series(1, :n) i;

INSERT INTO inventory_order (id, customer, status, created)
SELECT i, 'Customer ' || i, (ARRAY['paid', 'shipped', 'delivered', 'cancelled'])[1 + i % 4],
    now() - interval '366 days' * i / :n
FROM generate_series(1, :n) i;

INSERT INTO inventory_orderline (order_id, product_id, quantity, unit_price)
SELECT i, 1 + i * 7919::bigint % :n, 1 + i % 5, i % 1000 FROM generate_series(1, :n) i;

-- Even with few rows, there are as many documents as a search ranks at most (MAX_FOUND).
INSERT INTO documents_document (owner_id, title, text, version, created_at, updated_at)
SELECT 1, 'Document ' || i, 'budget ' || md5(i::text) || repeat(' of the department for paper, glass and steel', 20),
    1, now(), now() - i * interval '1 second'
FROM generate_series(1, :n / 2) i;

-- Every tenth call failed. Even with few rows, these fill a page of the admin, which shows a hundred.
INSERT INTO mcp_server_toolcall (id, time, user_id, email, credential, credential_name, tool, status, duration_ms,
    arguments, client_name, client_version, address, request_id)
SELECT gen_random_uuid(), now() - i * interval '10 minutes', 1 + i % (:n / 100), 'user' || 1 + i % (:n / 100) || '@example.com',
    'token-' || i % (:n / 10), 'laptop', 'tool_' || i % 20, CASE WHEN i % 10 = 0 THEN 'error' ELSE 'ok' END, i % 500,
    '{}', 'client', '1', '10.0.0.1', md5(i::text)
FROM generate_series(1, :n) i;

-- One user has a thousand tokens, like a program that creates a token every day.
INSERT INTO mcp_server_mcptoken (user_id, token, name, is_active, rate_limit, allowed_tools, created_at, updated_at)
SELECT CASE WHEN i <= :n / 100 THEN 1 ELSE 2 + i % (:n / 100 - 1) END, md5(i::text), 'laptop ' || i, i % 3 > 0, '', '[]', now(), now()
FROM generate_series(1, :n / 10) i;

INSERT INTO oauth2_provider_application (id, client_id, redirect_uris, client_type, authorization_grant_type, client_secret,
    name, skip_authorization, created, updated, algorithm, post_logout_redirect_uris, hash_client_secret, allowed_origins,
    registration_source)
SELECT i, 'client-' || i, 'https://app.example/callback', 'public', 'authorization-code', '', 'App ' || i, false,
    now() - interval '90 days', now() - interval '90 days', '', '', true, '', 'dcr'
FROM generate_series(1, :n / 10) i;

INSERT INTO oauth_connection (user_id, application_id, name, scope, rate_limit, allowed_tools, created_at, updated_at)
SELECT 1 + i % (:n / 100), i, 'App ' || i, 'mcp:read', '', '[]', now(), now() FROM generate_series(1, :n / 10) i;

-- Half of the tokens are still valid.
INSERT INTO oauth2_provider_accesstoken (id, token, expires, scope, application_id, user_id, created, updated, token_checksum, resource)
SELECT i, md5(i::text), now() + interval '1 hour' - i % 2 * interval '60 days', 'mcp:read', i, 1 + i % (:n / 100), now(), now(), md5(i::text), '[]'
FROM generate_series(1, :n / 10) i;

INSERT INTO oauth2_provider_refreshtoken (token, access_token_id, application_id, user_id, created, updated, token_checksum, resource)
SELECT md5(i::text), i, i, 1 + i % (:n / 100), now(), now(), md5(i::text), '[]' FROM generate_series(1, :n / 10) i;
