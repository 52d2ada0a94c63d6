"""What people read of a transaction: lines of at most 80 columns, nothing shortened that is compared."""
