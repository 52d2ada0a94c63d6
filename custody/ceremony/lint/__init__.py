"""What is wrong with a plan: `lint` applies the rules of `ceremony.plan.rules`; `reach` says who opens what."""
