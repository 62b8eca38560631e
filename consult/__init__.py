"""The media node: WebRTC in, WebRTC out, recording. asyncio only."""
