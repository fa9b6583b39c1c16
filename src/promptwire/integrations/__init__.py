"""The world outside: password hashing, rendering pools; later mail and webhooks."""
