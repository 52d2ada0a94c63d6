"""How long commands take to start, beside a program that does nothing but start click."""
