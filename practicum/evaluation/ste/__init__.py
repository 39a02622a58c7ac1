"""Prediction files of the STE paper's code: read as they are, scored from the raw replies alone."""
