# Messages, the state folder, processes by pid file, ports.

STATE=${HOLDFAST_STATE:-$HOME/.holdfast}

say() { printf '%s\n' "$*" >&2; }
die() {
  printf 'holdfast: %s\n' "$*" >&2
  exit 1
}

# Makes STATE absolute; nothing is created yet.
resolve_state() {
  STATE=$(readlink -m -- "$STATE")
}

# Creates the state folder for this user only: it holds keys.
prepare_state() {
  mkdir -p "$STATE/run" "$STATE/log" || die "cannot create the state folder $STATE"
  chmod 700 "$STATE"
}

# pid of a running process of this state folder by its role, or nothing. A pid that now belongs to another
# program is not ours: the command line must name the marker that we started it with.
pid_of() { # role
  local file="$STATE/run/$1.pid" pid
  [ -f "$file" ] || return 0
  pid=$(cat "$file")
  if is_ours "$1" "$pid"; then
    printf '%s' "$pid"
  else
    rm -f "$file"
  fi
}

# Whether a process is the one of a role in this state folder.
is_ours() { # role pid
  local words
  words=$(tr '\0' '\n' 2>/dev/null <"/proc/$2/cmdline") || return 1
  grep -qxF -- "-Dholdfast.role=$1" <<<"$words" && grep -qxF -- "-Dholdfast.state=$STATE" <<<"$words"
}

# A fresh log for a new start; the last nine are kept, for a crash is looked into after the restart.
fresh_log() { # role
  local file="$STATE/log/$1.out" i
  for ((i = 8; i >= 1; i--)); do
    [ ! -f "$file.$i" ] || mv -f "$file.$i" "$file.$((i + 1))"
  done
  [ ! -f "$file" ] || mv -f "$file" "$file.1"
  : >"$file"
}

# Starts a java process in the background, detached from this terminal. Its standard output goes to a file.
launch() { # role, then the java arguments
  local role=$1 java
  shift
  java=$(java_command)
  setsid "$java" "-Dholdfast.role=$role" "-Dholdfast.state=$STATE" "$@" \
    </dev/null >>"$STATE/log/$role.out" 2>&1 &
  local pid=$! i
  printf '%s' "$pid" >"$STATE/run/$role.pid"
  # Until the new process has become java it does not yet carry the marks that pid_of looks for.
  for ((i = 0; i < 100; i++)); do
    is_ours "$role" "$pid" && return
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
}

# Ends a process by role: asks, waits, then insists.
end_process() { # role seconds
  local pid i
  pid=$(pid_of "$1")
  [ -n "$pid" ] || return 0
  kill "$pid" 2>/dev/null || :
  for ((i = 0; i < $2 * 5; i++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  if kill -0 "$pid" 2>/dev/null; then
    say "$1 (pid $pid) did not end within $2 s; killing it"
    kill -9 "$pid" 2>/dev/null || :
  fi
  rm -f "$STATE/run/$1.pid"
}

port_taken() { # [address] port
  local address=127.0.0.1
  [ $# -eq 2 ] && { address=$1; shift; }
  (exec 3<>"/dev/tcp/$address/$1") 2>/dev/null
}

# The port recorded for a name, else the first free one from the default (plus HOLDFAST_PORT_OFFSET) on; recorded so
# that a restart keeps it.
port_for() { # name default
  local file="$STATE/run/$1.port" port
  if [ -f "$file" ]; then
    cat "$file"
    return
  fi
  port=$(($2 + ${HOLDFAST_PORT_OFFSET:-0}))
  local first=$port
  while port_taken "$port" || grep -qsx "$port" "$STATE"/run/*.port; do
    port=$((port + 1))
    [ $port -lt $((first + 200)) ] || die "no free port for $1 from $first on"
  done
  [ "$port" = "$first" ] || say "port $first is taken; $1 uses $port"
  printf '%s' "$port" >"$file"
  printf '%s' "$port"
}

# Refuses to go on when a recorded port has been taken by somebody else in the meantime.
require_free() { # name port
  port_taken "$2" || return 0
  die "port $2 ($1) is taken by another program. End that program, or remove $STATE/run/$1.port to choose another port."
}
