import { TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";

/** An output's value in the producing stack, and its purpose. */
export interface OutputValue {
  readonly value: string;
  readonly description: string;
}

export interface StackOutputsProps<Name extends string> {
  /** Prefix of each name, such as a country, when a stack has several sets. @default none */
  readonly prefix?: string;
  readonly values: Readonly<Record<Name, OutputValue>>;
}

/**
 * The only way to pass values between stacks: named, described Terraform outputs in the producer, read from its remote
 * state in a consumer. cdktf's automatic references would be named after construct ids, marked sensitive, and vanish
 * with their last consumer.
 */
export class StackOutputs<Name extends string> extends Construct {
  private readonly names: ReadonlyMap<Name, string>;

  constructor(scope: Construct, id: string, { prefix, values }: StackOutputsProps<Name>) {
    super(scope, id);
    const entries = Object.entries<OutputValue>(values) as [Name, OutputValue][];
    this.names = new Map(entries.map(([name]) => [name, outputName(name, prefix)]));
    for (const [name, { value, description }] of entries) {
      new TerraformOutput(this, outputName(name, prefix), { value, description, staticId: true });
    }
  }

  /** The values as read by `consumer`'s stack; makes that stack deploy after this one. */
  readFrom(consumer: Construct): Readonly<Record<Name, string>> {
    const producerStack = TerraformStack.of(this);
    const consumerStack = TerraformStack.of(consumer);
    const id = `${producerStack.node.id}-state`;
    consumerStack.addDependency(producerStack);
    const state =
      consumerStack.node.tryFindChild(id) ??
      producerStack.ensureBackendExists().getRemoteStateDataSource(consumerStack, id, producerStack.node.id);
    const remote = state as ReturnType<ReturnType<TerraformStack["ensureBackendExists"]>["getRemoteStateDataSource"]>;
    return Object.fromEntries([...this.names].map(([name, output]) => [name, remote.getString(output)])) as Record<
      Name,
      string
    >;
  }
}

function outputName(name: string, prefix: string | undefined): string {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return prefix ? `${prefix}_${snake}` : snake;
}
