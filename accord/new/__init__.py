"""`accord new`: a service of your own from a contract, in a folder of its own."""

from accord.new.project import new

__all__ = ["new"]
