"""Where recordings are kept once they are closed: the node's disk, or a bucket that speaks S3."""
