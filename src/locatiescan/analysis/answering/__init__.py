"""What a location can carry: how high, how many homes, by which planning route, when, and what the law asks."""
