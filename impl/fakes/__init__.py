"""The six internal services that the store calls, for development and tests.

Servers generated from the contracts in openapi/downstream, with small bodies: they validate what
they are sent, ask for the API key, and keep ledgers and idempotency keys on disk.

Bad news comes by data, always the same:

| what                               | answer                              |
| ---------------------------------- | ----------------------------------- |
| customer `cus_blocked…`            | a customer who is blocked           |
| an id that is not known            | 404 `not_found`                     |
| sku `OUT-…`                        | 409 `out_of_stock`                  |
| payment method `pm_declined…`      | 402 `payment_declined`              |
| payment method `pm_unknown…`       | 422 `payment_method_unknown`        |
| country `AQ`                       | 422 `not_deliverable`               |
| recipient `In Transit`             | 409 `shipment_closed` on any change |
| an idempotency key with a new body | 409 `idempotency_key_reused`        |

Beyond that they misbehave as they are told: see `impl.fakes.faults` for what they can be told, and
`impl.fakes.misbehaviour` for how.
"""

from impl.fakes.faults import Plan, WrongFaults, given_plan
from impl.fakes.servers import SERVICES, Fakes, ledger_path, running

__all__ = ["SERVICES", "Fakes", "Plan", "WrongFaults", "given_plan", "ledger_path", "running"]
