import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bootPorts } from "../../../config/ports";

const BOOT = readFileSync(join(__dirname, "../../../constructs/vpn/boot.sh"), "utf8");
const [, TEMPLATE = ""] = /guard\.nft <<RULES\n(.*?)\nRULES\n/s.exec(BOOT) ?? [];
/** As the machine's bash writes it. */
const RULES = TEMPLATE.replaceAll("$DNS_PORT", String(bootPorts.vpn.DNS_PORT)).replaceAll(
  "$ELASTICSEARCH_PORT",
  String(bootPorts.vpn.ELASTICSEARCH_PORT),
);

/** A network of its own with a client behind `tun0`, and a neighbour that has the addresses of everything else. */
const SCRIPT = `set -euo pipefail
mount -t tmpfs run /run && mkdir /run/netns && cd /run
cat >guard.nft && nft --file guard.nft && nft --file guard.nft # twice, as a restart does
ip link set lo up && ip addr add 10.2.66.10/32 dev lo
join_network() { # NAME OWN-INTERFACE OWN-ADDRESS ITS-ADDRESS
  ip netns add "$1" && ip link add "$2" type veth peer name peer netns "$1"
  ip addr add "$3/24" dev "$2" && ip link set "$2" up
  ip -n "$1" link set lo up && ip -n "$1" addr add "$4/24" dev peer && ip -n "$1" link set peer up
  ip -n "$1" route add default via "$3"
}
join_network client tun0 192.168.9.1 192.168.9.2
join_network rest eth0 172.16.0.1 172.16.0.2
for address in 10.2.65.10 169.254.169.254 203.0.113.8; do
  ip -n rest addr add "$address/32" dev lo && ip route add "$address" via 172.16.0.2
done
echo 1 >/proc/sys/net/ipv4/ip_forward
serve() { "\${@:2}" python3 -m http.server "$1" >/dev/null 2>&1 & servers+=($!); }
servers=()
serve 80 ip netns exec rest; serve 53 ip netns exec rest; serve ${bootPorts.vpn.ELASTICSEARCH_PORT} ip netns exec rest; serve 443 env; serve 9100 env
trap 'kill "\${servers[@]}"' EXIT
asked() { "\${@:2}" curl --silent --connect-timeout 1 --max-time 300 --noproxy '*' --output /dev/null "http://$1/"; }
for address in 10.2.65.10:80 10.2.65.10:${bootPorts.vpn.ELASTICSEARCH_PORT} 169.254.169.254:53 10.2.66.10:443 10.2.66.10:9100 192.168.9.1:443 169.254.169.254:80 \\
  203.0.113.8:80; do
  # Everything that is served answers this host.
  for try in {1..3000}; do asked "$address" env && break || sleep 0.1; done
  asked "$address" env || { echo "$address does not answer at all"; exit 1; }
  if asked "$address" ip netns exec client; then echo "$address reached"; else echo "$address refused"; fi
done`;

const isAble = spawnSync("unshare", ["--net", "--mount", "ip", "link", "add", "end", "type", "veth"]).status === 0;

/** Not a silent skip: jest names a skipped test. Networks of their own need root. */
(isAble ? test : test.skip)(
  "a client reaches the estate and its names; not this host, its token or the internet",
  () => {
    const options = { input: RULES, encoding: "utf8", env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } } as const;
    const answers = execFileSync("unshare", ["--net", "--mount", "bash", "-c", SCRIPT], options);
    expect(answers.trim().split("\n")).toEqual([
      "10.2.65.10:80 reached",
      `10.2.65.10:${bootPorts.vpn.ELASTICSEARCH_PORT} refused`,
      "169.254.169.254:53 reached",
      "10.2.66.10:443 refused",
      "10.2.66.10:9100 refused",
      "192.168.9.1:443 refused",
      "169.254.169.254:80 refused",
      "203.0.113.8:80 refused",
    ]);
  },
);
