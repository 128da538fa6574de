#!/bin/busybox sh
# The test's guest: checks its disk, tells on the serial port, then writes for ever. QEMU's guest agent runs beside it.
export PATH=/bin
busybox=/bin/busybox
$busybox mkdir -p /proc /sys /dev /data /run
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sys /sys
$busybox mount -t devtmpfs dev /dev
$busybox --install -s /bin
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk virtio_console; do
  [ ! -f /modules/$module.ko ] || insmod /modules/$module.ko
done
exec </dev/ttyS0 >/dev/ttyS0 2>&1

say() {
  echo "GUEST $*"
}

stop() {
  say "STOPPED $*"
  poweroff -f
}

firmware=bios
[ ! -d /sys/firmware/efi ] || firmware=uefi
say "BOOTED firmware=$firmware"
for try in 1 2 3 4 5 6 7 8 9 10; do
  [ -b /dev/vda2 ] && break
  sleep 0.3
done
[ -b /dev/vda2 ] || stop no disk

# The disk may be that of a machine whose power failed: the journal is played back, as any boot does.
# What is checked then must be clean.
e2fsck -p /dev/vda2 >/recovery 2>&1
recover=$?
cat /recovery
replayed=no
! grep -q 'recovering journal' /recovery || replayed=yes
e2fsck -f -n /dev/vda2
say "FSCK recover=$recover check=$? replayed=$replayed"
mount -t ext4 /dev/vda2 /data || stop no file system
cd /data

# A line that is not whole can only be the last one: the power failed before it was synced.
grep -E '^[0-9a-f]{64}  files/[a-z0-9-]+$' sums >/whole
files=$(wc -l </whole)
lines=$(grep -c '' sums)
sha256sum -c /whole 2>/dev/null | grep -v ': OK$' >/differing
while read -r line; do
  say "DIFFERS ${line%: *}"
done </differing
say "CHECKED files=$files differing=$(wc -l </differing) torn=$((lines - files))"
if [ "$lines" != "$files" ]; then
  cp /whole sums.new && sync sums.new && mv sums.new sums && sync .
fi

# The agent answers from now on: what it freezes is mounted.
for port in /sys/class/virtio-ports/*; do
  [ "$(cat $port/name 2>/dev/null)" = org.qemu.guest_agent.0 ] || continue
  qemu-ga --method=virtio-serial --path=/dev/${port##*/} --statedir=/run \
    --fsfreeze-hook=/bin/freeze-hook </dev/null >/dev/null 2>&1 &
  say "AGENT ${port##*/}"
done

# Tries ten times a second to write a byte, and tells when that took longer than a second: a frozen file
# system lets it wait. Times are hundredths of a second since the start.
now() {
  read -r up rest </proc/uptime
  echo "${up%.*}${up#*.}"
}
while :; do
  from=$(now)
  echo >tick
  to=$(now)
  [ $((to - from)) -lt 100 ] || say "HELD from=$from to=$to"
  sleep 0.1
done &

# A file counts as durable when its bytes, its name and its line in the list are synced.
# "noise" is written in place and never synced, so that there is always something in flight.
number=$files
while :; do
  number=$((number + 1))
  name=files/written-$number
  head -c $((4096 + number * 7919 % 61440)) /dev/urandom >new
  sync new
  sum=$(sha256sum <new)
  mv new $name
  sync files
  echo "${sum%% *}  $name" >>sums
  sync sums
  say "DURABLE $number"
  dd if=/dev/urandom of=noise bs=4096 count=8 seek=$((number % 128 * 8)) conv=notrunc 2>/dev/null
  sleep 0.05
done
