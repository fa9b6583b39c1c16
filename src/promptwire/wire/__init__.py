"""What client and server share: canonical JSON, content hashes, error codes and the delivery protocol."""
