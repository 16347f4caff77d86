"""Which sites together: a set that meets the target and every wish, and what each wish costs."""
