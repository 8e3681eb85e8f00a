import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { MonitoringNotificationChannel } from "@cdktf/provider-google/lib/monitoring-notification-channel";
import { MonitoringUptimeCheckConfig } from "@cdktf/provider-google/lib/monitoring-uptime-check-config";
import { Construct } from "constructs";
import { EDGE_PORTS } from "../../config/ports";
import type { OutsideCheck } from "./outside-watch-settings";

export interface OutsideWatchProps {
  /** Address that Google mails to. */
  readonly mailAddress: string;
  /** What is looked at, by a constant name. */
  readonly checks: Readonly<Record<string, OutsideCheck>>;
}

/** Probes from one place may fail by themselves: more than one must. */
const FAILED_PLACES = 1;

/**
 * Looks at the shop and at each edge from outside, as users do, and tells people by a way of its own: it works when every
 * cluster of the estate is gone.
 */
export class OutsideWatch extends Construct {
  /** Name of the channel through which Google tells people. */
  readonly channel: string;

  constructor(scope: Construct, id: string, { mailAddress, checks }: OutsideWatchProps) {
    super(scope, id);
    const channel = new MonitoringNotificationChannel(this, "channel", {
      displayName: "On call, from outside",
      type: "email",
      labels: { email_address: mailAddress },
    });
    this.channel = channel.name;
    for (const [name, check] of Object.entries(checks)) this.check(name, check, this.channel);
  }

  private check(name: string, { host, path, validatesCertificate, says }: OutsideCheck, channel: string): void {
    const scope = new Construct(this, name);
    const { uptimeCheckId } = new MonitoringUptimeCheckConfig(scope, "check", {
      displayName: `${name} from outside`,
      period: "60s",
      timeout: "10s",
      httpCheck: { path, port: EDGE_PORTS.https, useSsl: true, validateSsl: validatesCertificate },
      monitoredResource: { type: "uptime_url", labels: { host } },
    });
    new MonitoringAlertPolicy(scope, "policy", {
      displayName: `${name} does not answer from outside`,
      combiner: "OR",
      severity: "CRITICAL",
      notificationChannels: [channel],
      documentation: { content: says, mimeType: "text/markdown" },
      conditions: [
        {
          displayName: `probes of ${host} fail`,
          conditionThreshold: {
            filter: [
              'metric.type = "monitoring.googleapis.com/uptime_check/check_passed"',
              'resource.type = "uptime_url"',
              `metric.labels.check_id = "${uptimeCheckId}"`,
            ].join(" AND "),
            comparison: "COMPARISON_GT",
            thresholdValue: FAILED_PLACES,
            duration: "60s",
            trigger: { count: 1 },
            aggregations: [
              {
                alignmentPeriod: "1200s",
                perSeriesAligner: "ALIGN_NEXT_OLDER",
                crossSeriesReducer: "REDUCE_COUNT_FALSE",
                groupByFields: ["resource.label.host"],
              },
            ],
          },
        },
      ],
    });
  }
}
