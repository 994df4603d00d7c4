"""The same twelve flat rules in our language, by hand in Python, polars and SQL, and as data for peers."""
