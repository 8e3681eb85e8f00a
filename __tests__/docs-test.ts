import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..");
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };

const pages = ["README.md", "help", ...markdownBelow("docs")].map((file) => ({
  file,
  text: readFileSync(join(ROOT, file), "utf8"),
}));

test("every link leads to a file, and to a heading in it", () => {
  const broken = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(([link, path = "", heading]) => {
      const target = path === "" ? join(ROOT, file) : join(ROOT, dirname(file), path);
      if (!existsSync(target)) return [`${file}: ${link}`];
      return heading === undefined || headingsOf(target).has(heading) ? [] : [`${file}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("every command of this repository exists", () => {
  const strange = pages.flatMap(({ file, text }) =>
    [
      ...named(text, /\bnpm run (?:--silent )?([\w:-]+)/g).filter((script) => !Object.hasOwn(scripts, script)),
      ...named(text, /(?<![\w/.])((?:tools|drill|bench)\/[\w/-]+\.(?:sh|ts))/g).filter(
        (path) => !existsSync(join(ROOT, path)),
      ),
      ...named(text, /\bnpx jest (\S+)/g).filter(
        (path) => path.startsWith("__tests__") && !existsSync(join(ROOT, path.replace(/`$/, ""))),
      ),
    ].map((name) => `${file}: ${name}`),
  );
  expect(strange).toEqual([]);
});

test.each(["edge", "data"])("every fault that a page lets npm run drill -- %s play is one", (drill) => {
  const help = execFileSync("npm", ["run", "--silent", "drill", "--", drill, "--help"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const known = /Faults: (.+)/.exec(help)?.[1]?.split(", ") ?? [];
  const calls = pages.flatMap(({ text }) => named(text, new RegExp(`npm run drill -- ${drill}([^\`\\n]*)`, "g")));
  const asked = calls.flatMap((call) => named(call, /--fault (\S+)/g));
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.filter((fault) => !known.includes(fault))).toEqual([]);
});

function named(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = ""]) => name);
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith(".md") && statSync(join(ROOT, path)).isFile())
    .sort();
}

/** Headings as GitHub makes anchors of them. */
function headingsOf(file: string): Set<string> {
  const text = readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");
  return new Set(
    named(text, /^#+ (.+)$/gm).map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/ /g, "-"),
    ),
  );
}
