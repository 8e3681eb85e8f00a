import { type App, LocalBackend, TerraformOutput, TerraformStack, Testing } from "cdktf";
import { StackOutputs } from "../../constructs/stack-outputs";

function stack(app: App, id: string): TerraformStack {
  const made = new TerraformStack(app, id);
  new LocalBackend(made, { path: `../${id}.tfstate` });
  return made;
}

describe("stack outputs", () => {
  const app = Testing.app();
  const producer = stack(app, "producer");
  const consumer = stack(app, "consumer");
  const outputs = new StackOutputs(producer, "outputs", {
    prefix: "india",
    values: { edgeAddress: { value: "192.0.2.1", description: "Where users arrive" } },
  });
  const { edgeAddress } = outputs.readFrom(consumer);
  new TerraformOutput(consumer, "seen", { value: edgeAddress });
  new TerraformOutput(consumer, "seen-again", { value: outputs.readFrom(consumer).edgeAddress });

  test("are named after what they are, described, and not sensitive", () => {
    expect(producer.toTerraform().output).toEqual({
      india_edge_address: { value: "192.0.2.1", description: "Where users arrive" },
    });
  });

  test("are read from the producer's state, once per consumer", () => {
    expect(Object.keys(consumer.toTerraform().data.terraform_remote_state)).toEqual(["producer-state"]);
    const value = "${data.terraform_remote_state.producer-state.outputs.india_edge_address}";
    expect(consumer.toTerraform().output).toEqual({ seen: { value }, "seen-again": { value } });
  });

  test("make the consumer deploy after the producer", () => {
    expect(consumer.dependencies).toEqual([producer]);
  });
});
