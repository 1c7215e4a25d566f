"""``python -m tests.power``: puts every mistake in, and prints who noticed."""

from tests.power.mutants import MUTANTS
from tests.power.trial import is_killed

killed = 0
for number, mutant in enumerate(MUTANTS):
    noticed, _ = is_killed(number)
    killed += noticed
    print("killed  " if noticed else "SURVIVED", mutant, flush=True)
print(f"{killed} of {len(MUTANTS)} mutants are killed")
