import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Room beside the data: more than a node wants before it starts. */
const SPARE_MB = 1_500;
const BALLAST = "ballast";

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

  /** Takes all room that is left. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.home);
    execFileSync("fallocate", [`--length=${bavail * bsize}`, join(this.home, BALLAST)]);
  }

  makeRoom(): void {
    rmSync(join(this.home, BALLAST), { force: true });
  }

  unmount(): void {
    if (existsSync(this.home)) execFileSync("umount", ["--lazy", this.home]);
  }
}
