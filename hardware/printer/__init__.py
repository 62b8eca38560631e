"""The receipt printer: a slip is laid out as a picture, sent as ESC/POS, and never printed twice."""
