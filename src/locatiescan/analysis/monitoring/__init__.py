"""How far places have come: status carried from run to run, and progress against the target."""
