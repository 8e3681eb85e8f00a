/**
 * Servers of each backend of an HAProxy config, in the order in which `balance first` tries them. Names with a leading
 * underscore are not countries: such a server leads to another frontend of the same HAProxy.
 */
export function serverOrders(config: string): ReadonlyMap<string, readonly string[]> {
  const orders = new Map<string, string[]>();
  let backend = "";
  for (const line of config.split("\n")) {
    const [word = "", name = ""] = line.trim().split(/\s+/);
    if (/^\S/.test(line)) backend = word === "backend" ? name : "";
    else if (word === "server" && backend && !name.startsWith("_"))
      orders.set(backend, [...(orders.get(backend) ?? []), name]);
  }
  return orders;
}
