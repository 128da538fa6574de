# The demos: a newcomer watches a full backup, an incremental one and two restores of a running VM.

run_demo() { # [cas | hikcloud]
  local platform=${1:-cas}
  case "$platform" in
    cas) ;;
    hikcloud) setup_for ceph ;;
    *) die "unknown demo: $platform; there are cas and hikcloud" ;;
  esac
  setup_for demo
  build_demo
  if [ -d "$STATE" ] && [ -n "$(ls -A "$STATE" 2>/dev/null)" ] && [ ! -f "$STATE/demo" ]; then
    die "$STATE holds an installation that is not a demo; choose another folder: holdfast --state DIR demo"
  fi
  if [ -f "$STATE/demo" ]; then
    say "stopping and removing the demo that was here"
    stop_all
    [ ! -d "$STATE/ceph" ] || "$HOLDFAST_BIN/ceph-bed" "$(ceph_folder)" remove
    rm -rf "$STATE"
  fi
  prepare_state
  : >"$STATE/demo"
  local program=Demo
  if [ "$platform" = hikcloud ]; then
    program=CloudDemo
    start_hikcloud
  else
    start_simulator --seed demo
  fi
  start_server
  HOLDFAST_CVDSDK_FOLDER="$HOLDFAST_ROOT/src-test/cvdsdk/target/classes/native" start_agent
  "$(java_command)" -cp "$HOLDFAST_ROOT/src-test/system/target/holdfast-demo.jar:$HOLDFAST_ROOT/src-test/system/target/lib/*" \
    "io.holdfast.system.demo.$program" "$HOLDFAST_ROOT" "$STATE"
}
