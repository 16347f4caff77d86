"""A result in, a file out. Every file is written under a temporary name, checked, then renamed."""
