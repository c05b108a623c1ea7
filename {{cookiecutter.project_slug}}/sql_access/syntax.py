"""The parts of SQL that a statement may have, all of which only read. Anything else is refused."""

import re

from sqlglot import exp

NODES: frozenset[type[exp.Expr]] = frozenset(
    {
        # Queries
        exp.Select, exp.Subquery, exp.Union, exp.Except, exp.Intersect, exp.Values, exp.Tuple,
        exp.With, exp.CTE, exp.From, exp.Join, exp.Lateral, exp.Table, exp.TableAlias, exp.Where, exp.Group,
        exp.Rollup, exp.Cube, exp.GroupingSets, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit,
        exp.Offset, exp.Fetch, exp.LimitOptions, exp.Distinct, exp.Star,
        # Columns and values
        exp.Column, exp.Identifier, exp.Alias, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Paren,
        exp.Neg, exp.Interval, exp.IntervalSpan, exp.Array, exp.Unnest,
        # Operators
        exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.DPipe, exp.BitwiseAnd,
        exp.BitwiseOr, exp.BitwiseXor, exp.BitwiseNot, exp.BitwiseLeftShift, exp.BitwiseRightShift,
        exp.And, exp.Or, exp.Xor, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is,
        exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Like, exp.ILike, exp.Escape, exp.Glob,
        exp.SimilarTo, exp.RegexpLike, exp.RegexpILike, exp.Exists, exp.Any, exp.All,
        exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar,
        exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey, exp.JSONPathSubscript,
        exp.Bracket, exp.Slice, exp.AtTimeZone,
        # What has a syntax of its own; other functions are `Anonymous`, and looked up in policy.py
        exp.Anonymous, exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Extract, exp.Trim,
        exp.Substring, exp.StrPosition, exp.GroupConcat, exp.CurrentDate, exp.CurrentTime,
        exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp, exp.Date,
        exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup,
    }
)  # fmt: skip

# How often a statement may have these. For each table, databases compare plans, and the parser looks up where
# its name comes from.
MOST: dict[type[exp.Expr], int] = {exp.Table: 40, exp.Select: 100}

# Words and signs of a statement, which are read three times, walked through, and written twice.
MAX_TOKENS = 3000

# Casts to others could look names up in the catalogs of the database ('secrets'::regclass).
TYPES = frozenset(
    {
        exp.DType.ARRAY, exp.DType.BIGINT, exp.DType.BOOLEAN, exp.DType.CHAR, exp.DType.DATE,
        exp.DType.DATETIME, exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.INT,
        exp.DType.INTERVAL, exp.DType.JSON, exp.DType.JSONB, exp.DType.SMALLINT, exp.DType.TEXT,
        exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIMETZ, exp.DType.TINYINT,
        exp.DType.UBIGINT, exp.DType.UUID, exp.DType.VARCHAR, exp.DType.YEAR,
    }
)  # fmt: skip

# Functions that look for a text, and which argument that is. It has to be short: looking for a long one
# in another takes the product of their lengths, and no database stops in the middle of it.
SEARCHES = {
    "glob": 0,
    "instr": 1,
    "like": 0,
    "locate": 0,
    "replace": 1,
    "split_part": 1,
    "string_to_array": 1,
    "strpos": 1,
    "substring_index": 1,
    "translate": 1,
}
MAX_SEARCHED = 30  # characters

# The same goes for the characters that these take away, each of which is compared with each of the text.
TRIMS = {"btrim", "ltrim", "rtrim"}
MAX_TRIMMED = 10

# SQLite's. A width or a precision may be a billion, and nothing stops it in the middle of that.
FORMATS = {"format", "printf"}
LONG_NUMBER = re.compile(r"\*|\d{4}")

# And for patterns.
PATTERNS = (exp.Like, exp.ILike, exp.SimilarTo, exp.Glob)
MAX_PATTERN = 50  # characters

# What each table of PostgreSQL has besides its columns. Functions there begin with pg_.
SYSTEM_COLUMNS = {"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"}

# What is written without quotes: names and units are one word; the others are numbers, or keywords such as
# CURRENT ROW.
WORD = re.compile(r"\w+")
WORDS = re.compile(r"[A-Za-z0-9_.+ -]*")

# The columns of PostgreSQL's functions that do not call theirs like the function's alias.
COLUMNS_OF = {
    "json_array_elements": ("value",),
    "json_array_elements_text": ("value",),
    "json_each": ("key", "value"),
    "json_each_text": ("key", "value"),
    "jsonb_array_elements": ("value",),
    "jsonb_array_elements_text": ("value",),
    "jsonb_each": ("key", "value"),
    "jsonb_each_text": ("key", "value"),
}

# Functions that put all rows into one value.
COLLECT = {
    *("array_agg", "group_concat", "json_agg", "json_arrayagg", "json_group_array", "json_group_object"),
    *("json_object_agg", "json_objectagg", "jsonb_agg", "jsonb_object_agg", "string_agg"),
}
