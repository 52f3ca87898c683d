# One image for all services and roles: `python -m services.<name> api|worker|migrate|...`.

FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements/runtime.txt .
# Built apart, so that pip and whatever it needs stay behind. A change of the code does not come here.
RUN python -m venv --without-pip /opt/sangsaeng \
    && pip --python /opt/sangsaeng/bin/python install --quiet --no-cache-dir --disable-pip-version-check \
        --root-user-action=ignore --require-hashes --only-binary=:all: --no-binary=kiwipiepy-model --requirement runtime.txt

FROM python:3.13-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Sangsaeng" \
      org.opencontainers.image.description="Services that run technology-cooperation fairs and follow up what they lead to" \
      org.opencontainers.image.licenses="Apache-2.0"
# The image runs nothing but the services: no installer, no shell account, no way to write to itself.
RUN rm -rf /usr/lib/python3/dist-packages/pip* /usr/local/lib/python3*/site-packages/pip* /usr/local/bin/pip* /usr/bin/pip* \
        /usr/local/lib/python3*/ensurepip /usr/lib/python3*/ensurepip \
    && groupadd --gid 10001 sangsaeng \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sangsaeng
COPY --from=packages /opt/sangsaeng /opt/sangsaeng
ENV PATH=/opt/sangsaeng/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp NUMBA_CACHE_DIR=/tmp/numba
WORKDIR /app
COPY LICENSE ./
COPY data data
COPY contracts contracts
COPY services services
RUN python -m compileall -q contracts services
LABEL org.opencontainers.image.version="${VERSION}" org.opencontainers.image.revision="${REVISION}"
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "services", "--help"]
