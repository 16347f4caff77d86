"""Values become verdicts, scores, ranks and locations."""
