import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { hosts } from "../../../config/names";
import { production } from "../../../config/production";
import { makeCertificate } from "../../../drill/certificate";
import { ontoLoopback } from "../../../drill/edge/loopback";
import { Haproxy } from "../../../drill/haproxy";
import { Supervisor } from "../../../drill/supervisor";
import { edgeConfig } from "../../drill/synthesized-edges";
import { requireProgram } from "../../support/edge-machine";
import { portOffset } from "../../support/port-offset";

// What a browser remembers of the shop must not lock operators out of their pages, which lie below the same domain and
// speak plain HTTP over the VPN. curl keeps the same memory by the same rules (RFC 6797) and, like browsers, across runs.

const EDGE = { address: "127.2.64.12", portOffset: portOffset() };
const SHOP = production.domain;
const GRAFANA = hosts.internal(SHOP, "indonesia", "grafana");
const RABBITMQ = hosts.internal(SHOP, "singapore", "rabbitmq");
const OPERATOR_PAGE = { address: "127.2.48.10", port: 80 + EDGE.portOffset };

const supervisor = new Supervisor("strict-transport");
const operatorPage = createServer((_, response) => response.end("an operator's page"));

beforeAll(async () => {
  operatorPage.listen(OPERATOR_PAGE.port, OPERATOR_PAGE.address);
  await once(operatorPage, "listening");
  const certificate = makeCertificate(requireProgram("openssl"), supervisor.directory, SHOP);
  const config = ontoLoopback(edgeConfig("indonesia"), EDGE);
  const setup = { program: requireProgram("haproxy"), name: "edge", config, certificate, edgeAddress: EDGE.address };
  await Haproxy.start(supervisor, setup);
});
afterAll(async () => {
  await supervisor.endAll();
  operatorPage.close();
});

test("whoever was at the shop still opens operator pages over HTTP, and the shop never again", async () => {
  // No country serves here: the header stands on every answer, the 503 page too.
  expect(await visit(`https://${SHOP}/`)).toMatchObject({ ended: `https://${SHOP}/` });
  expect(readFileSync(memory(), "utf8")).toMatch(new RegExp(`^\\.?${SHOP} `, "m"));
  for (const page of [`http://${GRAFANA}/`, `http://${RABBITMQ}/`]) {
    expect(await visit(page)).toEqual({ exit: 0, ended: page, text: "an operator's page" });
  }
  expect(await visit(`http://${SHOP}/cart`)).toMatchObject({ ended: `https://${SHOP}/cart` });
});

test("a memory that covers subdomains would lock them out, which this client shows", async () => {
  writeFileSync(memory(), `.${SHOP} "20991231 23:59:59"\n`);
  expect(await visit(`http://${GRAFANA}/`)).toMatchObject({ ended: `https://${GRAFANA}/`, text: "" });
});

function memory(): string {
  const file = join(supervisor.directory, "hsts");
  if (!existsSync(file)) writeFileSync(file, "");
  return file;
}

/** As a browser would go there: the shop is the edge, everything else an operator's page. */
function visit(url: string): Promise<{ exit: number; ended: string; text: string }> {
  const ways = [
    ...[443, 80].map((port) => `${SHOP}:${port}:${EDGE.address}:${port + EDGE.portOffset}`),
    `:80:${OPERATOR_PAGE.address}:${OPERATOR_PAGE.port}`,
    `:443:${OPERATOR_PAGE.address}:${OPERATOR_PAGE.port}`,
  ].flatMap((way) => ["--connect-to", way]);
  const told = ["--silent", "--insecure", "--noproxy", "*", "--hsts", memory(), "--write-out", "\n%{url_effective}"];
  return new Promise((resolve) => {
    execFile(requireProgram("curl"), [...ways, ...told, url], (error, stdout) => {
      const [ended = "", ...text] = stdout.split("\n").reverse();
      resolve({ exit: error ? Number(error.code) : 0, ended, text: text.reverse().join("\n") });
    });
  });
}
