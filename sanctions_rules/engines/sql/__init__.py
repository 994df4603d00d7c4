"""DuckDB and Spark SQL from the core, for deciding where the data lives (extras `sql`, `spark`)."""
