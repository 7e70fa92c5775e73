"""The faults that a program can have, part by part; `program_check` puts them together."""
