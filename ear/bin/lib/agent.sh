# The local agent: backup host and storage role in one process.

AGENT_JAR="$HOLDFAST_ROOT/agent/daemon/target/holdfast-agent-standalone.jar"
# Resident memory stays below 256 MiB: agent/daemon/doc/agent.md says what each setting is for.
AGENT_MEMORY=(-Xmx96m -Xmn16m -XX:MaxDirectMemorySize=192m -XX:ReservedCodeCacheSize=48m -XX:+UseSerialGC -Xss512k)
# What is really hot is called millions of times; the rest is not worth the optimising compiler's processor time.
AGENT_COMPILER=(-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000)

start_agent() {
  [ -z "$(pid_of agent)" ] || { say "the agent is running"; return; }
  local control agents i
  control=$(port_for control 8445)
  agents=$(port_for agents 8444)
  require_free control "$control"
  fresh_log agent
  local key=
  [ -f "$STATE/local-agent-key" ] && key=$(cat "$STATE/local-agent-key")
  # shellcheck disable=SC2086
  HOLDFAST_ACCESS_KEY=$key MALLOC_ARENA_MAX=2 \
    launch agent "${AGENT_MEMORY[@]}" "${AGENT_COMPILER[@]}" -XX:+ExitOnOutOfMemoryError ${HOLDFAST_AGENT_JAVA_OPTS:-} \
    ${HOLDFAST_CVDSDK_FOLDER:+"-Dholdfast.cvdsdk.folder=$HOLDFAST_CVDSDK_FOLDER"} \
    -jar "$AGENT_JAR" run --state "$STATE/agent" --server "127.0.0.1:$agents" --control-port "$control" \
    --control-address 127.0.0.1
  for ((i = 0; i < 150; i++)); do
    port_taken "$control" && return
    [ -n "$(pid_of agent)" ] || break
    sleep 0.2
  done
  tail -n 8 "$STATE/log/agent.out" >&2
  say "the agent is not ready yet; see $STATE/log/agent.out"
}
