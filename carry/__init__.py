"""Carrying the toolkit to a machine that has never been online: `pack` makes a folder there, `install` lays it here."""
