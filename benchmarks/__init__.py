"""What is measured, by whom it can be measured again, and against what."""
