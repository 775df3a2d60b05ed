"""Asks for the tiles that a plan wants: at once, when there is room again, and after failures."""

from glview.failures import Failures
from glview.picture import Picture
from glview.residency import Residency
from glview.scheduler import Plan
from glview.supply import Supply


class Asking:
    """Asks ``supply`` for what ``residency`` is missing; used by the thread that owns the view.

    ``failures`` and ``lacking`` are those of the residency.
    """

    def __init__(
        self,
        supply: Supply,
        residency: Residency,
        picture: Picture,
        failures: Failures,
        lacking: Failures,
    ) -> None:
        self._supply = supply
        self._residency = residency
        self._picture = picture
        self._failures = failures
        self._lacking = lacking
        self._asked_again: Plan | None = None

    def ask(self, plan: Plan) -> None:
        """Ask for all that the plan wants and that is worth it, and for nothing else any more."""
        self._supply.ask(plan, self._residency.missing(plan.wanted))

    def is_complete(self, plan: Plan) -> bool:
        """Whether every tile that the plan's view needs is there, has nothing, or failed."""
        return all(map(self._residency.is_settled, plan.needed))

    def ask_again(self, plan: Plan) -> None:
        """Once for each plan, when the picture is complete, ask for what is lacking still.

        Tiles that are only likely to come into sight found no slot, or lost it, while others stood
        in for those of the picture.
        """
        if self._asked_again is plan or not self.is_complete(plan):
            return
        if not any(self._picture.standing_in(plan)):
            self._asked_again = plan
            self.ask(plan)

    def retry(self, plan: Plan, now_s: float) -> None:
        """Ask again for failed tiles, and those with holes, once their pause is over.

        Only what the view still wants is asked for, and only for such a tile is anybody woken.
        """
        keep = plan.keep
        # Both are asked: the second must not wait for a frame in which the first has nothing.
        if self._failures.ask_due(keep, now_s) | self._lacking.ask_due(keep, now_s):
            self.ask(plan)
        dues_s = self._failures.next_due_s(keep), self._lacking.next_due_s(keep)
        due_s = min((due_s for due_s in dues_s if due_s is not None), default=None)
        self._supply.wake_after(None if due_s is None else due_s - now_s)

    def forget_failures(self) -> None:
        """Let every failed tile be asked for as if it had not been tried.

        And those with holes, which stay on the screen meanwhile.
        """
        self._failures.clear()
        self._lacking.ask_all()
        self._supply.forget_holes()
