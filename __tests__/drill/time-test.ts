import { waitUntil } from "../../drill/time";

test.each([
  ["stays false", async () => false],
  ["is never answered", () => new Promise<boolean>(() => {})],
])("waiting for what %s ends, and names it", async (what, isTrue) => {
  await expect(waitUntil(what, 100, isTrue)).rejects.toThrow(`timed out after 0.1 s waiting until ${what}`);
});

test("waiting ends when it is true", async () => {
  let asked = 0;
  await waitUntil("asked twice", 60_000, async () => ++asked === 2);
  expect(asked).toBe(2);
});
