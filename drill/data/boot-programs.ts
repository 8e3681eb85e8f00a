/** Bash stand-ins, by name, for programs with which the boot script would change this machine. */
export const BOOT_PROGRAMS: Readonly<Record<string, string>> = {
  "apt-get":
    'echo "apt-get $*" >>"$MACHINE/calls"; for package in "$@"; do echo installed >"$MACHINE/packages/$package"; done',
  dpkg: ":",
  "dpkg-query": 'cat "$MACHINE/packages/${@: -1}"',
  systemctl: `echo "systemctl $*" >>"$MACHINE/calls"
case "$*" in
*"--now var-lib-database.mount"*) mkdir -p "$MACHINE_ROOT/var/lib/database" ;;
"kill --signal=SIGKILL mariadb.service") kill -KILL -- "-$(cat "$MACHINE/mariadb.service")" ;;
esac`,
  getent: "exit 0",
};

/**
 * Users of this machine that stand in for `galera-health` and `prometheus`, which the boot script creates on a real one.
 */
export const USERS = { HEALTH_ACCOUNT: "nobody", EXPORTER_ACCOUNT: "daemon" } as const;
