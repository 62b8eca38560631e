"""Tests: unit, scenarios on real processes, real browsers."""
