"""Ours, appended to a contract of hundreds of operations; all but ours answer 501."""

from bench_contracts.large import models, routes

from accord.runtime import Application
from accord.runtime.declare import Api
from scripts.bench.apps.accord_items import items_over_memory

app = Application(
    apis=[Api(routes.CONTRACT, {"items": items_over_memory(models)})],
    missing="501",
    unverified="deny",
)
