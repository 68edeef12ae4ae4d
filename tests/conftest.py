"""What holds for every test."""

from hypothesis import settings

# Machines of continuous integration are noisy: how long one example takes says nothing.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
