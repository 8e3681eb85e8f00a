import { parseProxyHeader } from "../../drill/edge/proxy-protocol";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
/** Version 2, PROXY, TCP over IPv4: 127.2.202.7:50000 to 127.2.64.2:443. */
const IPV4 = bytes(`${SIGNATURE} 21 11 000c 7f02ca07 7f024002 c350 01bb`);

describe("parseProxyHeader", () => {
  it("tells the client and where its own bytes begin", () => {
    expect(parseProxyHeader(Buffer.concat([IPV4, Buffer.from("GET / HTTP/1.1\r\n")]))).toEqual({
      client: "127.2.202.7",
      bytes: 28,
    });
  });

  it("reads IPv6, and skips what follows the addresses", () => {
    const header = bytes(
      `${SIGNATURE} 21 21 0027 20010db8000000000000000000000001 ${"00".repeat(16)} c350 01bb 040000`,
    );
    expect(parseProxyHeader(header)).toEqual({ client: "2001:db8:0:0:0:0:0:1", bytes: 55 });
  });

  it("knows no client in a health check", () => {
    expect(parseProxyHeader(bytes(`${SIGNATURE} 20 00 0000`))).toEqual({ client: undefined, bytes: 16 });
  });

  it("waits for the rest of a header that comes in pieces", () => {
    for (let length = 0; length < IPV4.length; length++) {
      expect(parseProxyHeader(IPV4.subarray(0, length))).toBe("incomplete");
    }
  });

  it.each([
    ["no header", Buffer.from("GET / HTTP/1.1\r\n"), "signature"],
    ["version 1", Buffer.from("PROXY TCP4 127.0.0.1"), "signature"],
    ["version 3", bytes(`${SIGNATURE} 31 11 0000`), "version 3"],
    ["another command", bytes(`${SIGNATURE} 2f 11 0000`), "command 15"],
    ["no addresses", bytes(`${SIGNATURE} 21 00 0000`), "family 0x0"],
  ])("refuses %s", (_, header, reason) => {
    expect(() => parseProxyHeader(header)).toThrow(reason);
  });
});

function bytes(hexadecimal: string): Buffer {
  return Buffer.from(hexadecimal.replaceAll(" ", ""), "hex");
}
