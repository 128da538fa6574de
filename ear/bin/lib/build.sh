# Building from the checkout. A build is repeated only when a source is newer than what was built.

maven() {
  (cd "$HOLDFAST_ROOT" && mvn -B -ntp "$@")
}

# True when a file that goes into the build is newer than the stamp.
sources_newer_than() { # stamp
  [ -f "$1" ] || return 0
  [ -n "$(find "$HOLDFAST_ROOT" \( -name target -o -name .git -o -name node_modules \) -prune -o -type f \
    \( -path '*/src/*' -o -name pom.xml \) -newer "$1" -print -quit)" ]
}

build_product() {
  build_modules product ear,agent/daemon
}

# The simulator, the stand-in library and the demo's own program, besides the product.
build_demo() {
  build_modules demo ear,agent/daemon,src-test/simulator,src-test/cvdsdk,src-test/system
}

build_modules() { # name modules
  [ -z "${HOLDFAST_NO_BUILD:-}" ] || return 0
  local stamp="$HOLDFAST_ROOT/ear/target/built-$1" log="$HOLDFAST_ROOT/ear/target/build.log"
  sources_newer_than "$stamp" || return 0
  mkdir -p "$HOLDFAST_ROOT/ear/target"
  say "building (first time: a few minutes, with downloads) …"
  local begun
  begun=$(mktemp)
  if ! maven package -DskipTests -pl "$2" -am >"$log" 2>&1; then
    grep -m 20 -E 'ERROR|BUILD' "$log" >&2 || tail -n 20 "$log" >&2
    rm -f "$begun"
    die "the build failed; all of it is in $log"
  fi
  mv "$begun" "$stamp"
}
