"""Keep customers by talking to them: a terminal planner with reasons."""

__version__ = "0.1.0"
