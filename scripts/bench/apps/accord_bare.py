"""Ours, without any middleware."""

from bench_contracts.items import models, routes

from accord.runtime import Application
from scripts.bench.apps.accord_items import items_over_memory

app = Application(apis=[routes.api(items=items_over_memory(models))])
