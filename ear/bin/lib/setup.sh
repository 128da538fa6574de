# What the machine must have. Missing Debian packages are installed when we are root; else the command is named.

java_command() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    printf '%s' "$JAVA_HOME/bin/java"
  else
    command -v java
  fi
}

java_is_enough() {
  local java version
  java=$(java_command) || return 1
  [ -n "$java" ] || return 1
  [ -x "$(dirname "$(readlink -f "$java")")/javac" ] || return 1
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -1)
  [ "${version:-0}" -ge 17 ]
}

# Debian's name of the newest JDK that is at least 17.
jdk_package() {
  local package
  for package in openjdk-17-jdk-headless openjdk-21-jdk-headless openjdk-25-jdk-headless default-jdk-headless; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      printf '%s' "$package"
      return
    fi
  done
  printf 'default-jdk-headless'
}

missing_packages() { # purpose: start | demo | test | bench | ceph
  if [ "$1" = ceph ]; then
    missing_ceph_packages
    return 0
  fi
  if ! java_is_enough; then
    jdk_package
    printf "\n"
  fi
  command -v mvn >/dev/null || echo maven
  [ "$1" = start ] && return 0
  if [ "$1" = bench ] || [ "$1" = test ]; then
    command -v mke2fs >/dev/null || [ -x /usr/sbin/mke2fs ] || echo e2fsprogs
    command -v restic >/dev/null || echo restic
    command -v borg >/dev/null || echo borgbackup
    command -v qemu-img >/dev/null || echo qemu-utils
    [ "$1" = bench ] && return 0
  fi
  command -v qemu-system-x86_64 >/dev/null || echo qemu-system-x86
  command -v qemu-img >/dev/null && command -v qemu-nbd >/dev/null && command -v qemu-io >/dev/null || echo qemu-utils
  command -v cc >/dev/null || printf '%s\n' gcc libc6-dev
  [ "$1" = demo ] && return 0
  command -v chromium >/dev/null || printf '%s\n' chromium
  fc-list 2>/dev/null | grep -qi 'cjk\|wenquanyi' || echo fonts-wqy-zenhei
  command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ] || echo mariadb-server
  missing_guest_packages
  missing_ceph_packages
}

# A Ceph cluster of one's own: what ceph-bed starts.
missing_ceph_packages() {
  local part
  for part in mon mgr osd; do
    command -v "ceph-$part" >/dev/null || echo "ceph-$part"
  done
  command -v rbd >/dev/null && command -v ceph >/dev/null || echo ceph-common
  ls /usr/lib/*/qemu/block-rbd.so >/dev/null 2>&1 || echo qemu-block-extra
  ldconfig -p 2>/dev/null | grep -q 'librbd\.so\.1' || echo librbd1
}

# What the disk of a real guest is made with. Its kernel, busybox, e2fsck and guest agent are downloaded by the test, not installed.
missing_guest_packages() {
  command -v readelf >/dev/null || echo binutils
  command -v sfdisk >/dev/null || [ -x /usr/sbin/sfdisk ] || echo fdisk
  command -v mkfs.fat >/dev/null || [ -x /usr/sbin/mkfs.fat ] || echo dosfstools
  command -v mcopy >/dev/null || echo mtools
  command -v syslinux >/dev/null || echo syslinux
  [ -f /usr/lib/syslinux/mbr/mbr.bin ] || echo syslinux-common
  [ -f /usr/lib/SYSLINUX.EFI/efi64/syslinux.efi ] || echo syslinux-efi
  [ -f /usr/share/OVMF/OVMF_CODE_4M.fd ] || echo ovmf
}

setup_for() { # purpose
  [ -z "${HOLDFAST_NO_BUILD:-}" ] || return 0
  command -v apt-get >/dev/null || die "this needs Debian or Ubuntu (apt-get was not found)"
  local packages
  if ! java_is_enough && [ "$(id -u)" = 0 ] && ! apt-cache show openjdk-17-jdk-headless >/dev/null 2>&1; then
    apt-get update -q >&2
  fi
  mapfile -t packages < <(missing_packages "$1" | grep -v '^$' | sort -u)
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    die "missing: ${packages[*]}. Install them with: sudo apt-get install --no-install-recommends ${packages[*]}"
  fi
  say "installing: ${packages[*]}"
  {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
      -o DPkg::Lock::Timeout=300 "${packages[@]}"
  } >&2 || die "installing ${packages[*]} failed; see above"
}
