"""Many cases at once: tables and files of facts in, tables of answers out."""
