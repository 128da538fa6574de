#!/bin/sh
# Builds libcvdsdk.so into the folder given. Further arguments go to the compiler, such as
# -fsanitize=address. Linux, any C11 compiler; CC names another one.
set -eu
source=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
mkdir -p "$folder"
exec "${CC:-cc}" -std=c11 -D_GNU_SOURCE -O2 -g -fPIC -shared -fvisibility=hidden -pthread \
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror "$@" \
  -o "$folder/libcvdsdk.so" "$source"/*.c
