"""Sagas that outlive their process: workflows of DBOS, and who carries them on when one dies.

DBOS writes down what each step came to, and carries on from there what the same process left. Of
what other processes left it knows nothing; `impl.sagas.durable.executors` hands that over.
"""

from impl.sagas.durable.engine import Durable, SagaFunction, Timing
from impl.sagas.durable.metrics import SagaMetrics
from impl.sagas.durable.store import SagaStore

__all__ = ["Durable", "SagaFunction", "SagaMetrics", "SagaStore", "Timing"]
