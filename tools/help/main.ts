import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotTell, command, EXIT, start } from "../cli";
import { renderCommands, renderReadmeTable } from "../commands";

const ROOT = join(__dirname, "../..");
/** README's whole table of commands. */
const TABLE = /^\| command \|.*\n(?:\|.*\n)+/m;

export const help = command({
  name: "help",
  summary: "Lists the commands of this repository.",
  options: { update: { type: "boolean", says: "writes the list to help and into README's table" } },
  exits: { fine: "listed" },
  run: ({ update }) => {
    process.stdout.write(renderCommands());
    if (update) writeBoth();
    return EXIT.fine;
  },
});

function writeBoth(): void {
  const readme = join(ROOT, "README.md");
  const text = readFileSync(readme, "utf8");
  if (!TABLE.test(text)) throw new CannotTell("README.md has no table that begins with | command |");
  writeFileSync(join(ROOT, "help"), renderCommands());
  writeFileSync(
    readme,
    text.replace(TABLE, () => `${renderReadmeTable()}\n`),
  );
}

if (require.main === module) void start(help);
