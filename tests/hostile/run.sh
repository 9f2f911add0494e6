#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sh tests/hostile/run.sh NAME [ARGUMENT...]: NAME.py of this folder, against the plugin just built.
set -eu

name=$1
shift
exec sh "$(dirname -- "$0")/../surface/run.sh" "../hostile/$name" "$@"
