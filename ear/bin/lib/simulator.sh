# The simulated H3C CAS of the demo; a process of its own with real QEMU disks.

SIMULATOR_JAR="$HOLDFAST_ROOT/src-test/simulator/target/holdfast-simulator.jar"

start_simulator() {
  [ -z "$(pid_of simulator)" ] || return 0
  local cvm faults
  cvm=$(port_for cvm 8080)
  faults=$(port_for lab 8079)
  : >"$STATE/log/simulator.out"
  launch simulator -Xmx128m -XX:+UseSerialGC -jar "$SIMULATOR_JAR" --state "$STATE/simulator" --port "$cvm" \
    --lab-port "$faults" "$@"
}

stop_simulator() {
  end_process simulator 30
}
