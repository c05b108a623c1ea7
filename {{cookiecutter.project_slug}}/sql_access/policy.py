"""What the SQL tools may read, call and return. This is policy: change it here, and nowhere else.

On PostgreSQL, run `manage.py create_sql_role` after a change, because the database enforces the same list.
"""

from typing import Final

type Columns = tuple[str, ...] | None

# Every column, except those whose name looks like a secret (password, token, …). To expose such a column,
# name it.
ALL: Final = None

# Models whose rows any caller with the permission may read, whichever user they belong to. To expose only
# some columns: "shop.Customer": ("id", "name", "since").
# % if cookiecutter.example_app
EXPOSED_MODELS: dict[str, Columns] = {
    "inventory.Category": ALL,
    "inventory.Product": ALL,
    "inventory.Order": ALL,
    "inventory.OrderLine": ALL,
}

# % else
EXPOSED_MODELS: dict[str, Columns] = {}

# % endif
# Tables of another database, which the tools read instead if MCP_SQL_DATABASE_URL is set (docs/sql.md). Use
# their names there: "sales", or "reporting.sales" in another schema.
EXPOSED_TABLES: dict[str, Columns] = {}

MAX_ROWS: Final = 1000
MAX_BYTES: Final = 200_000  # of the rows as JSON, because the context of a model is small
TIMEOUT: Final = 5  # seconds that the database may work on a statement
MAX_CONNECTIONS: Final = 10  # to the database, of all processes together; further statements are refused
MAX_TEMP_FILES: Final = "512MB"  # that PostgreSQL may write for a statement, once an administrator has set it

# Functions that only compute, by their names in the database. Never add a function that reads files, settings
# or other tables, waits, locks, or runs SQL (pg_read_file, current_setting, query_to_xml, sleep). Do not add
# regexp_replace on MySQL: in MariaDB it runs for hours or makes gigabytes, and nothing can end it.
FUNCTIONS: Final = frozenset(
    """
    abs acos asin atan atan2 avg ceil ceiling coalesce concat concat_ws cos count cume_dist degrees
    dense_rank exp first_value floor greatest lag last_value lead least left length ln log log10 log2
    lower ltrim max min mod nth_value ntile nullif percent_rank pi pow power radians rank reverse right
    round row_number rtrim sign sin sqrt stddev stddev_pop stddev_samp substr substring sum tan trim
    trunc upper var_pop var_samp variance
    """.split()  # noqa: SIM905 - these lists are easier to read and to edit as text
)
FUNCTIONS_OF: Final = {
    "postgresql": frozenset(
        """
        age array_agg array_length array_to_string bit_and bit_or bool_and bool_or btrim cardinality cbrt
        char_length corr covar_pop covar_samp date_bin date_part date_trunc div encode every extract
        generate_series initcap isfinite json_agg json_array_elements json_array_elements_text
        json_array_length json_build_array json_build_object json_each json_each_text
        json_extract_path_text json_object_agg json_object_keys json_typeof jsonb_agg
        jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
        jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path_text jsonb_object_agg
        jsonb_object_keys jsonb_typeof justify_days justify_hours justify_interval make_date
        make_interval make_timestamp md5 mode now octet_length percentile_cont percentile_disc position
        random regexp_count regexp_match regexp_replace regexp_substr regr_intercept regr_r2 regr_slope
        replace row_to_json split_part starts_with string_agg string_to_array strpos to_char to_date
        to_json to_jsonb to_number to_timestamp translate unnest width_bucket
        """.split()  # noqa: SIM905
    ),
    "sqlite": frozenset(
        """
        char date datetime format glob group_concat hex ifnull iif instr json_array_length json_extract
        json_group_array json_group_object json_type julianday like octet_length printf random replace
        strftime string_agg time timediff total typeof unicode unixepoch
        """.split()  # noqa: SIM905
    ),
    "mysql": frozenset(
        """
        adddate addtime bit_and bit_count bit_or char_length character_length convert_tz curdate
        current_date current_time current_timestamp curtime date date_add date_format date_sub datediff
        day dayname dayofmonth dayofweek dayofyear elt extract field format from_unixtime group_concat
        hex hour if ifnull instr json_arrayagg json_contains json_extract json_length json_objectagg
        json_type json_unquote json_value last_day locate makedate microsecond minute month monthname now
        period_diff quarter rand regexp_substr replace sec_to_time second std str_to_date subdate
        substring_index sysdate time time_to_sec timediff timestamp timestampadd timestampdiff to_days
        truncate ucase unix_timestamp utc_date utc_timestamp week weekday weekofyear year yearweek
        """.split()  # noqa: SIM905
    ),
}
