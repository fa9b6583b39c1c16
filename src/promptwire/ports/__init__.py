"""What the use cases need of the world: protocols that storage and integrations fulfil."""
