import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where libfaketime looks when its environment names no file, which Bash hides from it. */
const LOOKED_AT = "/etc/faketimerc";
/** Puts the first argument there, for the command that the others are, alone. */
const PLACE = `mount --bind "$1" ${LOOKED_AT} && shift && exec "$@"`;

/**
 * A machine's own clock, which can be set while its programs run. They read it within 10 s, most of them within one.
 * What measures durations goes on, as on a real machine. libfaketime does it, for programs that are started with this
 * command and environment.
 */
export class OwnClock {
  private readonly file: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>> = {
    LD_PRELOAD: "/usr/$LIB/faketime/libfaketimeMT.so.1",
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    // Shared memory of root, which a program that has become another user waits for without an end.
    FAKETIME_DISABLE_SHM: "1",
  };

  /** @param folder of the machine */
  constructor(folder: string) {
    this.file = join(folder, "clock");
    this.set(0);
    writeFileSync(LOOKED_AT, "+0\n", { flag: "a" });
    this.command = ["unshare", "--mount", "bash", "-c", PLACE, "clock", this.file];
  }

  /** @param seconds ahead of the real time; negative means behind it */
  set(seconds: number): void {
    writeFileSync(this.file, `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}\n`);
  }
}
