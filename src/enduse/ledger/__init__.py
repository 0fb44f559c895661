"""One double-entry ledger for goods and money: postings from statements, balances, differences, trace."""
