"""The customers service. Ids that begin with `cus_blocked` are blocked customers."""

from __future__ import annotations

from accord.runtime import Principal, Problem
from accord.runtime.declare import Api
from generated.downstream.customers import handlers, models, routes
from impl.fakes.ledger import Call, Ledger, new_id, now

_EVERYBODY = "customers"
_SEED = {"cus_8f3k2m9q1z": ("Ada", "Lovelace"), "cus_2h7d4s6w9x": ("Charles", "Babbage")}
_BLOCKED = "cus_blocked"


def api(ledger: Ledger) -> Api:
    return routes.api(customers=Customers(ledger))


class Customers:
    """Knows a few customers from the start."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        for customer_id, (first_name, last_name) in _SEED.items():
            self._seed(customer_id, first_name, last_name)

    async def list_customers(
        self, *, limit: int, cursor: str | None, email: str | None, principal: Principal
    ) -> models.CustomerPage:
        if email is not None:
            found = self._with_email(email)
            return models.CustomerPage(items=[found] if found else [])
        customers, more = self._ledger.page(models.Customer, _EVERYBODY, limit=limit, cursor=cursor)
        return models.CustomerPage(items=customers, next_cursor=more)

    async def create_customer(
        self, *, idempotency_key: str, body: models.CustomerCreate, principal: Principal
    ) -> handlers.CreateCustomer201:
        call = Call(principal.subject, "createCustomer", idempotency_key)

        def create() -> models.Customer:
            self._refuse_taken(body.email)
            customer = _customer(new_id("cus"), body.first_name, body.last_name, body.email)
            self._ledger.save(call, customer.id, _EVERYBODY, customer)
            return customer

        customer = self._ledger.once(call, body, models.Customer, create)
        return handlers.CreateCustomer201(body=customer, location=f"/customers/{customer.id}")

    async def get_customer(self, *, customer_id: str, principal: Principal) -> models.Customer:
        return self._known(customer_id)

    async def update_customer(
        self, *, customer_id: str, body: models.CustomerPatch, principal: Principal
    ) -> models.Customer:
        call = Call(principal.subject, "updateCustomer")
        with self._ledger.transaction():
            customer = self._ledger.get(models.Customer, customer_id)
            if body.email is not None:
                self._refuse_taken(body.email, but=customer_id)
            changed = customer.model_copy(
                update={name: getattr(body, name) for name in body.model_fields_set}
            )
            if changed != customer:
                self._ledger.save(call, customer_id, _EVERYBODY, changed)
        return changed

    def _known(self, customer_id: str) -> models.Customer:
        if customer_id.startswith(_BLOCKED):
            self._seed(customer_id, "Bernie", "Blocked", status="blocked")
        return self._ledger.get(models.Customer, customer_id)

    def _seed(self, id: str, first_name: str, last_name: str, status: str = "active") -> None:
        customer = _customer(id, first_name, last_name, f"{id}@example.com", status)
        with self._ledger.transaction():
            if self._ledger.find(models.Customer, id) is None:
                self._ledger.save(Call("seed", "createCustomer"), id, _EVERYBODY, customer)

    def _with_email(self, email: str) -> models.Customer | None:
        cursor: str | None = None
        while True:
            customers, cursor = self._ledger.page(models.Customer, _EVERYBODY, cursor=cursor)
            for customer in customers:
                if customer.email.lower() == email.lower():
                    return customer
            if cursor is None:
                return None

    def _refuse_taken(self, email: str, *, but: str = "") -> None:
        holder = self._with_email(email)
        if holder is not None and holder.id != but:
            detail = "Another customer has this e-mail address."
            raise Problem(409, code="email_taken", detail=detail)


def _customer(
    id: str, first_name: str, last_name: str, email: str, status: str = "active"
) -> models.Customer:
    return models.Customer(
        id=id,
        first_name=first_name,
        last_name=last_name,
        email=email,
        status=models.CustomerStatus(status),
        created_at=now(),
    )
