FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MMO_DATA=/data
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY mmo_lti mmo_lti
COPY moodle_sync moodle_sync
COPY tasks tasks
COPY templates templates
COPY migrations migrations
# Editable: pages, forms and migrations are read from beside the packages.
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && pybabel compile -d mmo_lti/translations \
    && useradd --system --uid 10001 mmo && install -d -o mmo /data
USER mmo
VOLUME /data
EXPOSE 8000
CMD ["mmo", "web", "--host", "0.0.0.0", "--port", "8000"]
