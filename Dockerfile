# OpsCenter in a container. There is no published image; build it yourself from a checkout:
#
#   docker build -t opscenter .
#   docker run -p 127.0.0.1:8080:8080 -v opscenter:/data -e APP_URL=http://localhost:8080 opscenter
#
# It then runs on SQLite in the volume /data, beside its key. Set DATABASE_URL, REDIS_URL and APP_KEY to run it in parts.

FROM rust:1.95-slim-bookworm AS builder
WORKDIR /src
# Named one by one, so that .env, data/ and target/ never get into a layer.
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock build.rs ./
COPY src src
COPY app app
COPY frontend frontend
COPY xtask xtask
COPY tests tests
COPY benches benches
COPY migrations migrations
COPY providers providers
COPY public public
COPY style style
# Adds the wasm32 target, builds the dashboard and then the server that holds it. Without wasm-opt in this image the
# dashboard is some percent larger than it could be, and the build says so.
RUN cargo xtask build --release

FROM debian:bookworm-slim
# Mail servers are checked by the system's certificates.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home opscenter && install -d -o opscenter -g opscenter -m 0700 /data
COPY --from=builder /src/target/release/opscenter /usr/local/bin/opscenter
USER opscenter
WORKDIR /data
VOLUME /data
ENV DATABASE_URL=sqlite:///data/opscenter.db \
    LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["opscenter", "healthcheck"]
ENTRYPOINT ["opscenter"]
CMD ["serve"]
