"""YAML files become records: strict, with every fault at once."""
