import { environmentNamed, environments } from "../../config/environments";
import { production } from "../../config/production";
import { staging } from "../../config/staging";

test("an environment is found by its name, which it also carries itself", () => {
  expect(environmentNamed("production")).toBe(production);
  expect(environmentNamed("staging")).toBe(staging);
  for (const [name, { environment }] of Object.entries(environments)) expect(environment).toBe(name);
});

test.each(["", "Production", "prod", "production ", "__proto__", "constructor", "toString"])(
  "environment %p is refused",
  (name) => {
    const message = `there is none of that name: use production or staging, or add it to config/environments.ts`;
    expect(() => environmentNamed(name)).toThrow(message);
  },
);
