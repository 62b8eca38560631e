"""Tests of where recordings are kept."""
