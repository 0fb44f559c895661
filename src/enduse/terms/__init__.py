"""Ground floor: identifiers, quantities, money, times and keys; imports nothing but errors."""
