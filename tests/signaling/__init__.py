"""Sockets: who may say what to whom."""
