"""Models are built once, before what is made of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypeAliasType

from accord.runtime import Model
from accord.runtime.complete import complete
from accord.runtime.declare import Body, Media, Operation, Query, Reply


class Owner(Model):
    pets: list[Pet] | None = None


class Pet(Model):
    owner: Owner
    toys: Annotated[dict[str, Toy], Field(min_length=1)]
    tree: Tree = None


class Toy(Model):
    name: str


class Filter(Model):
    name: str


class Elsewhere(Model):
    name: str


Tree = TypeAliasType("Tree", "dict[str, Tree] | Pet | None")


def operation(**parts: Any) -> Operation:
    return Operation(id="op", tag="tag", handler="op", method="POST", path="/", **parts)


def test_all_that_an_operation_is_made_of_is_built() -> None:
    """What its parameters, body and replies refer to, in a ring or through an alias; nothing
    else."""
    body = Body((Media("application/json", list[Owner]),))
    reply = Reply(200, media=(Media("application/json", Tree),))
    complete(operation(parameters=(Query("q", Filter),), body=body, replies=(reply,)))
    assert all(each.__pydantic_complete__ for each in (Owner, Pet, Toy, Filter))
    assert not Elsewhere.__pydantic_complete__
