import { CARD, GAP, INNER_WIDTH, INSET, middleOf, needsLines, tallest, X } from "./grid";
import type { Cluster, Country, Item } from "./picture";
import { BASELINE, LINE_HEIGHT, type Point, type Sheet, SIZES } from "./sheet";

/** Small print stands right of where the agent's lines leave. */
const NEEDS_WIDTH = X.right + CARD - X.middle;
/** Between two rows of cards. */
const AISLE = 26;

/** Heights that all clusters of the sheet share. */
export interface ClusterHeights {
  /** From the cluster's top to its ingress, and to the lower side of its agent. */
  readonly ingress: number;
  readonly agentBottom: number;
  readonly upper: number;
  readonly lower: number;
  readonly total: number;
}

export function clusterHeights(countries: readonly Country[]): ClusterHeights {
  const clusters = countries.flatMap(({ cluster }) => cluster ?? []);
  const most = (numbers: readonly number[]) => Math.max(0, ...numbers);
  const ingress = LINE_HEIGHT * (1 + most(clusters.map(({ lines }) => lines.length))) + 2 * GAP;
  const upper = tallest(
    CARD,
    clusters.flatMap(({ ingress, app, autoscaler }) => [ingress, app, autoscaler]),
  );
  const lower = tallest(
    CARD,
    clusters.flatMap(({ agent, broker }) => [agent, broker]),
  );
  const needs = LINE_HEIGHT * most(clusters.map(({ others }) => needsLines(others, NEEDS_WIDTH).length));
  const agentBottom = ingress + upper + AISLE + lower;
  return { ingress, agentBottom, upper, lower, total: agentBottom + needs + 2 * GAP };
}

export function drawCluster(
  sheet: Sheet,
  { name, cluster }: Country,
  colour: string,
  [x, y]: Point,
  { ingress, upper, lower, total }: ClusterHeights,
): void {
  if (!cluster) return;
  const id = `${name}/cluster`;
  sheet.box(id, "group", colour, { x: x + INSET, y, width: INNER_WIDTH, height: total });
  const right = x + X.right + CARD;
  sheet.label(cluster.title, right, y + GAP + BASELINE, { isBold: true, anchor: "end", box: id });
  sheet.paragraph(cluster.lines, right, y + GAP + BASELINE + LINE_HEIGHT, { anchor: "end", box: id });
  const card = (key: string, column: number, top: number, height: number, item: Item | undefined) => {
    if (item) sheet.card(`${id}/${key}`, "card", colour, { x: x + column, y: top, width: CARD, height }, item);
  };
  const [upperY, lowerY] = [y + ingress, y + ingress + upper + AISLE];
  card("ingress", X.left, upperY, upper, cluster.ingress);
  card("app", X.middle, upperY, upper, cluster.app);
  card("autoscaler", X.right, upperY, upper, cluster.autoscaler);
  card("agent", X.left, lowerY, lower, cluster.agent);
  card("broker", X.right, lowerY, lower, cluster.broker);
  const needs = needsLines(cluster.others, NEEDS_WIDTH);
  sheet.paragraph(needs, x + X.middle, lowerY + lower + GAP + SIZES.line, { anchor: "start", box: id });
  connect(sheet, cluster, [x, upperY], { upper, lower });
}

/** Who asks whom: ingress the app, the app RabbitMQ, KEDA the queue; and KEDA scales the app. */
function connect(
  sheet: Sheet,
  { ingress, app, autoscaler, broker }: Cluster,
  [x, y]: Point,
  { upper, lower }: Pick<ClusterHeights, "upper" | "lower">,
): void {
  const row = y + upper / 2;
  const brokerTop = y + upper + AISLE;
  if (ingress && app) {
    sheet.connect([x + X.left + CARD, row], [x + X.middle, row]);
  }
  if (autoscaler && app) {
    sheet.connect([x + X.right, row], [x + X.middle + CARD, row]);
  }
  if (autoscaler && broker) {
    sheet.connect([x + middleOf(X.right), y + upper], [x + middleOf(X.right), brokerTop]);
  }
  if (app && broker) {
    const [appX, brokerY] = [x + middleOf(X.middle), brokerTop + lower / 2];
    sheet.connect([appX, y + upper], [appX, brokerY], [x + X.right, brokerY]);
  }
}
