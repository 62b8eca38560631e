"""What the centre knows of its media nodes: their leases, and whether another call fits."""
