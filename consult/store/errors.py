"""What can go wrong with a store of recordings.

StoreError                 store.failed         an answer that nothing else explains
├── StoreAway              store.away           no answer, or one that tells of its own trouble; tried again
├── StoreRefused           store.refused        the key is wrong, or may not do this
├── NoBucket               store.no_bucket      there is no such bucket
├── BadCertificate         store.certificate    nobody we trust vouches for it
├── KeepsVersions          store.versions       what is deleted there stays readable
└── NotKept                store.not_kept       what it says it holds is not what it was given
"""

from typing import ClassVar


class StoreError(Exception):
    """A store that did not do what it was asked; `code` is stable, the message is one line that says what to do."""

    code: ClassVar[str] = "store.failed"


class StoreAway(StoreError):
    code = "store.away"


class StoreRefused(StoreError):
    code = "store.refused"


class NoBucket(StoreError):
    code = "store.no_bucket"


class BadCertificate(StoreError):
    code = "store.certificate"


class KeepsVersions(StoreError):
    code = "store.versions"


class NotKept(StoreError):
    code = "store.not_kept"
