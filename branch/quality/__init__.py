"""How calls went, as the media node measured them: kept so that a low score can be read beside it."""
