"""Links that payments lack, as a part of a programme's questions; nothing here links anything."""

from enduse.api.given import When
from enduse.api.publishing import PublishingQuestions
from enduse.views.links import PaymentLinks, payment_links


class MoneyLinkQuestions(PublishingQuestions):
    """A programme whose payments may lack links."""

    def money_links(self, *, as_at: When | None = None, as_known: When | int | None = None) -> PaymentLinks:
        """Return how payments are linked to promises and to their recipients' word, and proposals for what is not.

        A proposal is for a person, who asks both parties; who said the payment signs it again with the link
        (:meth:`enduse.Programme.correct`), or nobody does.

        Args:
            as_at: as it stood then, as claimed.
            as_known: counting only what had been recorded by then.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     links = programme.money_links()
            >>> links.payments, links.kept, links.unresolved, len(links.proposals)
            (8, 8, 0, 0)
        """
        with self._then(as_at, as_known) as book:
            return payment_links(book)
