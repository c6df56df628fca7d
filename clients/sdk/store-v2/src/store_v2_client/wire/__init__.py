"""What generated clients stand on: parameters, bodies, replies, streams, credentials.

It needs httpx and attrs, and nothing else of accord: its modules refer to each other by relative
imports, so that `render_client(…, embed=True)` can put a copy into a package that is installed
where accord is not.
"""
