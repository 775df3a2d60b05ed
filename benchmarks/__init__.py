"""`python -m benchmarks`: how fast glview is here, beside bare programs that do the same.

Every case runs glview and a bare program in turns, in one process and on the same data, so that a
ratio means something even where the machine is busy. `benchmarks/README.md` says what each row
measures.
"""
