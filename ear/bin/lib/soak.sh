# The soak (server and agent killed at random moments of backups and restores) and the campaign (random VMs on every release with
# faults): from a printed seed, in a state folder of their own.

run_soak() {
  in_own_folder io.holdfast.system.soak.Soak "$@"
}

run_campaign() {
  in_own_folder io.holdfast.system.campaign.CampaignMain "$@"
}

in_own_folder() {
  local main=$1
  shift
  setup_for demo
  build_demo
  if [ -d "$STATE" ] && [ -n "$(ls -A "$STATE" 2>/dev/null)" ] && [ ! -f "$STATE/soak" ]; then
    die "$STATE holds an installation that is not a soak's or a campaign's; choose another folder with --state DIR"
  fi
  if [ -f "$STATE/soak" ]; then
    say "stopping and removing what an earlier soak or campaign left"
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
    "$main" "$HOLDFAST_ROOT" "$STATE" "$@" || code=$?
  [ "$code" != 0 ] || stop_all
  return "$code"
}
