import { LANE } from "./grid";
import type { Point, Sheet, Stroke } from "./sheet";

/** Where a route leaves its lane, or enters it. */
export interface Tap {
  readonly row: number;
  readonly x: number;
  /** Where it ends, from the top of its row of countries. */
  readonly y: number;
  readonly hasArrow: boolean;
  /** Number shown where it ends. @default none */
  readonly badge?: number;
  /** Where it turns to, sideways. @default nowhere */
  readonly turnTo?: number;
}

/** A line with many ends, which has a lane of its own between two rows of boxes. */
export interface Route {
  readonly stroke: Stroke;
  readonly colour: string;
  readonly taps: readonly Tap[];
}

/** Where lanes run. */
export interface LanePlan {
  /** Of each row of countries. */
  readonly rowTops: readonly number[];
  /** First lane, from the top of its row. */
  readonly top: number;
  /** Left of all countries: routes between rows turn there. */
  readonly trunkX: number;
}

export function drawRoutes(sheet: Sheet, routes: readonly Route[], plan: LanePlan): void {
  routes.forEach((route, index) => {
    drawRoute(sheet, route, plan, index * LANE);
  });
}

function drawRoute(sheet: Sheet, { stroke, colour, taps }: Route, plan: LanePlan, offset: number): void {
  const rows = [...new Set(taps.map(({ row }) => row))].sort((a, b) => a - b);
  const trunkX = plan.trunkX - offset;
  const laneY = (row: number) => (plan.rowTops[row] ?? 0) + plan.top + offset;
  for (const row of rows) {
    const here = taps.filter((tap) => tap.row === row);
    const ends = [...here.map(({ x }) => x), ...(rows.length > 1 ? [trunkX] : [])];
    const y = laneY(row);
    sheet.line(
      stroke,
      colour,
      [
        [Math.min(...ends), y],
        [Math.max(...ends), y],
      ],
      false,
    );
    for (const tap of here) drawTap(sheet, { stroke, colour }, tap, y, plan.rowTops[row] ?? 0);
  }
  const [first, last] = [rows.at(0), rows.at(-1)];
  if (first !== undefined && last !== undefined && first !== last) {
    sheet.line(
      stroke,
      colour,
      [
        [trunkX, laneY(first)],
        [trunkX, laneY(last)],
      ],
      false,
    );
  }
}

function drawTap(sheet: Sheet, { stroke, colour }: Omit<Route, "taps">, tap: Tap, laneY: number, rowTop: number): void {
  const end = rowTop + tap.y;
  const points: Point[] = [
    [tap.x, laneY],
    [tap.x, end],
  ];
  if (tap.turnTo !== undefined) points.push([tap.turnTo, end]);
  sheet.line(stroke, colour, points, tap.hasArrow);
  if (tap.badge !== undefined) sheet.badge(tap.x, end, tap.badge, colour);
}
