"""Figures: the monthly rates of complaints with the lists behind them, the classification table, closing a month."""
