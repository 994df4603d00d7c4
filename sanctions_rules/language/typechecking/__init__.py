"""What may be said of what: each room checks one kind of thing that a block says."""
