import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const RUNBOOK = join(__dirname, "../../../docs/runbooks/monitoring.md");

/** What the runbook pipes an archive's objects through. */
const [, reader = ""] = /^gcloud storage cat '[^']*' \| (.*)$/m.exec(readFileSync(RUNBOOK, "utf8")) ?? [];

const read = (bytes: Buffer) => execFileSync("sh", ["-c", reader], { input: bytes, encoding: "utf8" });
const objects = ['{"message":"first"}\n', '{"message":"second"}\n'];

// The agent writes gzip with Content-Encoding: gzip, which Cloud Storage unpacks for clients that don't ask for gzip.
test("the runbook's command reads an archive's objects, one after the other, as they are stored", () => {
  expect(read(Buffer.concat(objects.map((text) => gzipSync(text))))).toBe(objects.join(""));
});

test("… and unpacked on the way", () => {
  expect(read(Buffer.from(objects.join("")))).toBe(objects.join(""));
});
