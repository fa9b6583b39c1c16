"""What reads are answered from: prompts, credentials and rights in memory, as the change log says they are."""
