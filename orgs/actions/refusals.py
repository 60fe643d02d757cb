"""How an action says no."""


class Refusal(Exception):
    """An action refuses, and changes nothing; its text tells the user why.

    The base of what actions raise, each defined beside the action that raises it.
    """
