"""What the portal has to say."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "portal.address": Text(
        "nothing can answer at {host}, port {port}: that is none of this machine's addresses, or something answers there already",
        "name another port with --port, or end what answers there",
    ),
    "portal.folder_taken": Text(
        "this folder holds something that is no site of ours", "name another folder; nothing was replaced"
    ),
    "serve.short_token": Text(
        "the token in this file has fewer than {least:number} characters",
        "make one: python -c 'import secrets; print(secrets.token_urlsafe())'",
    ),
}
