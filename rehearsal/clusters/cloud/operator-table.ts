import { NAMESPACES } from "../../../config/app-cluster-names";
import { SITE_NAMESPACES } from "../../../constructs/monitoring/site-names";

/** An operator that may run as a process. */
export interface OperatorRow {
  readonly namespace: string;
  /** Its Deployment, whose first container it is run as. */
  readonly deployment: string;
  /** Name of its program in the folder of operators. */
  readonly program: string;
  /** Ports of its own: here all pods share one network namespace. */
  readonly flags: readonly string[];
}

const PROMETHEUS = { program: "prometheus-operator", flags: ["--web.listen-address=:18080"] } as const;

export const OPERATORS: readonly OperatorRow[] = [
  {
    namespace: NAMESPACES.keda,
    deployment: "keda-operator",
    program: "keda-operator",
    flags: ["--metrics-bind-address=:18081", "--health-probe-bind-address=:18082"],
  },
  {
    namespace: NAMESPACES.rabbitmqOperator,
    deployment: "rabbitmq-operator",
    program: "rabbitmq-operator",
    flags: ["--health-probe-bind-address=:18083"],
  },
  { namespace: NAMESPACES.observability, deployment: "metrics-agent-operator", ...PROMETHEUS },
  { namespace: SITE_NAMESPACES.observability, deployment: "metrics-operator", ...PROMETHEUS },
];
