import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Supervisor } from "../supervisor";
import { startChild } from "./child";
import type { Deed, UsersOrder, UsersSetup } from "./users-process";

/** A country's users, and all that they did. */
export class Users {
  readonly deeds: Deed[] = [];

  private constructor(
    readonly country: string,
    private readonly child: ChildProcess,
  ) {
    child.on("message", (message: Deed | string) => {
      if (typeof message !== "string") this.deeds.push(message);
    });
  }

  static async arrive(supervisor: Supervisor, within: readonly string[], setup: UsersSetup): Promise<Users> {
    return new Users(setup.country, await startChild(supervisor, within, "users-process.ts", setup));
  }

  tell(order: UsersOrder): void {
    if (this.child.connected) this.child.send(order);
  }

  /** Ends what they began, and resolves when nothing is under way. */
  async leave(): Promise<void> {
    const gone = once(this.child, "exit");
    this.tell("stop");
    await gone;
  }
}
