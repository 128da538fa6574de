# The soak: server and agent killed at random moments of backups and restores, from a printed seed, in a state folder of its own.

run_soak() {
  setup_for demo
  build_demo
  if [ -d "$STATE" ] && [ -n "$(ls -A "$STATE" 2>/dev/null)" ] && [ ! -f "$STATE/soak" ]; then
    die "$STATE holds an installation that is not a soak's; choose another folder: holdfast --state DIR soak"
  fi
  if [ -f "$STATE/soak" ]; then
    say "stopping and removing the soak that was here"
    stop_all
    rm -rf "$STATE"
  fi
  prepare_state
  : >"$STATE/soak"
  export HOLDFAST_CVDSDK_FOLDER="$HOLDFAST_ROOT/src-test/cvdsdk/target/classes/native" HOLDFAST_NO_BUILD=1
  start_simulator
  start_server
  start_agent
  local code=0
  "$(java_command)" -cp "$HOLDFAST_ROOT/src-test/system/target/holdfast-demo.jar:$HOLDFAST_ROOT/src-test/system/target/lib/*" \
    io.holdfast.system.soak.Soak "$HOLDFAST_ROOT" "$STATE" "$@" || code=$?
  [ "$code" != 0 ] || stop_all
  return "$code"
}
