"""How fast the register is, beside its peers, measured in one run: `python -m benchmarks`. Not in the wheel."""
