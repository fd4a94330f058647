# One image for web, worker, beat and the migrations; docker-compose.yml says which command each runs.
FROM python:3.12.10-slim-bookworm AS packages
RUN python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r /requirements.lock

# Of the packages for browsers the one file that a page needs; nothing is built, and node is not in the image.
FROM node:20.19.2-bookworm-slim AS browser
COPY package.json package-lock.json /browser/
RUN npm ci --prefix /browser --ignore-scripts --omit=dev --no-audit --no-fund \
    && install -D --mode 644 /browser/node_modules/cytoscape/dist/cytoscape.min.js /served/cytoscape/cytoscape.min.js

FROM python:3.12.10-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# pg_dump and pg_restore for `manage.py backup` and `restore`: no older than the server of docker-compose.yml.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp matchmaker \
    && install --directory --owner 10001 --mode 700 /var/lib/matchmaker
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY matchmaker matchmaker
COPY matchmaker.dist-info matchmaker.dist-info
COPY api api
COPY --from=browser /served node_modules/.served
# The settings are asked for here only to find the files; nothing of them stays in the image.
RUN MATCHMAKER_ENV=production SECRET_KEY=$(head -c 64 /dev/urandom | base64 -w 0) ALLOWED_HOSTS=build \
    DATABASE_URL=postgres://build/build CODE_DELIVERY=mail EMAIL_URL=smtp://build:25 SHRED_LIST=/tmp/none \
    python manage.py collectstatic --no-input
USER 10001
EXPOSE 8000
CMD ["uvicorn", "matchmaker.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-access-log"]
