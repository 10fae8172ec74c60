# Builds executus, and is a place to develop it. What is run stands in scripts/container.sh.
#   docker build -t executus . && docker run --rm executus --help
#   docker build --target dev -t executus-dev . && docker run -it --rm -v "$PWD:/src" executus-dev
FROM debian:12 AS dev
WORKDIR /src
COPY scripts/lib.sh scripts/packages.txt scripts/container.sh scripts/
RUN scripts/container.sh packages
CMD ["bash"]

FROM dev AS executus
COPY . .
RUN scripts/container.sh build
ENTRYPOINT ["executus"]
