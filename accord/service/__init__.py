"""What any service wants around its contract: plain ASGI middlewares, health, metrics, logs.

Each middleware works alone. Together, the outermost first:

    TrustedProxies      who the client is, for all that follow
    RequestIds          everything below has the ids
    AccessLog           sees every answer, refusals and errors included
    Metrics
    SecurityHeaders     on every answer, too
    ErrorGuard          above whatever else may raise
    TrustedHosts, Cors
    ConcurrencyLimit    before anything costs much
    Deadline
    RateLimit
    BodyLimit
    Versions            what follows sees the version in the path
    Compression         next to the application

They share one wrapper around `send` (`accord.service.exchange`), begun by the outermost.
"""
