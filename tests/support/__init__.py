"""What several rooms' tests stand on, each in a module of its own."""
