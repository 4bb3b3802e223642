"""Settings that hold for one request and are put back after it, so that no request changes the pixels of the next."""


class Overrides:
    """`with Overrides() as settings: settings.set(scene.render, "use_border", True)`.

    Values go back in the order in which they were first set: a file format must be back before the colour depth
    that only it knows.
    """

    def __init__(self):
        self._before = {}

    def __enter__(self):
        return self

    def set(self, owner, name, value):
        self.keep(owner, name)
        setattr(owner, name, value)

    def keep(self, owner, *names):
        """Remembers values that setting something else may change."""
        for name in names:
            key = (owner.as_pointer(), name)
            if key not in self._before:
                self._before[key] = (owner, name, getattr(owner, name))

    def __exit__(self, *_):
        for owner, name, value in self._before.values():
            # What was never chosen may be a value that cannot be set, such as an empty choice.
            if getattr(owner, name) != value:
                setattr(owner, name, value)
