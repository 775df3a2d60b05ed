"""Random flights for as long as asked, checked all the way; run by scripts/soak."""
