import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { sleepMs } from "../time";
import { connectionOptions, type RequestAnswer, sendRequest } from "./client";
import { CRASH_PATH, POISON_PATH } from "./ingress-process";
import type { Edge } from "./stage";

const POISON_REQUESTS = 30;
const CRASH = { perSecond: 60, seconds: 60 } as const;
const FLOOD = { perSecond: 700, seconds: 4 } as const;
/** Google's health checks give up after as long. */
const HEALTH_LIMIT_MS = 5000;

/** One after another, as a customer does who reloads a broken page. */
export async function askForPoison(edge: Edge): Promise<void> {
  for (let request = 0; request < POISON_REQUESTS; request++) {
    await ask(edge, POISON_PATH);
    await sleepMs(20);
  }
}

/** On schedule, from one address, whether answered or not. */
export async function askForCrash(edge: Edge): Promise<void> {
  const answers: Promise<RequestAnswer>[] = [];
  for (let request = 0; request < CRASH.perSecond * CRASH.seconds; request++) {
    answers.push(ask(edge, CRASH_PATH));
    await sleepMs(1000 / CRASH.perSecond);
  }
  await Promise.all(answers);
}

/** Connections that say nothing, all from one address; what the edge closes is opened again. */
export async function openManyConnections({ target, healthPort }: Edge, problems: string[]): Promise<void> {
  const sockets = new Set<Socket>();
  for (let tick = 0; tick < FLOOD.seconds * 10; tick++) {
    for (let number = 0; number < FLOOD.perSecond / 10; number++) {
      const socket = connect({ host: target.address, port: target.port, localAddress: target.attacker });
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    const status = await askHealth(target.address, healthPort);
    if (status !== "200") problems.push(`${EDGE_HEALTH_PATHS.live} answered ${status}`);
    await sleepMs(100);
  }
  for (const socket of sockets) socket.destroy();
}

function askHealth(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const request = get(
      { host, port, path: EDGE_HEALTH_PATHS.live, agent: false, timeout: HEALTH_LIMIT_MS },
      (response) => {
        response.resume();
        resolve(String(response.statusCode));
      },
    );
    request.on("timeout", () => request.destroy(new Error("nothing in 5 s")));
    request.on("error", (error) => resolve(error.message));
  });
}

function ask({ target }: Edge, path: string): Promise<RequestAnswer> {
  const options = { ...connectionOptions(target), localAddress: target.attacker, path, headers: { Host: target.host } };
  return new Promise((resolve) => sendRequest(options, undefined, resolve));
}
