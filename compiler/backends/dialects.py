"""The databases whose SQL can be written, by the names that `--dialect` takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from leadcard.compiler.backends.dialect import Dialect
from leadcard.compiler.backends.dialect_bigquery import BIGQUERY
from leadcard.compiler.backends.dialect_clickhouse import CLICKHOUSE
from leadcard.compiler.backends.dialect_duckdb import DUCKDB
from leadcard.compiler.backends.dialect_mysql import MARIADB, MYSQL
from leadcard.compiler.backends.dialect_postgres import POSTGRES
from leadcard.compiler.backends.dialect_redshift import REDSHIFT
from leadcard.compiler.backends.dialect_snowflake import SNOWFLAKE
from leadcard.compiler.backends.dialect_spark import DATABRICKS, SPARK
from leadcard.compiler.backends.dialect_sqlite import SQLITE
from leadcard.compiler.backends.dialect_trino import TRINO
from leadcard.compiler.backends.dialect_tsql import TSQL

# Their SQL is generated, and read by a parser of theirs, but not run on them.
GENERATED: Final = (DATABRICKS, SNOWFLAKE, REDSHIFT, TRINO, TSQL)
# And MySQL's, which is MariaDB's with other names of collations and more letters.
NOT_RUN: Final = frozenset(d.name for d in (*GENERATED, MYSQL))

DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        d.name: d
        for d in (DUCKDB, POSTGRES, SQLITE, SPARK, BIGQUERY, MYSQL, MARIADB, CLICKHOUSE, *GENERATED)
    }
)
