"""The report as one page of HTML: what owners, auditors and the person on call look at."""
