"""A server's `/v1` as the command line asks it: on the SDK's connection, with errors that say what to do."""
