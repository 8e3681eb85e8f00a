import { createSocket, type RemoteInfo } from "node:dgram";
import { constants, setPriority } from "node:os";

/** Messages from the parent process: delays, and which countries are cut off. */
export interface WanSettings {
  /** First address and size of each country's block. */
  readonly blocks: readonly { readonly country: string; readonly first: number; readonly size: number }[];
  /** One-way delay in ms by `from>to`; missing pairs have none. */
  readonly oneWayMs: Readonly<Record<string, number>>;
  /** Countries whose packets, in either direction, are silently dropped. */
  readonly cut: readonly string[];
  /** Directions, `from>to`, in which every packet is dropped. */
  readonly severed: readonly string[];
}

interface Delayed {
  readonly packet: Buffer;
  readonly dueMs: number;
}

/** Timers fire up to a millisecond late, and the device takes the rest: both are subtracted. */
const EARLY_MS = 1.1;
const BUFFER_BYTES = 4 << 20;
const SOURCE_AT = 12;
const TARGET_AT = 16;

/** The latency between countries: receives IP packets as datagrams and returns each to the sender when it is due. */
const socket = createSocket({ type: "udp4", recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
const queues = new Map<number, Delayed[]>();
let settings: WanSettings = { blocks: [], oneWayMs: {}, cut: [], severed: [] };

function countryAt(packet: Buffer, offset: number): string | undefined {
  const address = packet.readUInt32BE(offset);
  return settings.blocks.find(({ first, size }) => address >= first && address < first + size)?.country;
}

function take(packet: Buffer, peer: RemoteInfo): void {
  if (packet.length < TARGET_AT + 4 || packet[0] !== 0x45) return; // Only IPv4 without options is expected.
  const [from = "", to = ""] = [countryAt(packet, SOURCE_AT), countryAt(packet, TARGET_AT)];
  if (settings.cut.includes(from) || settings.cut.includes(to)) return;
  if (settings.severed.includes(`${from}>${to}`)) return;
  const delayMs = settings.oneWayMs[`${from}>${to}`] ?? 0;
  if (delayMs === 0) return void socket.send(packet, peer.port, peer.address);
  const queue = queues.get(delayMs);
  if (queue) queue.push({ packet, dueMs: performance.now() + delayMs });
  else {
    queues.set(delayMs, [{ packet, dueMs: performance.now() + delayMs }]);
    setTimeout(release, delayMs - EARLY_MS, delayMs, peer);
  }
}

/** Forwards the due packets of one delay, and reschedules itself for the rest. */
function release(delayMs: number, peer: RemoteInfo): void {
  const queue = queues.get(delayMs) ?? [];
  const now = performance.now() + EARLY_MS;
  const due = queue.findIndex(({ dueMs }) => dueMs > now);
  for (const { packet } of queue.splice(0, due < 0 ? queue.length : due)) socket.send(packet, peer.port, peer.address);
  const next = queue[0];
  if (next) setTimeout(release, Math.max(0, next.dueMs - now), delayMs, peer);
  else queues.delete(delayMs);
}

setPriority(constants.priority.PRIORITY_HIGHEST);
process.on("message", (message: WanSettings) => {
  settings = message;
});
process.on("disconnect", () => process.exit());
socket.on("message", take);
socket.bind(0, "127.0.0.1", () => process.send?.(socket.address().port));
