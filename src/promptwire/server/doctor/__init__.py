"""What `promptwire doctor` looks at on the server's machine: the usual mistakes, each with what to do about it."""
