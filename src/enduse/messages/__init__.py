"""What the rooms tell each other and the reader: codes with typed values, never sentences. The lowest floor.

A room says *what* it has to say (a refusal, a caveat, a measurement to make, a reason of "no effect", a problem) as a
code and values; the words are made at the edge, in the reader's language (:mod:`enduse.pages.localizer`). The English
text of every code stands in :mod:`enduse.messages.english`, one file a room; other languages are gettext catalogues of
those texts. How a value is shown stands in the text, not in the room, as a format after a colon::

    {party:name}      a party, place, project, material, function, mandate: its name for people, else the identifier
    {kind:term}       a word of the vocabulary, such as a kind of statement, a step, a state (english/terms.py)
    {act:act}         an act that may need a mandate, such as ``finding`` or ``goods:shipping``
    {count:number}    a whole number or exact decimal text, grouped as the language groups it
    {day:day}         an RFC 3339 instant or date, as a day; {at:time} with its time
    {amount:amount}   an :class:`Amount`, with its unit or currency; {amount:quantity} with what it is of too
    {period:period}   the number of a period; what has dates puts them in its place
    {parts:list}      a list of texts or messages; {parties:names} a list of identifiers, each by its name
    {reason}          anything else: a text from outside as it was written, a :class:`Wording`, or another message

A text with ``many`` has a plural form, chosen by the value named ``n``.
"""

from enduse.messages.message import Amount, Message, Refusal, Value, Wording
from enduse.messages.plain import english_of, english_remedy_of

__all__ = ["Amount", "Message", "Refusal", "Value", "Wording", "english_of", "english_remedy_of"]
