"""Facts about a learner that an upper room keeps, and that a class may ask for beside what a Learner tells itself.

The room registers a `Fact`; its name may then stand among the needs of `LearnerForm` and of `learners.missing`.
"""

_facts = {}


class Fact:
    """One such fact: how it is known, asked for and kept."""

    name = ""

    def is_known(self, learner):
        """Whether the learner has told it."""
        raise NotImplementedError

    def fields(self):
        """The questions of a form, as {name: field}."""
        raise NotImplementedError

    def keep(self, learner, data):
        """Keep the answers of a learner who is saved; `data` holds the cleaned answers by the names of the fields."""
        raise NotImplementedError


def register(fact):
    """Let classes ask for it; registering twice does the same as once."""
    _facts[fact.name] = fact


def among(needs):
    """The registered facts among these needs."""
    return [fact for name, fact in sorted(_facts.items()) if name in needs]
