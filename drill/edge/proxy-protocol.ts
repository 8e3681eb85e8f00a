import type { Server as HttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";

/** https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt, section 2.2 */
const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const FIXED_BYTES = 16;

const VERSION_2 = 0x2;
const COMMANDS = { local: 0x0, proxy: 0x1 } as const;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

export interface ProxyHeader {
  /** Client that the proxy speaks for; undefined when it speaks for itself, as in a health check. */
  readonly client: string | undefined;
  /** Bytes of the header: what follows is the client's. */
  readonly bytes: number;
}

/**
 * Reads a PROXY protocol v2 header from the beginning of a connection.
 *
 * @returns "incomplete" while more bytes are needed
 * @throws Error when the connection does not begin with such a header
 */
export function parseProxyHeader(received: Buffer): ProxyHeader | "incomplete" {
  const signature = received.subarray(0, SIGNATURE.length);
  if (!signature.equals(SIGNATURE.subarray(0, signature.length))) throw new Error("no PROXY protocol v2 signature");
  if (received.length < FIXED_BYTES) return "incomplete";
  const version = received.readUInt8(12) >> 4;
  const command = received.readUInt8(12) & 0xf;
  if (version !== VERSION_2) throw new Error(`PROXY protocol version ${version} instead of 2`);
  const bytes = FIXED_BYTES + received.readUInt16BE(14);
  if (received.length < bytes) return "incomplete";
  if (command === COMMANDS.local) return { client: undefined, bytes };
  if (command !== COMMANDS.proxy) throw new Error(`PROXY protocol command ${command} is unknown`);
  return { client: sourceAddress(received.readUInt8(13), received.subarray(FIXED_BYTES, bytes)), bytes };
}

function sourceAddress(family: number, addresses: Buffer): string {
  if (family === TCP_OVER_IPV4 && addresses.length >= 12) return [...addresses.subarray(0, 4)].join(".");
  if (family === TCP_OVER_IPV6 && addresses.length >= 36) {
    return Array.from({ length: 8 }, (_, group) => addresses.readUInt16BE(2 * group).toString(16)).join(":");
  }
  throw new Error(`PROXY protocol family 0x${family.toString(16)} with ${addresses.length} bytes of addresses`);
}

/** Takes the PROXY header off a new connection and gives the rest of it back; refuses one without. */
export function readHeader(socket: Socket, onHeader: (client: string | undefined) => void): void {
  let received = Buffer.alloc(0);
  const onData = (data: Buffer) => {
    received = Buffer.concat([received, data]);
    try {
      const header = parseProxyHeader(received);
      if (header === "incomplete") return;
      socket.pause();
      socket.off("data", onData);
      if (received.length > header.bytes) socket.unshift(received.subarray(header.bytes));
      onHeader(header.client);
      socket.resume();
    } catch {
      socket.destroy();
    }
  };
  socket.on("data", onData);
}

/** A server that hands over what comes behind a PROXY header. */
export function behindProxy(http: HttpServer): Server {
  return createServer((socket) => {
    socket.on("error", () => socket.destroy());
    readHeader(socket, () => http.emit("connection", socket));
  });
}
