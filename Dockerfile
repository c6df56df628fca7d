# The store's image; `make image` builds it. The builder has pip and compilers and is left behind;
# what serves carries no generator, no gates, no tests and no tool to install anything.
#
#   store   (the default) the service, and `migrate`
#   fakes   the six internal services, for development: see compose.yaml
ARG BUILDER_IMAGE=docker.io/library/python:3.13-bookworm@sha256:07bf1bd38e191e3ed18b5f3eb0006d5ab260cb8c967f49d3bf947e5c2e44d8a9
ARG RUNTIME_IMAGE=docker.io/library/python:3.13-slim-bookworm@sha256:01f42367a0a94ad4bc17111776fd66e3500c1d87c15bbd6055b7371d39c124fb

FROM ${BUILDER_IMAGE} AS builder
# Sets are laid out by hash: a fixed seed makes the same byte code in every build.
ENV PYTHONHASHSEED=0 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv --without-pip /app/.venv
COPY requirements.lock /build/
RUN python -m pip --python /app/.venv/bin/python --disable-pip-version-check \
    install --no-cache-dir --no-compile --no-deps --require-hashes \
    --requirement /build/requirements.lock
COPY accord/__init__.py accord/errors.py accord/py.typed /app/accord/
COPY accord/client /app/accord/client
COPY accord/runtime /app/accord/runtime
COPY accord/service /app/accord/service
COPY accord/downstream /app/accord/downstream
COPY generated /app/generated
COPY clients/__init__.py /app/clients/
COPY clients/downstream /app/clients/downstream
COPY impl /app/impl
COPY openapi/CHANGELOG.html /app/openapi/
COPY deploy/health.py /app/
# What only development needs moves out, to the image of the fakes.
RUN mkdir -p /fakes/app/impl /fakes/app/generated \
    && mv /app/impl/fakes /fakes/app/impl/ \
    && mv /app/generated/downstream /fakes/app/generated/ \
    && rm /app/impl/development.py /app/impl/seed.py
# Byte code is made here, since the root is read-only where it runs, and holds no timestamps.
ARG SOURCE_DATE_EPOCH=0
RUN /app/.venv/bin/python -m compileall -q --invalidation-mode unchecked-hash /app /fakes \
    && find /app /fakes -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH}" {} +

FROM ${RUNTIME_IMAGE} AS runtime
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=builder /app /app
# A number: Kubernetes cannot see that a name is not root's.
USER 10001:10001
ENTRYPOINT ["python", "-m"]

FROM runtime AS fakes
COPY --from=builder /fakes/app /app
CMD ["impl.fakes", "--state", "/tmp/fakes", "--port-base", "9101"]

FROM runtime AS store
ARG VERSION=0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="store" \
      org.opencontainers.image.description="Items and orders over six internal services" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV STORE_HOST=0.0.0.0 \
    STORE_PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-I", "-S", "/app/health.py"]
CMD ["impl", "serve"]
