"""Tests of the measuring itself: a load that is not what it says proves nothing."""
