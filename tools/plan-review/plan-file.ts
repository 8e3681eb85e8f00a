import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { KINDS, type PlanJson } from "./plan-json";

/** One stack's plan. */
export interface StackPlan {
  readonly stack: string;
  readonly plan: PlanJson;
}

const REMEDY = "write it with `terraform show -json PLANFILE > plan.json`";

/** Files that are often given by mistake, recognized by how they begin. */
const LOOKALIKES: readonly { readonly matches: (bytes: Buffer) => boolean; readonly says: string }[] = [
  { matches: (bytes) => bytes.length === 0, says: `is empty: see what terraform reported, then ${REMEDY}` },
  {
    matches: (bytes) => bytes.toString("latin1", 0, 2) === "PK",
    says: `is the binary plan file, not its JSON: ${REMEDY}`,
  },
  {
    matches: (bytes) => bytes[0] === 0xff && bytes[1] === 0xfe,
    says: "is UTF-16, as older PowerShells redirect: write it as UTF-8, with `| Out-File -Encoding utf8`",
  },
  {
    matches: (bytes) => bytes.toString("utf8", 0, 200).startsWith("[command]"),
    says: "is the output of the wrapper that hashicorp/setup-terraform puts around terraform: set terraform_wrapper to false, and write it again",
  },
  {
    matches: (bytes) => bytes.toString("utf8", 0, 200).startsWith('{"@level"'),
    says: `is the log of \`terraform plan -json\`: plan with -out PLANFILE, then ${REMEDY}`,
  },
];

/** Reads every file, named `stack=path` or by a path that names the stack. @returns the plans, and one line per problem */
export function readPlans(args: readonly string[]): { plans: StackPlan[]; problems: string[] } {
  const plans: StackPlan[] = [];
  const problems: string[] = [];
  for (const arg of args) {
    const { stack, file } = splitArgument(arg);
    const found = readPlan(file);
    if (typeof found === "string") problems.push(`${file} ${found}`);
    else if (plans.some((plan) => plan.stack === stack)) {
      problems.push(`${file} is a second plan of stack "${stack}": name the stack of each, as in region-india=${file}`);
    } else plans.push({ stack, plan: found });
  }
  return { plans, problems };
}

/** `stack=path`, `.../<stack>/plan.json` or `<stack>.json`: the JSON itself does not say. */
export function splitArgument(arg: string): { stack: string; file: string } {
  const [, given, path] = /^([a-z0-9-]+)=(.+)$/.exec(arg) ?? [];
  if (given && path) return { stack: given, file: path };
  const name = basename(arg).replace(/\.json$/, "");
  const isStack = !/^(tf)?plan$/.test(name);
  return { stack: isStack ? name.replace(/[.-]plan$|^plan[.-]/, "") : basename(dirname(arg)), file: arg };
}

function readPlan(file: string): PlanJson | string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code}): give the path of a plan's JSON`;
  }
  return parsePlan(bytes);
}

/** The plan, or why it is not one. Never quotes the file, which may hold secrets. */
export function parsePlan(bytes: Buffer): PlanJson | string {
  const lookalike = LOOKALIKES.find(({ matches }) => matches(bytes));
  if (lookalike) return lookalike.says;
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8").replace(/^\uFEFF/, ""));
  } catch {
    return `is not valid JSON (${bytes.length} bytes, perhaps truncated): ${REMEDY} again`;
  }
  return isRecord(json) ? (shapeProblem(json) ?? (json as unknown as PlanJson)) : `is not a plan: ${REMEDY}`;
}

function shapeProblem(json: Record<string, unknown>): string | undefined {
  const version = json.format_version;
  if (typeof version !== "string") return `is not a plan (no format_version): ${REMEDY}`;
  if (!version.startsWith("1.")) {
    return `has format_version ${JSON.stringify(version)} but only 1.x is supported: use Terraform 1.x, or add the new format to tools/plan-review`;
  }
  if (!("planned_values" in json) && !("resource_changes" in json)) return `is a state, not a plan: ${REMEDY}`;
  if (json.errored === true) return "comes from a plan that failed: fix what terraform reported, and plan again";
  if (json.complete === false || (Array.isArray(json.deferred_changes) && json.deferred_changes.length > 0)) {
    return "is a partial plan (-target, or deferred changes), so part of the stack would go unreviewed: plan the whole stack";
  }
  if (json.resource_changes === undefined && hasResources(json.planned_values)) {
    return `has values of resources and no resource_changes, so somebody has cut it: ${REMEDY}`;
  }
  return (
    changesProblem(json, "resource_changes") ??
    changesProblem(json, "resource_drift") ??
    PARTS.flatMap(({ field, isWell, says }) =>
      json[field] === undefined || isWell(json[field]) ? [] : [`has ${field} in another shape than ${says}: ${REMEDY}`],
    )[0]
  );
}

/** Terraform tells of each of them what changes, also that nothing does. */
function hasResources(values: unknown): boolean {
  const root = isRecord(values) ? values.root_module : undefined;
  return isRecord(root) && [root.resources, root.child_modules].some((part) => Array.isArray(part) && part.length > 0);
}

/** Parts beside the changes, as far as they are read. */
const PARTS: readonly {
  readonly field: string;
  readonly isWell: (value: unknown) => boolean;
  readonly says: string;
}[] = [
  {
    field: "checks",
    isWell: (value) =>
      isListOf(
        value,
        ({ address, status }) =>
          isRecord(address) && typeof address.to_display === "string" && typeof status === "string",
      ),
    says: "a list of address and status",
  },
  {
    field: "output_changes",
    isWell: (value) => isRecord(value) && isListOf(Object.values(value), ({ actions }) => isListOfTexts(actions)),
    says: "actions by name",
  },
  {
    field: "action_invocations",
    isWell: (value) => isListOf(value, ({ address }) => typeof address === "string"),
    says: "a list with addresses",
  },
];

function isListOf(value: unknown, isWell: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && isWell(item));
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function changesProblem(json: Record<string, unknown>, field: string): string | undefined {
  const changes = json[field] ?? [];
  if (!Array.isArray(changes)) return `has a ${field} that is not a list: ${REMEDY}`;
  const wrong = changes.findIndex((change: unknown) => !isResourceChange(change));
  return wrong < 0
    ? undefined
    : `has ${field}[${wrong}] without address, mode, type, name, known actions and paths that are lists: ${REMEDY}`;
}

function isResourceChange(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.change) || !Array.isArray(value.change.actions)) return false;
  const { replace_paths: paths = [] } = value.change;
  if (!Array.isArray(paths) || !paths.every(Array.isArray)) return false;
  const texts = [value.address, value.mode, value.type, value.name];
  return texts.every((text) => typeof text === "string") && Object.hasOwn(KINDS, value.change.actions.join());
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
