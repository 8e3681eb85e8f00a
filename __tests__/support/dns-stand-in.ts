import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** Answers of a zone: the data of a name's records of one type. */
export type Records = (name: string, type: string) => readonly string[];

const TYPES: Readonly<Record<number, string>> = { 5: "CNAME", 16: "TXT" };
const NUMBERS = Object.fromEntries(Object.entries(TYPES).map(([number, type]) => [type, Number(number)]));

/** A resolver on loopback, for UDP and TCP: follows a CNAME, and knows names and texts, as ACME asks for no others. */
export async function startDns(records: Records): Promise<{ readonly address: string; stop(): void }> {
  const tcp = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    answerOn(socket, records);
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4", (message, { port, address }) => udp.send(answer(message, records), port, address));
  udp.bind(port, "127.0.0.1");
  await once(udp, "listening");
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      udp.close();
      tcp.close();
    },
  };
}

function answerOn(socket: Socket, records: Records): void {
  let held = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
      const length = held.readUInt16BE(0);
      const sent = answer(held.subarray(2, 2 + length), records);
      held = held.subarray(2 + length);
      socket.write(Buffer.concat([number16(sent.length), sent]));
    }
  });
}

/** One query with one question; NXDOMAIN is what nobody has. */
function answer(query: Buffer, records: Records): Buffer {
  const { name, end } = readName(query, 12);
  const type = TYPES[query.readUInt16BE(end)] ?? "";
  const found = lookUp(name, type, records);
  const header = Buffer.concat([
    query.subarray(0, 2),
    number16(found.length > 0 ? 0x8180 : 0x8183),
    ...[1, found.length, 0, 0].map(number16),
  ]);
  return Buffer.concat([header, query.subarray(12, end + 4), ...found]);
}

function lookUp(name: string, type: string, records: Records): Buffer[] {
  const [target] = records(name, "CNAME");
  if (target !== undefined) {
    const here = record(name, "CNAME", writeName(target));
    return type === "CNAME" ? [here] : [here, ...lookUp(target, type, records)];
  }
  return records(name, type).map((text) => {
    const data = Buffer.from(text.replace(/^"|"$/g, ""));
    return record(name, type, Buffer.concat([Buffer.from([data.length]), data]));
  });
}

function record(name: string, type: string, data: Buffer): Buffer {
  const fixed = Buffer.concat([number16(NUMBERS[type] ?? 0), number16(1), Buffer.alloc(4), number16(data.length)]);
  return Buffer.concat([writeName(name), fixed, data]);
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: `${labels.join(".").toLowerCase()}.`, end: at + 1 };
}

function writeName(name: string): Buffer {
  const labels = name.split(".").filter((label) => label !== "");
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);
}

function number16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}
