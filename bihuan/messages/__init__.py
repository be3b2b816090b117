"""What is written to customers and what they write to us: the outbox, the mailboxes, and the words of templates."""
