"""Words everybody shares: identifiers, quantities, money, times, languages. Floor 1; imports no other room."""
