CREATE TABLE sample_category (id integer PRIMARY KEY, name varchar(50) NOT NULL);
CREATE TABLE sample_customer (
    id integer PRIMARY KEY, name varchar(50) NOT NULL, born date, password varchar(50) NOT NULL
);
CREATE TABLE sample_order (
    id integer PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES sample_customer (id),
    category_id integer NOT NULL REFERENCES sample_category (id),
    status varchar(10) NOT NULL,
    total numeric(10, 2),
    note text,
    created timestamp NOT NULL,
    api_token varchar(50) NOT NULL
);
CREATE TABLE sample_secret (id integer PRIMARY KEY, name varchar(50) NOT NULL);
INSERT INTO sample_category VALUES (1, 'Kitchen'), (2, 'Office');
INSERT INTO sample_customer VALUES (1, 'Ada', '1815-12-10', 'SECRET-1'), (2, 'Zoë', NULL, 'SECRET-2');
INSERT INTO sample_order VALUES
    (1, 1, 1, 'paid', 10.50, 'first', '2026-01-05 10:00:00', 'SECRET-3'),
    (2, 1, 2, 'paid', 99.99, NULL, '2026-01-20 11:30:00', 'SECRET-4'),
    (3, 2, 1, 'cancelled', 5.00, 'it''s late', '2026-02-01 00:00:00', 'SECRET-5'),
    (4, 2, 2, 'shipped', NULL, '', '2026-03-31 23:59:59', 'SECRET-6');
INSERT INTO sample_secret VALUES (1, 'SECRET-7');
