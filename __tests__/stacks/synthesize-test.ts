import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  App,
  DefaultTokenResolver,
  Fn,
  Lazy,
  StringConcat,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  Token,
  Tokenization,
} from "cdktf";
import fc from "fast-check";
import { staging } from "../../config/staging";
import { buildEstate } from "../../stacks/estate";
import { resolveLiterals } from "../../stacks/resolve-literals";
import { synthesize as synthesizeEstate } from "../../stacks/synthesize";
import { writeJson } from "../../stacks/write-json";
import { stackFile, stackNames } from "../../tools/synthesized/stacks";
import { synthesize } from "../support/synth";
import { fourCountries } from "../support/topologies";

const outdir = mkdtempSync(join(tmpdir(), "matchwatch-synthesize-"));
afterAll(() => rmSync(outdir, { recursive: true }));

test.each([
  ["four countries", fourCountries],
  ["staging", staging],
])("the JSON of %s is what cdktf alone writes", (name, topology) => {
  const alone = join(outdir, name);
  // cdktf asks for a stack trace at every construct and token; jest would map each frame of them to its source.
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = () => "Error\n    at here";
  try {
    const app = new App({ outdir: alone });
    buildEstate(app, topology);
    app.synth();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
  const texts = stackNames(alone).map((stack) => [stack, readFileSync(stackFile(alone, stack), "utf8")]);
  expect(Object.fromEntries(texts)).toEqual(synthesize(topology).text);
});

test("a stack that refers to another one's resource is refused", () => {
  const build = (app: App) => {
    const [from, to] = [new TerraformStack(app, "from"), new TerraformStack(app, "to")];
    const { expression } = new TerraformLocal(from, "word", "any");
    new TerraformOutput(to, "output", { value: Fn.upper(`the ${expression}`) });
  };
  const folder = join(outdir, "references");
  expect(() => synthesizeEstate(build, { outdir: folder })).toThrow(
    "stack to refers to local.word of from: pass it on by StackOutputs",
  );
  expect(existsSync(join(folder, "manifest.json"))).toBe(false);
});

/** What cdktf makes its JSON's text with. */
const stringify: (value: unknown, options: { space: number }) => string = createRequire(require.resolve("cdktf"))(
  "json-stable-stringify",
);

test("any JSON is written as cdktf writes it, and a long one too", () => {
  const file = join(outdir, "any.json");
  const isAsCdktf = (value: unknown) => {
    writeJson(file, value);
    expect(readFileSync(file, "utf8")).toBe(stringify(value, { space: 2 }));
  };
  fc.assert(fc.property(fc.jsonValue(), isAsCdktf), { numRuns: 500 });
  isAsCdktf({ texts: Array.from({ length: 40 }, (_, index) => `${index} "é"\n`.repeat(30_000)), z: [], a: {} });
});

const scope = new TerraformStack(new App({ outdir: join(outdir, "app") }), "stack");
const options = { scope, resolver: new DefaultTokenResolver(new StringConcat()) };
const token = () => Lazy.anyValue({ produce: () => ({ inner: [undefined, "a", Token.asString("b")] }) });

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withDate: true, maxDepth: 1, withBigInt: true }),
  fc.double(),
  fc.string(),
  fc.constantFrom(
    undefined,
    () => 1,
    scope,
    token(),
    Fn.join("-", ["a", Token.asString(Fn.upper("b"))]),
    Token.asNumber(token()),
    Token.asNumber(7),
    Token.asList(token()),
    Token.asNumberList(token()),
    Token.asStringMap(token()),
    Token.asNumberMap(token()),
    Token.asAnyMap(token()),
    `a ${Token.asString("text")} and \${literal} and ${Token.asNumber(8)}`,
    "-1.5e+289",
    "the Token[7], or +28",
    "1e5 2.e-3",
    "${TfToken[TOKEN.999999]}",
    "#{TfToken[TOKEN.999999]}",
    ...Object.values(Token).filter((value) => typeof value === "string" || typeof value === "number"),
  ),
);
const key = fc.oneof(
  fc.string(),
  fc.constantFrom("resolve", "_children", "_metadata", "__proto__", Token.asString("key"), "1e5"),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** What comes out, or what is thrown. */
function outcome(resolve: typeof Tokenization.resolve, input: unknown): unknown {
  try {
    return { is: resolve(input, options) };
  } catch (error) {
    return { throws: String(error) };
  }
}

test("any value resolves to what cdktf alone makes of it, or is refused with the same words", () => {
  fc.assert(
    fc.property(value, (input) => {
      expect(outcome(resolveLiterals, input)).toStrictEqual(outcome(Tokenization.resolve, input));
    }),
    { numRuns: 2000 },
  );
});
