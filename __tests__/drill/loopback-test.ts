import { edgeAddressBeside, loopbackAddress, ontoLoopback } from "../../drill/edge/loopback";
import { serversOf, shopHostOf } from "../../drill/edge/synthesized-config";
import { edgeConfig } from "./synthesized-edges";

/** The words of `after` that are not those of `before`, line by line. */
function changedWords(before: string, after: string): [string, string][] {
  const [linesBefore, linesAfter] = [before.split("\n"), after.split("\n")];
  expect(linesAfter).toHaveLength(linesBefore.length);
  return linesBefore.flatMap((line, index) => {
    const [words, wordsAfter] = [line.split(" "), (linesAfter[index] ?? "").split(" ")];
    expect(wordsAfter).toHaveLength(words.length);
    return words.flatMap((word, position): [string, string][] => {
      const after = wordsAfter[position] ?? "";
      return word === after ? [] : [[word, after]];
    });
  });
}

describe("ontoLoopback", () => {
  const config = edgeConfig("india");

  it("changes addresses of bind and server lines and nothing else", () => {
    const placed = ontoLoopback(config, { address: "127.10.64.2", portOffset: 0 });
    expect(changedWords(config, placed)).toEqual([
      [":80,[::]:80", "127.10.64.2:80"],
      [":443,[::]:443", "127.10.64.2:443"],
      [":8404,[::]:8404", "127.10.64.2:8404"],
      ["10.10.47.10:80", "127.10.47.10:80"],
      ["10.2.47.10:80", "127.2.47.10:80"],
      ["10.6.47.10:80", "127.6.47.10:80"],
      ["10.10.47.10:80", "127.10.47.10:80"],
      ["10.2.47.10:80", "127.2.47.10:80"],
      ["10.6.47.10:80", "127.6.47.10:80"],
      [":3306", "127.10.64.2:3306"],
      ["10.10.65.10:3306", "127.10.65.10:3306"],
      ["10.2.65.10:3306", "127.2.65.10:3306"],
      ["10.6.65.10:3306", "127.6.65.10:3306"],
    ]);
  });

  it("moves every port by the offset", () => {
    const placed = ontoLoopback(config, { address: "127.10.64.2", portOffset: 20_000 });
    const ports = changedWords(config, placed).map(([before, after]) => Number(port(after)) - Number(port(before)));
    expect(ports).toHaveLength(17); // seven bind, nine servers, and the port of the databases' checks
    expect(new Set(ports)).toEqual(new Set([20_000]));
  });

  it("places addresses over IPv6 on the one that is given", () => {
    const placed = ontoLoopback(config, { address: "127.10.64.2", portOffset: 20_000, addressIpv6: "::1" });
    expect(changedWords(config, placed)).toContainEqual([":443,[::]:443", "127.10.64.2:20443,[::1]:20443"]);
  });

  it("leaves sockets of the machine's own runtime directory alone", () => {
    const line = '    bind "unix@${RUNTIME_DIRECTORY}/writes.sock" accept-proxy';
    expect(ontoLoopback(line, { address: "127.10.64.2", portOffset: 0 })).toBe(line);
  });

  it.each([
    "    bind *:443",
    "    bind 10.2.64.2:443",
    "    bind :443,[2001:db8::1]:443",
    "    bind :443,10.2.64.2:443",
    "    server india ingress.example:80",
    "    server india 192.0.2.1:80",
  ])("refuses what it could send outside: %s", (line) => {
    expect(() => ontoLoopback(line, { address: "127.10.64.2", portOffset: 0 })).toThrow("cannot place");
  });
});

it("keeps different addresses different", () => {
  expect(loopbackAddress("10.2.47.10")).toBe("127.2.47.10");
  expect(edgeAddressBeside("10.2.47.10", 2)).toBe("127.2.64.2");
  expect(() => loopbackAddress("192.0.2.1")).toThrow("not an address of the estate");
});

it("finds servers and host in the configuration", () => {
  expect(serversOf(edgeConfig("singapore"))).toEqual([
    { country: "singapore", address: "10.6.47.10", port: 80 },
    { country: "india", address: "10.10.47.10", port: 80 },
    { country: "indonesia", address: "10.2.47.10", port: 80 },
  ]);
  expect(shopHostOf(edgeConfig("singapore"))).toBe("jamtangan.com");
});

function port(word: string): string | undefined {
  return /^(?:.*:)?(\d+)"?$/.exec(word)?.[1];
}
