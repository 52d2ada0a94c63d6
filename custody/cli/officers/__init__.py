"""The commands about officers: enrol, retire, passphrase, rules, absence, carry."""
