"""Campaigns: asking for returns, writing to those asked, knowing where each stands."""
