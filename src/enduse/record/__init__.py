"""The record: an append-only log that nobody can rewrite, its operator included (C2SP tlog formats, RFC 6962 tree).

``tree``, ``note``, ``checkpoint``, ``tiles``, ``proof`` and ``policy`` are the formats, pure functions over bytes;
``store`` (with ``sqlite`` and ``postgres``) keeps the entries; ``log`` appends and publishes; ``witness`` and ``mirror``
are what other parties run; ``verify`` and ``monitor`` are what anybody runs; ``vault`` keeps what may be erased.
The format is specified in ``docs/reference/record-format.md``. This room never looks at the meaning of an entry.
"""
