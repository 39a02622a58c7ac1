"""Rates, paired differences, and what so many items can show."""
