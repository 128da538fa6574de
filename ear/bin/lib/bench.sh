# Benchmarks: the agent with the launcher's settings, and its peers, on the same images in one run.
# src-test/bench/doc/bench.md says what is timed.

run_bench() {
  setup_for bench
  build_modules bench src-test/bench
  local option options=()
  # shellcheck disable=SC2206
  for option in "${AGENT_MEMORY[@]}" "${AGENT_COMPILER[@]}" ${HOLDFAST_AGENT_JAVA_OPTS:-}; do
    options+=("--agent-java-option=$option")
  done
  "$(java_command)" -Xmx512m -cp "$HOLDFAST_ROOT/src-test/bench/target/holdfast-bench.jar:$HOLDFAST_ROOT/src-test/bench/target/lib/*" \
    io.holdfast.bench.BenchMain "${options[@]}" "$@"
}
