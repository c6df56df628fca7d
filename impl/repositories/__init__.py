"""All SQL of the store: SQLAlchemy Core, on SQLite or PostgreSQL."""
