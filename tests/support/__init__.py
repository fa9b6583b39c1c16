"""What tests share: a real server process, a real PostgreSQL, and people to act in them."""
