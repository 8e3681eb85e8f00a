import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { engineRoot, imageRoot } from "../../config/packages";
import { enteringCommand, isInside, makeRoot, rootFolder } from "../../tools/engines/engines";

const cache = mkdtempSync(join(tmpdir(), "engines-"));
const MAKE = join(__dirname, "../../tools/engines/make-root.sh");
afterAll(() => rmSync(cache, { recursive: true }));

test("these tests run in the root that the list of packages asks for", () => {
  expect(isInside(process.env)).toBe(true);
});

test("a root has another name when a package is added, when the release changes, and in another cache", () => {
  const names = [
    engineRoot,
    imageRoot,
    { ...engineRoot, packages: [...engineRoot.packages, "nginx"] },
    { ...engineRoot, release: "forky" },
  ].map((root) => rootFolder({ ENGINES_CACHE: cache }, root));
  expect(new Set(names.map((name) => basename(name).slice(-12))).size).toBe(names.length);
  expect(rootFolder({ XDG_CACHE_HOME: "/x" }, engineRoot)).toMatch(/^\/x\/matchwatch\/engines\/trixie-[0-9a-f]{12}$/);
  expect(rootFolder({}, engineRoot)).not.toMatch(/^\/x/);
});

test("a root that is there is not made again", () => {
  const folder = rootFolder({ ENGINES_CACHE: cache }, { release: "trixie", packages: ["there"] });
  mkdirSync(folder, { recursive: true });
  expect(makeRoot({ ENGINES_CACHE: cache }, { release: "trixie", packages: ["there"] })).toBe(folder);
});

test("one whose making ended half way is not taken for whole, and mirrors that are away are named with the remedy", () => {
  const folder = join(cache, "trixie-half");
  mkdirSync(`${folder}.making/etc`, { recursive: true });
  writeFileSync(`${folder}.making/etc/debian-root`, "trixie-half\n");
  const env = { PATH: process.env.PATH, DEBIAN_MIRRORS: "http://127.0.0.1:9/debian" };
  const { status, stderr } = spawnSync("bash", [MAKE, folder, "trixie", "jq"], { env, encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toMatch(/could not be had from http:\/\/127.0.0.1:9\/debian: .*\n.*set DEBIAN_MIRRORS/);
  expect(existsSync(folder)).toBe(false);
});

test("a command in a root is the process that was started: its id, its signals; what it writes to the system is gone", async () => {
  const script =
    "trap 'exit 42' TERM; mkdir -p /usr/share/left; echo x >/usr/share/left/behind; echo $$; while :; do sleep 0.1; done";
  const root = makeRoot(process.env);
  const [file = "", ...words] = enteringCommand(root, []);
  const child = spawn(file, [...words, "bash", "-c", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [told] = await once(child.stdout, "data");
  expect(Number(told)).toBe(child.pid);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([42, null]);
  expect(existsSync("/usr/share/left/behind") || existsSync(join(root, "usr/share/left"))).toBe(false);
});

test("who is not root is told what to do", () => {
  const getuid = jest.spyOn(process, "getuid").mockReturnValue(1000);
  try {
    expect(() => makeRoot(process.env)).toThrow(/only root on Linux can build:\n {2}sudo .* npm test\n {2}docker run /);
  } finally {
    getuid.mockRestore();
  }
});
