#!/usr/bin/env bash
# Gradescope runs this as root when it builds the image.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends ca-certificates
"$(dirname "$0")/course/scripts/class/prepare"
