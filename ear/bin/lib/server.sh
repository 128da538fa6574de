# The backup server: WildFly with the EAR, its own base folder in the state folder.

SERVER_HOME="$HOLDFAST_ROOT/ear/target/server"

# Configuration and deployment are taken from the build at each start; data (timers, journals) stays.
refresh_server_base() {
  local base="$STATE/server"
  mkdir -p "$base/data" "$base/log"
  rm -rf "$base/configuration" "$base/deployments" "$base/tmp"
  cp -r "$SERVER_HOME/standalone/configuration" "$base/configuration"
  cp -r "$SERVER_HOME/standalone/deployments" "$base/deployments"
}

# A key of this installation for HTTPS. Replace tls/server.p12 and tls/password by your own.
prepare_tls() {
  local folder="$STATE/tls"
  [ -f "$folder/server.p12" ] && return
  mkdir -p "$folder"
  head -c 24 /dev/urandom | base64 | tr -d '/+=\n' >"$folder/password"
  chmod 600 "$folder/password"
  "$(dirname "$(readlink -f "$(java_command)")")/keytool" -genkeypair -alias server -keyalg EC -groupname secp256r1 \
    -validity 3650 -dname "CN=$(hostname),O=Holdfast" \
    -ext "SAN=dns:localhost,dns:$(hostname),ip:127.0.0.1" -storetype PKCS12 \
    -keystore "$folder/server.p12" -storepass:file "$folder/password" >/dev/null 2>&1 \
    || die "cannot make the HTTPS key in $folder"
}

start_server() {
  [ -z "$(pid_of server)" ] || { say "the server is running: $(console_url)"; return; }
  local https management agents pid i
  https=$(port_for https 8443)
  management=$(port_for management 9990)
  agents=$(port_for agents 8444)
  require_free https "$https"
  require_free management "$management"
  require_free agents "$agents"
  prepare_tls
  refresh_server_base
  mkdir -p "$STATE/database"
  fresh_log server
  local base="$STATE/server" opens=() package
  for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.security java.util \
    java.util.concurrent; do
    opens+=("--add-opens=java.base/$package=ALL-UNNAMED")
  done
  # The fast compiler only: the server moves no disk byte, and the other one takes a third of the time of a boot on two cores.
  # shellcheck disable=SC2086
  HOLDFAST_TLS_PASSWORD=$(cat "$STATE/tls/password") launch server \
    -Xms128m -Xmx512m -XX:MetaspaceSize=128m -XX:+ExitOnOutOfMemoryError \
    -XX:TieredStopAtLevel=1 ${HOLDFAST_SERVER_JAVA_OPTS:-} \
    -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true -Djboss.modules.system.pkgs=org.jboss.byteman \
    --add-exports=java.desktop/sun.awt=ALL-UNNAMED --add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED \
    --add-exports=java.naming/com.sun.jndi.url.ldap=ALL-UNNAMED \
    --add-exports=java.naming/com.sun.jndi.url.ldaps=ALL-UNNAMED \
    --add-exports=jdk.naming.dns/com.sun.jndi.dns=ALL-UNNAMED "${opens[@]}" \
    --add-opens=java.management/javax.management=ALL-UNNAMED --add-opens=java.naming/javax.naming=ALL-UNNAMED \
    "-Dorg.jboss.boot.log.file=$base/log/server.log" \
    "-Dlogging.configuration=file:$base/configuration/logging.properties" \
    "-Djboss.home.dir=$SERVER_HOME" "-Djboss.server.base.dir=$base" "-Djboss.server.log.dir=$STATE/log" \
    "-Dholdfast.tls.keystore=$STATE/tls/server.p12" "-Dholdfast.agent.port=$agents" \
    "-Djboss.https.port=$https" "-Djboss.management.http.port=$management" \
    -Dholdfast.local.agent=true "-Djboss.bind.address=${HOLDFAST_BIND:-127.0.0.1}" -Djboss.bind.address.management=127.0.0.1 \
    -jar "$SERVER_HOME/jboss-modules.jar" -mp "$SERVER_HOME/modules" org.jboss.as.standalone
  pid=$(cat "$STATE/run/server.pid")
  for ((i = 0; i < 600; i++)); do
    if grep -q 'WFLYSRV0025' "$STATE/log/server.out"; then
      return
    fi
    if grep -q 'WFLYSRV0026' "$STATE/log/server.out" || ! kill -0 "$pid" 2>/dev/null; then
      grep -m 12 -E ' (ERROR|FATAL) |HOLDFAST|Exception' "$STATE/log/server.out" >&2 || tail -n 12 "$STATE/log/server.out" >&2
      end_process server 20
      die "the server did not start; all of its log is in $STATE/log/server.out"
    fi
    sleep 0.2
  done
  die "the server did not start within 120 s; see $STATE/log/server.out"
}

console_url() {
  printf 'https://localhost:%s/holdfast/console/' "$(port_for https 8443)"
}

initial_password() {
  [ -f "$STATE/initial-admin-password" ] && cat "$STATE/initial-admin-password"
}

start_all() {
  setup_for start
  build_product
  prepare_state
  start_server
  case "${1:-}" in
    --server-only) ;;
    *) start_agent ;;
  esac
  say "console: $(console_url)"
  if [ -f "$STATE/initial-admin-password" ]; then
    say "first login: admin / $(initial_password)   (to be changed at once)"
  fi
}

stop_all() {
  [ -d "$STATE/run" ] || return 0
  end_process agent 30
  end_process server 40
  stop_simulator
  stop_hikcloud
}

show_status() {
  local role pid found=no
  say "state folder: $STATE"
  for role in server agent simulator hikcloud; do
    pid=$([ -d "$STATE/run" ] && pid_of $role || :)
    if [ -n "$pid" ]; then
      found=yes
      printf '%-10s running, pid %s, %s MiB resident\n' "$role" "$pid" \
        "$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status")"
    else
      printf '%-10s stopped\n' "$role"
    fi
  done
  [ $found = no ] || { printf '%-10s %s\n' console "$(console_url)"; }
  [ $found = yes ]
}

show_logs() {
  local role=server
  case "${1:-}" in
    server | agent | simulator | hikcloud)
      role=$1
      shift
      ;;
  esac
  local file="$STATE/log/$role.out"
  [ -f "$file" ] || die "there is no log of the $role yet ($file)"
  if [ "${1:-}" = -f ]; then tail -n 200 -f "$file"; else tail -n 200 "$file"; fi
}
