# The container image. tests/test_image.py performs these lines without a container engine: keep to the
# instructions that it knows, and every path below /app or /data.

FROM node:22-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv .venv
RUN .venv/bin/python -m pip install --no-cache-dir --require-hashes --only-binary :all: --no-deps -r requirements.txt
COPY . ./
COPY --from=packages /app/node_modules ./node_modules
RUN python mlcanvas/ops/assets.py
RUN rm -r node_modules
# Fonts are for PDFs, which read them from static/; no browser asks for them.
RUN MLCANVAS_PRODUCTION=true MLCANVAS_HOSTS=build MLCANVAS_DATA_DIR=/tmp MLCANVAS_SECRET_KEY="$(head -c 64 /dev/urandom | base64 -w 0)" .venv/bin/python manage.py collectstatic --no-input --ignore fonts --verbosity 0

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home mlcanvas && install --directory --owner mlcanvas /data
WORKDIR /app
COPY --from=build /app ./
ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=1
ENV MLCANVAS_PRODUCTION=true
ENV MLCANVAS_DATA_DIR=/data
ENV GRANIAN_HOST=0.0.0.0
ENV GRANIAN_PORT=8000
ENV GRANIAN_WORKERS=2
# As many as the database pool of a process holds connections.
ENV GRANIAN_BLOCKING_THREADS=8
USER mlcanvas
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD .venv/bin/python mlcanvas/ops/health.py
CMD .venv/bin/python manage.py prepare && exec .venv/bin/python -m granian --interface wsgi --blocking-threads 4 mlcanvas.wsgi:application
