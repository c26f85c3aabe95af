# The image of api, worker and builder (target plugind), and that of the stand-in of wazo-auth (target stand-in): see docker-compose.yml.
# Needs BuildKit, which docker compose uses by itself.

# .NET 10 has images on Ubuntu, and none on Debian. What is published brings .NET along, and runs on Debian 12 as well.
# On the machine's own kind of processor, whichever the image is for: compilers are slow in an emulator.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS sdk
WORKDIR /source
COPY .editorconfig BannedSymbols.txt Directory.Build.props Directory.Packages.props global.json ./
COPY src src

FROM sdk AS publish
COPY tools/publish tools/publish
RUN --mount=type=cache,target=/root/.nuget/packages tools/publish /programs

FROM sdk AS publish-stand-in
COPY tests/Directory.Build.props tests/Directory.Build.props
COPY tests/StandIn tests/StandIn
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish tests/StandIn --configuration Release --runtime linux-x64 --self-contained --nologo -v quiet --output /stand-in

FROM debian:12-slim AS stand-in
COPY packaging/docker/answers /usr/libexec/wazo-plugind-container/answers
COPY --from=publish-stand-in /stand-in /usr/libexec/wazo-stand-in
USER nobody
ENTRYPOINT ["/usr/libexec/wazo-stand-in/wazo-stand-in"]

FROM debian:12-slim AS plugind
# What the builds of your plugins need, for example: docker compose build --build-arg BUILD_PACKAGES="make npm" builder
ARG BUILD_PACKAGES=""
# Users first, so that what is installed does not change their ids. No bubblewrap: see build.sandbox in packaging/docker/config.yml.
RUN useradd --system --home-dir /var/lib/wazo-plugind --shell /usr/sbin/nologin wazo-plugind \
    && useradd --system --home-dir /var/lib/wazo-plugind --shell /usr/sbin/nologin wazo-plugind-build \
    && mkdir -p /var/lib/wazo-plugind /usr/lib/wazo-plugind/plugins \
    && apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates fakeroot git libssl3 openssh-client xz-utils ${BUILD_PACKAGES} \
    && rm -rf /var/lib/apt/lists/*
# Root's, all of it: a worker does not start with a configuration that another user may write, as one from outside of the image may be.
COPY packaging/docker/config.yml /etc/wazo-plugind/config.yml
COPY packaging/docker/answers packaging/docker/with-configuration /usr/libexec/wazo-plugind-container/
COPY --from=publish /programs /usr/libexec/wazo-plugind
ENV PATH=/usr/libexec/wazo-plugind:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENTRYPOINT ["/usr/libexec/wazo-plugind-container/with-configuration"]
