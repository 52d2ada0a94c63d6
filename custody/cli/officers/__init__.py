"""`custody officer`: enrol, list, retire, passphrase, rules, absence, carry. Read `commands`, then the jobs."""
