# `practicum serve` in an image without torch. See docs/serving.md.
FROM python:3.11-slim AS build
ARG EXTRAS=serve
WORKDIR /src
RUN python -m venv /opt/practicum
COPY constraints.txt pyproject.toml README.md ./
COPY practicum ./practicum
RUN /opt/practicum/bin/pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]"

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 practicum
COPY --from=build /opt/practicum /opt/practicum
# No model and no embedder are in the image: name the model when it is run, and the embedder of your home.
ENV PATH=/opt/practicum/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PRACTICUM_HOME=/home/practicum/home \
    PRACTICUM_EMBEDDER=hashing
USER practicum
WORKDIR /home/practicum
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health', timeout=2)"]
ENTRYPOINT ["practicum"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
