# The image of api, worker and builder (target plugind), and that of the stand-in of wazo-auth (target stand-in): see docker-compose.yml.
# Needs BuildKit, which docker compose uses by itself.

FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS dotnet

# .NET 10 has images on Ubuntu, and none on Debian. The API is linked with the C library of where it is built, and asks for one that is not older.
FROM debian:12-slim AS sdk
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates gcc libc6-dev libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
ENV PATH=/usr/share/dotnet:$PATH DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
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
