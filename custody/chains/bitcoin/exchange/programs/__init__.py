"""Other programs' files, a module for each program: read and written as that program does."""
