"""The version of the sagas: what one release leaves, the next one carries on.

A saga is carried on by replaying what its steps came to, so its steps must be the ones that it
began with. The rule for whoever changes the steps of a saga, their order or their names:

1. Raise `VERSION`. Releases of the old version then leave the new one's sagas alone; the new one
   takes over what the old one left, as soon as no process of the old one is alive to do it.
2. Keep the former steps beside the new ones, chosen by the `version` that a saga was begun with,
   for one release: until none of them is under way. A release that can no longer carry on what it
   finds fails the saga's first step that differs and says so in the log.

What a step does may change freely, as long as what it gives is still understood.
"""

VERSION = 1
