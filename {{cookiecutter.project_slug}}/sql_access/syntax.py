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
        # Functions with a syntax of their own. All others are `Anonymous`, and must be in policy.py
        exp.Anonymous, exp.Case, exp.If, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Extract, exp.Trim,
        exp.Substring, exp.StrPosition, exp.GroupConcat, exp.CurrentDate, exp.CurrentTime,
        exp.CurrentTimestamp, exp.Localtime, exp.Localtimestamp, exp.Date,
        exp.Window, exp.WindowSpec, exp.Filter, exp.WithinGroup,
    }
)  # fmt: skip

# The most of these that a statement may have. For each table, databases compare more plans, and the parser
# looks up the source of its name.
MOST: dict[type[exp.Expr], int] = {exp.Table: 40, exp.Select: 100}

# Words and signs of a statement. The parser reads them three times and writes them twice.
MAX_TOKENS = 3000

# The types of casts. Others could look names up in the catalogs of the database ('secrets'::regclass).
TYPES = frozenset(
    {
        exp.DType.ARRAY, exp.DType.BIGINT, exp.DType.BOOLEAN, exp.DType.CHAR, exp.DType.DATE,
        exp.DType.DATETIME, exp.DType.DECIMAL, exp.DType.DOUBLE, exp.DType.FLOAT, exp.DType.INT,
        exp.DType.INTERVAL, exp.DType.JSON, exp.DType.JSONB, exp.DType.SMALLINT, exp.DType.TEXT,
        exp.DType.TIME, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ, exp.DType.TIMETZ, exp.DType.TINYINT,
        exp.DType.UBIGINT, exp.DType.UUID, exp.DType.VARCHAR, exp.DType.YEAR,
    }
)  # fmt: skip

# Functions that search for a text, and the position of that argument. It must be short: a search takes as
# many steps as the product of the two lengths, and no database stops in the middle of it.
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

# The same applies to the characters that these remove: each is compared with each character of the text.
TRIMS = {"btrim", "ltrim", "rtrim"}
MAX_TRIMMED = 10

# Of SQLite. A width or a precision may be a billion, and nothing stops SQLite in the middle of it.
FORMATS = {"format", "printf"}
LONG_NUMBER = re.compile(r"\*|\d{4}")

# The same applies to patterns.
PATTERNS = (exp.Like, exp.ILike, exp.SimilarTo, exp.Glob)
MAX_PATTERN = 50  # characters

# Columns that every table of PostgreSQL has. The parser also refuses all names that begin with pg_.
SYSTEM_COLUMNS = {"cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"}

# Texts that are written without quotes. Names and units are one word. The others are numbers, or keywords
# such as CURRENT ROW.
WORD = re.compile(r"\w+")
WORDS = re.compile(r"[A-Za-z0-9_.+ -]*")

# The columns of PostgreSQL's functions whose columns do not have the name of the function's alias.
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

# Functions that collect all rows into one value.
COLLECT = {
    *("array_agg", "group_concat", "json_agg", "json_arrayagg", "json_group_array", "json_group_object"),
    *("json_object_agg", "json_objectagg", "jsonb_agg", "jsonb_object_agg", "string_agg"),
}
