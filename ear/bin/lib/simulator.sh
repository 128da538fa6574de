# The simulated H3C CAS of the demo; a process of its own with real QEMU disks.

SIMULATOR_JAR="$HOLDFAST_ROOT/src-test/simulator/target/holdfast-simulator.jar"

# Two loopback addresses on which nobody listens at cvd-ds's port: each simulated host has one.
simulated_hosts() {
  local file="$STATE/run/cvk.addresses" i
  if [ ! -f "$file" ]; then
    for ((i = ${HOLDFAST_PORT_OFFSET:-0} / 100 % 250; i < 255; i++)); do
      port_taken "127.0.$i.11" 8192 || port_taken "127.0.$i.12" 8192 || break
    done
    printf '127.0.%s.11,127.0.%s.12' "$i" "$i" >"$file"
  fi
  cat "$file"
}

start_simulator() {
  [ -z "$(pid_of simulator)" ] || return 0
  local cvm faults i
  cvm=$(port_for cvm 8080)
  faults=$(port_for lab 8081)
  fresh_log simulator
  launch simulator -Xmx128m -XX:+UseSerialGC -jar "$SIMULATOR_JAR" --state "$STATE/simulator" --port "$cvm" \
    --lab-port "$faults" --cvk-addresses "$(simulated_hosts)" "$@"
  for ((i = 0; i < 300; i++)); do
    grep -q '^READY ' "$STATE/log/simulator.out" && return
    [ -n "$(pid_of simulator)" ] || break
    sleep 0.2
  done
  tail -n 12 "$STATE/log/simulator.out" >&2
  die "the simulator did not start; see $STATE/log/simulator.out"
}

stop_simulator() {
  end_process simulator 30
}
