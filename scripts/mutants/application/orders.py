"""Mutants of operations on orders, and of what all operations share."""

from __future__ import annotations

from scripts.mutants.application.mutants import Mutant

_HANDLERS = "impl/handlers/v2/orders.py"
_ROUTES = "generated/store/v2/routes.py"
_ROWS = "impl/repositories/orders.py"
_CHANGES = "impl/sagas/change_order.py"

ORDERS = (
    Mutant(
        "another default order",
        ("listOrders",),
        _ROWS,
        "descending=True,",
        "descending=False,",
    ),
    Mutant(
        "a wrong filter",
        ("listOrders",),
        _ROWS,
        "matching.where(orders.c.status == query.status.value)",
        "matching.where(orders.c.status != query.status.value)",
    ),
    Mutant(
        "another page size",
        ("listOrders",),
        _HANDLERS,
        "size=page_size,",
        "size=page_size + 1,",
    ),
    Mutant(
        "orders of others shown",
        ("listOrders",),
        _ROWS,
        "if query.owner is not None:",
        "if not query.owner:",
    ),
    Mutant(
        "another success status",
        ("placeOrder",),
        _HANDLERS,
        "if order.status is OrderStatus.PENDING:",
        "if order.status is OrderStatus.FAILED:",
    ),
    Mutant(
        "wrong amounts",
        ("placeOrder", "getOrder"),
        _HANDLERS,
        "line_total=money_model(line.total),",
        "line_total=money_model(line.unit_price),",
    ),
    Mutant(
        "a renamed header",
        ("placeOrder",),
        _ROUTES,
        '"Preference-Applied"',
        '"X-Preference-Applied"',
        after='id="placeOrder"',
    ),
    Mutant(
        "repeated requests carried out twice",
        ("placeOrder",),
        _HANDLERS,
        'key = IdempotencyKey(principal.subject, "place_order", idempotency_key)',
        'key = IdempotencyKey(principal.subject, "place_order", f"{idempotency_key}{id(body)}")',
    ),
    Mutant(
        "a changed error code",
        ("placeOrder",),
        "impl/sagas/order_steps.py",
        '"customer_unknown"',
        '"customer_missing"',
    ),
    Mutant(
        "a length tightened in code",
        ("placeOrder",),
        "impl/domain/orders.py",
        '    faults = email_faults(draft.contact_email, pointer="/contact_email")\n',
        '    faults = email_faults(draft.contact_email, pointer="/contact_email")\n'
        "    if len(draft.shipping_address.postal_code) > 3:\n"
        '        faults += [Fault("string_too_long", "Too long.", pointer="/shipping_address")]\n',
    ),
    Mutant(
        "a lost property",
        ("getOrder",),
        _HANDLERS,
        "note=order.note,",
        "note=None,",
        after='view="standard",',
    ),
    Mutant(
        "a lost time zone",
        ("getOrder",),
        _HANDLERS,
        "updated_at=order.updated_at,",
        "updated_at=order.updated_at.replace(tzinfo=None),",
        after='view="standard",',
    ),
    Mutant(
        "a lost section",
        ("getOrder",),
        "impl/handlers/v2/order_details.py",
        "customer=_customer(details.customer),",
        'customer=_customer(Missing(reason="Not asked for.")),',
    ),
    Mutant(
        "an undeclared enum value",
        ("getOrder",),
        "impl/handlers/v2/order_details.py",
        "status=models.PaymentStatus(payment.status),",
        'status=models.PaymentStatus(f"{payment.status}!"),',
    ),
    Mutant(
        "orders of others shown",
        ("getOrder",),
        "impl/services/orders.py",
        "if order is None or order.owner != owner:",
        "if order is None:",
    ),
    Mutant(
        "no effect",
        ("changeShippingAddress",),
        "impl/sagas/change_address.py",
        "moved = replace(held.order, shipping_address=address, shipment_id=None)",
        "moved = replace(held.order, shipment_id=None)",
    ),
    Mutant(
        "a condition ignored",
        ("changeShippingAddress", "cancelOrder"),
        _CHANGES,
        "if if_match is not None and not if_match.match(order.etag):",
        "if if_match is not None and not order.etag:",
    ),
    Mutant(
        "a changed error code",
        ("changeShippingAddress",),
        "impl/gateways/shipping.py",
        'Fault("not_deliverable", detail, pointer="/shipping_address")',
        'Fault("unreachable", detail, pointer="/shipping_address")',
    ),
    Mutant(
        "repetition refused",
        ("cancelOrder",),
        _CHANGES,
        "        if order.status is OrderStatus.CANCELLED:\n            return order\n",
        "",
    ),
    Mutant(
        "a changed message",
        ("cancelOrder",),
        "impl/sagas/cancel_order.py",
        '"The order is on its way already."',
        '"The parcel has left."',
    ),
    Mutant(
        "an undeclared status",
        ("cancelOrder",),
        _ROUTES,
        "Reply(\n                    200,",
        "Reply(\n                    204,",
        after='id="cancelOrder"',
    ),
    Mutant(
        "a parameter called otherwise",
        ("listParkedOrders",),
        "impl/handlers/v2/parked_orders.py",
        'PageCursor(page_cursor, "page_cursor")',
        'PageCursor(page_cursor, "cursor")',
    ),
    Mutant(
        "a forgotten scope",
        ("listParkedOrders",),
        _ROUTES,
        'security=({"bearerAuth": ("orders:operate",)},),',
        'security=({"bearerAuth": ()},),',
        after='id="listParkedOrders"',
    ),
    Mutant(
        "a changed message",
        ("resumeParkedOrder",),
        "impl/sagas/resume_order.py",
        'OrderNotParked(f"The order is {order.status}.")',
        'OrderNotParked("The order is not parked.")',
    ),
    Mutant(
        "another status",
        ("resumeParkedOrder",),
        "impl/sagas/resume_order.py",
        'raise NotFound("No order has this id.")',
        'raise OrderNotParked("No order has this id.")',
    ),
)

SHARED = (
    Mutant(
        "a forgotten scope",
        ("every operation",),
        "impl/auth.py",
        "return Principal(subject, frozenset(scope.split()), claims)",
        "return Principal(subject, frozenset(SCOPES), claims)",
    ),
    Mutant(
        "a credential not looked at",
        ("every operation",),
        "impl/auth.py",
        "        except (jwt.InvalidTokenError, jwt.InvalidKeyError):\n            return None\n",
        "        except (jwt.InvalidTokenError, jwt.InvalidKeyError):\n"
        '            return Principal("somebody", frozenset(SCOPES), {})\n',
    ),
    Mutant(
        "a dropped problem member",
        ("every operation",),
        "impl/problems.py",
        "detail=error.detail,",
        "detail=None,",
    ),
    Mutant(
        "a dropped problem member",
        ("every operation",),
        "impl/problems.py",
        "pointer=fault.pointer,",
        "pointer=None,",
    ),
    Mutant(
        "a changed title",
        ("createItem", "createItems"),
        "impl/problems.py",
        '"SKU taken",',
        '"Duplicate SKU",',
    ),
    Mutant(
        "problems of another type",
        ("every operation",),
        "impl/app.py",
        "problem_types=PAGES,",
        'problem_types="/errors",',
    ),
    Mutant(
        "a lost header",
        ("every operation",),
        "impl/app.py",
        "        Middleware(SecurityHeaders),\n",
        "",
    ),
    Mutant(
        "no request id",
        ("every operation",),
        "impl/app.py",
        "        Middleware(RequestIds),\n",
        "",
    ),
    Mutant(
        "bodies of a size no longer taken",
        ("createItems",),
        "impl/app.py",
        "max_bytes=settings.max_body_size",
        "max_bytes=900",
    ),
)
