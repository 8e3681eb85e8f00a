import { parseArgs } from "node:util";
import { RefusedError } from "../config/refused-error";
import { TERMINAL_WIDTH, wrap } from "./table";

/** Exit codes of every command. A command that runs another program passes on that program's. */
export const EXIT = { fine: 0, refused: 1, cannotTell: 2 } as const;

/** The command was called wrongly. The message is one line without a remedy: a pointer to `--help` is added. */
export class UsageError extends Error {}

/** The question could not be answered. The message says why, and what to do. */
export class CannotTell extends Error {}

export interface Option {
  readonly type: "string" | "boolean";
  /** Placeholder of the value in the help, such as `DIR`. */
  readonly value?: string;
  readonly says: string;
  readonly default?: string;
  readonly multiple?: boolean;
  /** Not shown in the help: the command passes it to itself. */
  readonly isHidden?: boolean;
}

type Options = Readonly<Record<string, Option>>;
type Value<O extends Option> = O["type"] extends "boolean"
  ? boolean
  : O extends { multiple: true }
    ? readonly string[]
    : O extends { default: string }
      ? string
      : string | undefined;
export type Values<T extends Options> = { readonly [Name in keyof T]: Value<T[Name]> };

/** Arguments besides options. */
export interface Operands {
  /** As shown in the help, such as `BEFORE AFTER`. */
  readonly usage: string;
  readonly least: number;
  /** @default no limit */
  readonly most?: number;
  readonly says: string;
  /** Whether everything after the first one belongs to it, including options: it is a command line of its own. */
  readonly isCommandLine?: boolean;
}

export interface CommandProps<T extends Options> {
  /** As in `npm run NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly operands?: Operands;
  readonly options: T;
  /** Paragraphs after the options. Lines that begin with a space are not wrapped. */
  readonly details?: readonly string[];
  /** What 0 and 1 mean here; 2 means the same everywhere. */
  readonly exits: { readonly fine: string; readonly refused?: string };
  /** Returns the exit code. */
  readonly run: (values: Values<T>, operands: readonly string[]) => number | Promise<number>;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The option of every command that reads what `npm run synth` wrote. */
export const SYNTH = {
  synth: { type: "string", value: "DIR", default: "cdktf.out", says: "what npm run synth wrote" },
} as const;

/** A command: `run` gets checked options, and its errors become a message and an exit code. */
export function command<const T extends Options>(props: CommandProps<T>): Command {
  const { name, summary, run } = props;
  const help = renderHelp(props);
  return {
    name,
    summary,
    help,
    run: (args) =>
      guarded(name, async () => {
        const { own, rest } = split(args, props.operands?.isCommandLine);
        if (own.includes("--help")) return print(help);
        const { values, positionals } = parse(own, props.options);
        const operands = [...positionals, ...rest];
        checkOperands(operands, props.operands);
        return run(values as Values<T>, operands);
      }),
  };
}

/** Commands under one name: `npm run drill -- edge`. */
export function commandGroup(name: string, summary: string, members: Readonly<Record<string, Command>>): Command {
  const rows = Object.entries(members).map(([member, { summary }]): [string, string] => [member, summary]);
  const help = [
    wrap(summary),
    `  npm run ${name} -- NAME [options]`,
    renderRows(rows),
    `npm run ${name} -- NAME --help shows more.`,
  ].join("\n\n");
  return {
    name,
    summary,
    help,
    run: ([first = "--help", ...args]) =>
      guarded(name, async () => {
        if (first === "--help") return print(help);
        const member = Object.hasOwn(members, first) ? members[first] : undefined;
        if (!member) throw new UsageError(`"${first}" is unknown, use ${Object.keys(members).join(" or ")}`);
        return member.run(args);
      }),
  };
}

/** Runs a command as this process, with its arguments. */
export async function start({ run }: Command): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    // A reader may stop early, as head does: the exit code still counts.
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  process.exitCode = await run(process.argv.slice(2));
}

/** Reports lengthy work on standard error. */
export function progress(text: string): void {
  console.error(`${text} ...`);
}

async function guarded(name: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RefusedError) {
      console.error(error.message);
      return EXIT.refused;
    }
    console.error(messageOf(name, error));
    return EXIT.cannotTell;
  }
}

function messageOf(name: string, error: unknown): string {
  if (error instanceof UsageError) return `${callOf(name)}: ${error.message} (see ${callOf(name, "--help")})`;
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code && path) return `${path}: ${FILE_ERRORS[code] ?? error.message}`;
  // Plain errors are meant for people. A TypeError or RangeError is our bug, so its stack is shown.
  return error.name === "Error" || error instanceof CannotTell ? error.message : (error.stack ?? error.message);
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EISDIR: "is a folder, but a file is expected",
  ENOTDIR: "a file is in the way: a folder is expected",
  EEXIST: "a file is in the way: a folder is expected",
  EACCES: "this user may not read or write it",
  EROFS: "is on a read-only file system",
  ENOSPC: "no space left on the disk",
};

/** npm takes options before the first `--` as its own. */
function callOf(name: string, rest = ""): string {
  return `npm run ${name}${rest && (name.includes(" -- ") ? ` ${rest}` : ` -- ${rest}`)}`;
}

function split(args: readonly string[], isCommandLine = false): { own: readonly string[]; rest: readonly string[] } {
  const first = isCommandLine ? args.findIndex((arg) => !arg.startsWith("-")) : -1;
  return first < 0 ? { own: args, rest: [] } : { own: args.slice(0, first), rest: args.slice(first) };
}

function parse(args: readonly string[], options: Options): { values: object; positionals: readonly string[] } {
  const defaults = Object.entries(options).map(([option, { type, multiple }]) => [
    option,
    type === "boolean" ? false : multiple ? [] : undefined,
  ]);
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    return { values: { ...Object.fromEntries(defaults), ...values }, positionals };
  } catch (error) {
    // Only the first sentence; Node's advice after it does not fit npm.
    throw new UsageError((error as Error).message.split(/\.\s|\n/, 1)[0]);
  }
}

function checkOperands(operands: readonly string[], wanted: Operands | undefined): void {
  const { usage = "", least = 0, most = wanted ? Number.POSITIVE_INFINITY : 0 } = wanted ?? {};
  if (operands.length > most) throw new UsageError(`unexpected argument "${operands[most]}"`);
  if (operands.length < least) throw new UsageError(`${usage} is missing`);
}

function print(text: string): number {
  console.log(text);
  return EXIT.fine;
}

function renderHelp({
  name,
  summary,
  operands,
  options,
  details = [],
  exits,
}: Omit<CommandProps<Options>, "run">): string {
  const shown = Object.entries(options).filter(([, { isHidden }]) => !isHidden);
  const optional = shown.length > 0 ? "[options]" : undefined;
  const call = [optional, operands?.usage].filter(Boolean).join(" ");
  const rows = shown.map(([option, { value, says, default: usual }]): [string, string] => [
    value ? `--${option} ${value}` : `--${option}`,
    usual === undefined ? says : `${says} (default: ${usual})`,
  ]);
  return [
    wrap(summary),
    `  ${callOf(name, call)}`,
    renderRows([
      ...(operands ? [[operands.usage, operands.says] as [string, string]] : []),
      ...rows,
      ["--help", "this text"],
    ]),
    ...details.map((paragraph) => wrap(paragraph)),
    wrap(
      [
        `Exit code: 0 ${exits.fine};`,
        ...(exits.refused ? [`1 ${exits.refused};`] : []),
        "2 called wrongly, or could not be done.",
      ].join(" "),
    ),
  ].join("\n\n");
}

/** Longer names get a line of their own. */
const NAME_WIDTH = 24;

function renderRows(rows: readonly [name: string, says: string][]): string {
  const width = Math.min(NAME_WIDTH, Math.max(...rows.map(([name]) => name.length)));
  const indent = " ".repeat(width + 4);
  return rows
    .map(([name, says]) => {
      const text = wrap(says, TERMINAL_WIDTH - indent.length).replaceAll("\n", `\n${indent}`);
      return name.length > width ? `  ${name}\n${indent}${text}` : `  ${name.padEnd(width)}  ${text}`;
    })
    .join("\n");
}
