"""Opens the store that the settings name."""

from pathlib import Path

from consult.store.settings import StoreSettings
from consult.store.stores import DiskStore, Store


def open_store(folder: Path, settings: StoreSettings) -> Store:
    """The disk, or a bucket. Raises StoreError for one that cannot be one."""
    if settings.store is None:
        return DiskStore(folder)
    # What speaks S3 takes a fifth of a second to load: only who has a bucket waits for it.
    from consult.store.bucket_store import BucketStore

    return BucketStore(folder, settings)
