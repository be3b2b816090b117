"""Dispatch: work orders, from issue to the finished job."""
