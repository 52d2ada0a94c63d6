"""What a person does next: `evening`, the order of an evening's commands; `next_steps`, what follows each of them.

It imports `front` alone, which loads it by name: where nothing else was asked for, and where a command ended well.
"""
