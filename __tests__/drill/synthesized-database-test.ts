import { rmSync } from "node:fs";
import { readDatabaseInstances, SCALED, scaleDown } from "../../drill/data/synthesized-database";
import { writeSynthesized } from "./synthesized-input";

let out: string;
beforeAll(() => {
  out = writeSynthesized("mariadb-cnf");
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

test("every node of a country, with what its machine reads", () => {
  const [node, ...others] = readDatabaseInstances(out, "india");
  expect(others).toEqual([]);
  expect(node).toMatchObject({ country: "india", name: "india-database-1", address: "10.10.65.10" });
  expect(node?.metadata["startup-script"]).toMatch(/^#!.*bash/);
  expect(node?.metadata["startup-script"]).toContain("${MACHINE_ROOT:-}"); // not Terraform's $${
});

test("sizes are scaled down, and nothing else is changed", () => {
  const config = [
    "innodb_buffer_pool_size = 9830M",
    "innodb_log_file_size = 2457M",
    'wsrep_provider_options = "socket.ssl=yes;gcache.size=4500M;gcache.recover=yes"',
  ];
  expect(scaleDown(config.join("\n")).split("\n")).toEqual([
    `innodb_buffer_pool_size = ${SCALED.innodb_buffer_pool_size}`,
    `innodb_log_file_size = ${SCALED.innodb_log_file_size}`,
    `wsrep_provider_options = "socket.ssl=yes;gcache.size=${SCALED["gcache.size"]};gcache.recover=yes"`,
  ]);
  expect(() => scaleDown(config.slice(1).join("\n"))).toThrow("innodb_buffer_pool_size occurs 0 times");
});
