# The demo: a newcomer watches a full backup, an incremental one and two restores of a running VM.

run_demo() {
  setup_for demo
  build_demo
  if [ -d "$STATE" ] && [ -n "$(ls -A "$STATE" 2>/dev/null)" ] && [ ! -f "$STATE/demo" ]; then
    die "$STATE holds an installation that is not a demo; choose another folder: holdfast --state DIR demo"
  fi
  if [ -f "$STATE/demo" ]; then
    say "stopping and removing the demo that was here"
    stop_all
    rm -rf "$STATE"
  fi
  prepare_state
  : >"$STATE/demo"
  start_simulator --seed demo
  start_server
  HOLDFAST_CVDSDK_FOLDER="$HOLDFAST_ROOT/src-test/cvdsdk/target/classes/native" start_agent
  "$(java_command)" -cp "$HOLDFAST_ROOT/src-test/system/target/holdfast-demo.jar:$HOLDFAST_ROOT/src-test/system/target/lib/*" \
    io.holdfast.system.demo.Demo "$HOLDFAST_ROOT" "$STATE"
}
