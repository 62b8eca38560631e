"""Bad networks between real browsers and a real media node."""
