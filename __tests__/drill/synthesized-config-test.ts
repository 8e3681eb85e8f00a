import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unescapeTemplate } from "../../constructs/escape-template";
import { readEdgeConfig } from "../../drill/edge/synthesized-config";
import { edgeConfig, writeSynthesizedEdges } from "./synthesized-edges";

describe("unescapeTemplate", () => {
  it.each([
    ["$${RUNTIME_DIRECTORY}/admin.sock", "${RUNTIME_DIRECTORY}/admin.sock"],
    ["request=%%{+Q}r", "request=%{+Q}r"],
    ["$$ %% 100% $x {}", "$$ %% 100% $x {}"],
  ])("%s", (template, text) => {
    expect(unescapeTemplate(template)).toBe(text);
  });

  it.each(["${google_compute_address.edge.address}", "%{ if true }"])(
    "refuses what only Terraform knows: %s",
    (text) => {
      expect(() => unescapeTemplate(text)).toThrow("must be literal");
    },
  );
});

describe("readEdgeConfig", () => {
  let out: string;
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  it("returns what was rendered, to the letter", () => {
    out = writeSynthesizedEdges();
    expect(readEdgeConfig(out, "india")).toEqual({ country: "india", text: edgeConfig("india") });
  });

  it("says what to run when nothing was synthesized", () => {
    out = mkdtempSync(join(tmpdir(), "drill-input-"));
    expect(() => readEdgeConfig(out, "india")).toThrow(`nothing is synthesized in ${out}: run npm run synth first`);
  });

  it("says so when the stack has no such metadata", () => {
    out = mkdtempSync(join(tmpdir(), "drill-input-"));
    mkdirSync(join(out, "stacks/region-india"), { recursive: true });
    writeFileSync(join(out, "stacks/region-india/cdk.tf.json"), '{"resource":{}}');
    expect(() => readEdgeConfig(out, "india")).toThrow("holds 0 instance templates");
  });
});
