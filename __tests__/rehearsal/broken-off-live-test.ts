import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { whereProvider } from "./where-provider";

const ROOT = join(__dirname, "../..");

whereProvider("a rehearsal that is broken off (where Terraform finds the google provider)", () => {
  const reports = mkdtempSync(join(tmpdir(), "broken-off-"));
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).map((child) => child.kill()));
  afterAll(() => rmSync(reports, { recursive: true, force: true }));

  test.each([
    ["SIGINT", 130, "terraform"],
    ["SIGTERM", 143, "terraform-provi"],
  ] as const)(
    "by %s leaves no process and no folder: exit code %i, while a %s runs",
    async (signal, status, program) => {
      const command = ["--require", "./tools/typescript.js", "rehearsal/main.ts"];
      const options = ["--environment", "staging", "--until", "deploy", "--report", join(reports, "report.html")];
      const child = spawn(process.execPath, [...command, ...options], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.push(child);
      let said = "";
      const folder = await new Promise<string>((resolve, reject) => {
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          const [, path] = /^rehearsing staging on (\S+)$/m.exec(said) ?? [];
          if (path) resolve(path);
        });
        child.on("exit", () => reject(new Error(said)));
      });
      while (!programsIn(folder).includes(program)) await sleep(100);
      child.kill(signal);
      const [code] = await once(child, "exit");
      expect([code, existsSync(folder), programsIn(folder)]).toEqual([status, false, []]);
    },
  );
});

/** Programs that work in a folder, by the fifteen characters that the kernel keeps of a name. */
function programsIn(folder: string): string[] {
  const all = 'for each in /proc/[0-9]*; do case $(readlink "$each/cwd") in "$0"/*) cat "$each/comm" ;; esac; done';
  const { stdout } = spawnSync("sh", ["-c", all, folder], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean);
}
