import { production } from "../../config/production";
import { shape, stackOf, synthesize, typesOf } from "../support/synth";

const estate = synthesize(production);

describe("monitoring", () => {
  const monitoring = stackOf(estate, "monitoring");

  test("resource types", () => {
    expect(typesOf(monitoring)).toMatchInlineSnapshot(`
      [
        "google_storage_bucket 9",
        "google_storage_bucket_iam_member 6",
      ]
    `);
  });

  test("one country's archives", () => {
    expect(shape(monitoring, (address) => address.includes("indonesia"))).toMatchSnapshot();
  });
});
