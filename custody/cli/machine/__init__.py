"""What concerns this machine and no treasury."""
