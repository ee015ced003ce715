#!/usr/bin/env bash
# The units of Examples/systemd under a real systemd: a computer that qemu imitates boots a Debian of its own, with the package that
# Scripts/package.sh made, and Tests/Systemd/inside.sh runs there. The computer is imitated to its last instruction, so that it
# takes some ten minutes.
#
# Usage: Tests/Systemd/run.sh [--package FILE]
#   --package FILE   the package; dist/packages/swiftmalloc_*_amd64.deb if absent
set -eu
cd "$(dirname "$0")/../.."
. Scripts/packages.sh
package=$(ls dist/packages/swiftmalloc_*_amd64.deb 2>/dev/null | tail -1)
case $# in
  0) ;;
  2) [ "$1" = --package ] || { echo "usage: Tests/Systemd/run.sh [--package FILE]" >&2; exit 2; }; package=$2 ;;
  *) echo "usage: Tests/Systemd/run.sh [--package FILE]" >&2; exit 2 ;;
esac
[ -f "$package" ] || { echo "swiftmalloc: there is no package: Scripts/package.sh makes it" >&2; exit 2; }
need_packages debootstrap qemu-system-x86 cpio

folder=.build/systemd
mkdir -p "$folder"
if [ ! -f "$folder/base/ready" ]; then
  rm -rf "$folder/base"
  from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
  debootstrap --variant=minbase --include=systemd-sysv,libnss-systemd,python3,curl,procps,libcap2-bin,libdw1,libunwind8,libstdc++6 bookworm "$folder/base" "$from" \
    >"$folder/debootstrap.log" || { tail -5 "$folder/debootstrap.log"; exit 1; }
  rm -rf "$folder"/base/var/cache/apt/archives/*.deb "$folder"/base/var/lib/apt/lists/* "$folder"/base/usr/share/{doc,locale,man}
  touch "$folder/base/ready"
fi
if [ ! -f "$folder/vmlinuz" ]; then
  image=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image[^ ]*\)/\1/p' | head -1)
  (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root "$image")
  dpkg-deb --fsys-tarfile "$folder/$image"_*.deb | tar x -O --wildcards './boot/vmlinuz*' >"$folder/vmlinuz.new"
  mv "$folder/vmlinuz.new" "$folder/vmlinuz"
fi

# What the computer's memory is filled with.
root=$folder/root
rm -rf "$root"
cp -al "$folder/base" "$root"
dpkg -x "$package" "$root"
mkdir -p "$root/srv/server"
cp Examples/Containers/python/server.py "$root/srv/server"
cp -r Examples/systemd/server.service Examples/systemd/swiftmalloc-metrics.service "$root/etc/systemd/system"
mkdir "$root/srv/drop-in"
cp Examples/systemd/server.service.d/swiftmalloc.conf "$root/srv/drop-in"
install -m 755 Tests/Systemd/inside.sh "$root/srv/inside.sh"
cat >"$root/etc/systemd/system/inside.service" <<'END'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/srv/inside.sh
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS1
ExecStopPost=/usr/bin/systemctl poweroff --force
END
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
mkdir -p "$root/etc/systemd/system/default.target.wants"
ln -sf ../inside.service "$root/etc/systemd/system/default.target.wants/inside.service"
ln -sf lib/systemd/systemd "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc) | gzip -1 >"$folder/initrd.gz"

# The getty would wait for a device that only udev announces, and on a busy machine the kernel finds the imitated timer too slow.
timeout 1500 qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu max -m 3000 -smp 2 -nic none -display none -no-reboot \
  -kernel "$folder/vmlinuz" -initrd "$folder/initrd.gz" -serial file:"$folder/console" -serial file:"$folder/printed" \
  -append 'console=ttyS0 quiet panic=-1 no_timer_check systemd.mask=serial-getty@ttyS0.service' </dev/null || true
sed -i 's/\r$//' "$folder/printed"
cat "$folder/printed"
tail -1 "$folder/printed" | grep -qE '^[1-9][0-9]* passed, 0 failed'
