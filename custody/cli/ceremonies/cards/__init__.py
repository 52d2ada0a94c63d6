"""`custody share check --transcript`: one card alone, held against its commitment, and a receipt of it."""
