"""The media node: WebRTC in, WebRTC out, recording. asyncio only."""

__version__ = "0.1.0"
