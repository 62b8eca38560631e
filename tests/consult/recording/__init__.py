"""Tests of the recorder, on media encoded for real."""
