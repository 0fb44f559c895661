"""The whole ledger as tables of Parquet that only grow, and the same figures asked of them on several engines."""
