# One image for the three processes of a node: `tonne start`, or each by itself (docs/OPERATIONS.md).
#
# BASE needs Python 3.11 or 3.12 with its venv module. BUILD_BASE is what packages are fetched and
# built on: the same, or one that also knows the certificates and mirrors of the place of building,
# which then stay out of the image.
ARG BASE=python:3.11-slim-bookworm
ARG BUILD_BASE=${BASE}

FROM ${BUILD_BASE} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 TONNE_ENGINE_CACHE=/opt/tonne-engine
COPY requirements/runtime.txt requirements/build.txt requirements/
RUN python3 -m venv /opt/tonne && python3 -m venv /opt/build \
 && /opt/tonne/bin/pip install --quiet --require-hashes -r requirements/runtime.txt \
 && /opt/build/bin/pip install --quiet --require-hashes -r requirements/build.txt
# The engine before our own sources: it changes seldom, and takes longest.
COPY node/__init__.py node/
COPY node/engine node/engine
RUN /opt/tonne/bin/python -m node.engine install \
 && ln -s "$(echo "$TONNE_ENGINE_CACHE"/*/cometbft)" /opt/tonne/bin/cometbft \
 && rm -rf "$TONNE_ENGINE_CACHE"/toolchain-* "$TONNE_ENGINE_CACHE"/go-*
COPY pyproject.toml README.md LICENSE ./
COPY abci_app abci_app
COPY node node
COPY proto proto
COPY genesis genesis
COPY tests/scenarios tests/scenarios
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/tonne/bin/pip install --quiet --no-deps /wheel/*.whl

FROM ${BASE}
COPY --from=build /opt/tonne-engine /opt/tonne-engine
COPY --from=build /opt/tonne /opt/tonne
# Fresh volumes take over the owner that these folders have.
RUN mkdir -p /node/config /node/data && chown -R 10001:10001 /node && chmod -R 700 /node
ENV PATH=/opt/tonne/bin:$PATH HOME=/node LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 TONNE_ENGINE_CACHE=/opt/tonne-engine
USER 10001:10001
WORKDIR /node
EXPOSE 26656 9090
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 \
    CMD ["python", "-m", "node.health", "--home", "/node"]
ENTRYPOINT ["tonne"]
CMD ["start", "--home", "/node"]
