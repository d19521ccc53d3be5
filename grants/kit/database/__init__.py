"""The database: engines, sessions, and what all tables share."""
