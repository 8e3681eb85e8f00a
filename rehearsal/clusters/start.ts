import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { enclosingCommand } from "../../drill/isolation";
import { findProgram } from "../../drill/programs";
import { CannotTell } from "../../tools/cli";
import type { ClusterMessage } from "./cluster-messages";

/** The process that runs a cluster, once its control plane answers. @throws CannotTell when that does not start */
export async function startProcess(folder: string, searchPath: string): Promise<ChildProcess> {
  const enclosing = enclosingCommand(findProgram("unshare", searchPath), searchPath);
  if (!enclosing) throw new CannotTell("control planes run in namespaces of their own: run this as root on Linux");
  const [file = "", ...args] = [...enclosing, process.execPath, ...process.execArgv];
  const child = spawn(file, [...args, join(__dirname, "cluster-process.ts"), folder], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  child.stderr?.pipe(createWriteStream(join(folder, "cloud.log")));
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message: ClusterMessage) => {
      if ("ready" in message) resolve();
      else reject(new CannotTell(message.failed));
    });
    child.on("exit", (code) => reject(new CannotTell(`the control plane in ${folder} ended with ${code}`)));
  });
  return child;
}

/** A port of loopback that leads to a Unix socket, which is in no network namespace. */
export async function relayTo(socket: string): Promise<Server> {
  const relay = createServer((outer) => {
    const inner = connect(socket);
    outer.pipe(inner);
    inner.pipe(outer);
    outer.on("error", () => inner.destroy());
    inner.on("error", () => outer.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return relay;
}
