"""What a finished run can be asked: why, what changed, how firm."""
