"""Socket.IO: who may say what to whom; PROTOCOL.md is the wire protocol in words."""
