# What the commands of docs/operations.md find on a machine of the test: a directory for /var/lib/puente, and these in
# place of what changes a real one. Sourced before each block; $machine, $root, $program and $source are set.
export EDITOR=true

# Nobody is anybody else here.
sudo() {
  if [ "$1" = -u ]; then shift 2; fi
  "$@"
}
useradd() { :; }
cmake() { :; }

install() { # -d DIR, or FILE FOLDER
  local wanted=${*: -1}
  case " $* " in
    *" -d "*) mkdir -p "$wanted" && chmod 700 "$wanted" ;;
    *) test -f "$source/${*: -2:1}" ;;
  esac
}

start_node() {
  local ready="$root/$machine.ready"
  : >"$ready"
  "$program" node serve --data "$root/$machine" >"$ready" 2>>"$root/$machine.log" &
  echo $! >"$root/$machine.pid"
  for _ in $(seq 300); do
    [ -s "$ready" ] && return 0
    kill -0 "$(cat "$root/$machine.pid")" 2>/dev/null || break
    sleep 0.1
  done
  echo "$machine did not start:" && cat "$root/$machine.log"
  return 1
}

stop_node() {
  local pid
  pid=$(cat "$root/$machine.pid")
  kill "$pid"
  for _ in $(seq 300); do # ended, be it that nobody has asked for its exit code yet
    if ! [ -d "/proc/$pid" ] || grep -q '^State:.*Z' "/proc/$pid/status"; then
      rm "$root/$machine.pid"
      return 0
    fi
    sleep 0.1
  done
  echo "$machine does not stop"
  return 1
}

systemctl() {
  case "$1" in
    enable | start) start_node ;;
    stop) stop_node ;;
    restart) stop_node && start_node ;;
    reload) kill -HUP "$(cat "$root/$machine.pid")" ;;
    *) echo "systemctl $*: not known to this test" && return 1 ;;
  esac
}
