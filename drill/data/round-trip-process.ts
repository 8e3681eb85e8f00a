import { connect } from "node:net";

/** Nothing listens there. */
const PORT = 9;
const SAMPLES = 15;

/** Prints the median time of a refused connection. */
async function main(address: string): Promise<void> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) times.push(await timeRefusal(address));
  times.sort((a, b) => a - b);
  process.stdout.write(String(times[Math.floor(SAMPLES / 2)]));
}

function timeRefusal(address: string): Promise<number> {
  const startMs = performance.now();
  return new Promise((resolve) => connect(PORT, address).on("error", () => resolve(performance.now() - startMs)));
}

const [, , address] = process.argv;
if (address === undefined) throw new Error("the address is missing");
void main(address);
