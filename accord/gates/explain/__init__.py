"""What the engine makes of a contract, construct by construct."""

from accord.gates.explain.report import Explained, explain

__all__ = ["Explained", "explain"]
