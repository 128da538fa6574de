# The simulated Hikvision Edge Cloud and the Ceph cluster that its volumes lie on.

# Ceph's programs end with an assertion when their configuration holds a letter that is not ASCII, and paths are in it.
ceph_folder() {
  if printf '%s' "$STATE" | LC_ALL=C grep -q '[^!-~]'; then
    printf '%s/holdfast-ceph-%s' "${TMPDIR:-/tmp}" "$(printf '%s' "$STATE" | cksum | cut -d' ' -f1)"
  else
    printf '%s/ceph' "$STATE"
  fi
}

start_hikcloud() {
  setup_for ceph
  setup_for demo
  build_modules hikcloud src-test/simulator
  prepare_state
  local ceph
  ceph=$(ceph_folder)
  say "starting a Ceph cluster in $ceph"
  "$HOLDFAST_BIN/ceph-bed" "$ceph" start
  [ -e "$STATE/ceph" ] || ln -s "$ceph" "$STATE/ceph"
  if [ -z "$(pid_of hikcloud)" ]; then
    local port lab i
    port=$(port_for hikcloud 30188)
    lab=$(port_for hikcloud-lab 30189)
    fresh_log hikcloud
    launch hikcloud -Xmx96m -XX:+UseSerialGC -cp "$SIMULATOR_JAR" io.holdfast.simulator.hikcloud.HikCloudMain \
      --state "$STATE/hikcloud" --ceph-conf "$ceph/ceph.conf" --port "$port" --lab-port "$lab" "$@"
    for ((i = 0; i < 300; i++)); do
      ! grep -q '^READY ' "$STATE/log/hikcloud.out" || break
      [ -n "$(pid_of hikcloud)" ] || die "the simulator did not start; see $STATE/log/hikcloud.out"
      sleep 0.2
    done
  fi
  say "platform: http://127.0.0.1:$(port_for hikcloud 30188), Access Key AKLAB, Secret Key SKLAB; its lab: port $(port_for hikcloud-lab 30189)"
  say "Ceph: $ceph/ceph.conf, client admin, pool rbd"
}

# The instances let go of their disks before the cluster goes.
stop_hikcloud() {
  end_process hikcloud 30
  [ ! -d "$STATE/ceph" ] || "$HOLDFAST_BIN/ceph-bed" "$(ceph_folder)" stop
}
