"""Submissions had from a server of field collection."""

from enduse.api.given import Folder, as_path
from enduse.exchange.collected import fetching
from enduse.exchange.collected.fetching import Fetched


def fetch(url: str, out: Folder, *, token: str = "", attachments: Folder | None = None) -> Fetched:
    """Have all submissions of a form from KoboToolbox or ODK Central, as a file to be read like any table.

    Only the server of the address is asked, within bounds of size and time, and only it is given the token.

    Args:
        url: ``https://SERVER/api/v2/assets/UID/data.json`` of KoboToolbox, or
            ``https://SERVER/v1/projects/N/forms/FORM.svc/Submissions`` of ODK Central.
        out: file to write (JSON); nothing may stand there.
        token: the API key of KoboToolbox, or a session token of ODK Central; empty for what is public.
        attachments: folder for photos and other files, each under its SHA-256, with a list of which belongs to which record.

    Raises:
        MalformedError: the address is of no such list, holds a secret, or leads to another host; or an answer is no list.
        UnknownError: it is not there, not for whoever asks, or the server cannot be reached.
        LimitError: it is more, or takes longer, than the bounds allow.
        ConflictError: something stands where it is to be written.

    Example:
        >>> import enduse
        >>> try:
        ...     enduse.fetch("https://kobo.example.org/api/v1/data/7", "march.json")
        ... except enduse.errors.MalformedError as error:
        ...     print(error.problem.code)
        fetch.old_interface
    """
    return fetching.fetch(
        url, as_path(out), token=token, attachments=None if attachments is None else as_path(attachments)
    )
