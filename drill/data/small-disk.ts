import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Room beside the data: more than a node wants before it starts. */
const SPARE_MB = 1_500;
const BALLAST = "ballast";
/** A server writes now and then, never all the time. */
const MOST_TRIES = 100;

/** A file system of its own for a machine's data, small enough to be filled. In memory, so its speed is not measured. */
export class SmallDisk {
  /** @param home mount point; its files move to the disk, so that no server may have them open */
  private constructor(private readonly home: string) {}

  static mount(home: string): SmallDisk {
    const large = `${home}.large`;
    const [usedMb = "0"] = execFileSync("du", ["--summarize", "--apparent-size", "--block-size=1M", home], {
      encoding: "utf8",
    }).split("\t");
    renameSync(home, large);
    mkdirSync(home);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${Number(usedMb) + SPARE_MB}m`, "tmpfs", home]);
    // Files that the server has reserved must stay so: writing to a hole of a full disk kills it.
    execFileSync("cp", ["--archive", "--sparse=never", `${large}/.`, home]);
    rmSync(large, { recursive: true });
    return new SmallDisk(home);
  }

  /** Takes all room that is left, again when the server has taken some of it first. */
  fill(): void {
    for (let tries = 1; ; tries++) {
      const { bavail, bsize } = statfsSync(this.home);
      const { status, stderr } = spawnSync("fallocate", [`--length=${bavail * bsize}`, join(this.home, BALLAST)]);
      if (status === 0) return;
      if (tries === MOST_TRIES) throw new Error(`the disk at ${this.home} could not be filled: ${stderr}`);
    }
  }

  makeRoom(): void {
    rmSync(join(this.home, BALLAST), { force: true });
  }

  unmount(): void {
    if (existsSync(this.home)) execFileSync("umount", ["--lazy", this.home]);
  }
}
