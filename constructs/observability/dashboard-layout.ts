/** Columns of a CloudWatch dashboard. */
const DASHBOARD_COLUMNS = 24;

/** A widget without its place, as CloudWatch's dashboard body writes it. */
export interface Widget {
  readonly type: 'alarm' | 'log' | 'metric' | 'text';
  readonly width: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Widgets side by side. */
export interface WidgetRow {
  readonly height: number;
  readonly widgets: readonly Widget[];
}

export interface PlacedWidget extends Widget {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * Places rows below each other, and the widgets of a row from left to right: nothing can overlap.
 *
 * @throws {RangeError} for a row that is wider than the dashboard
 */
export function placeWidgets(rows: readonly WidgetRow[]): PlacedWidget[] {
  const placed: PlacedWidget[] = [];
  let y = 0;
  for (const { height, widgets } of rows) {
    let x = 0;
    for (const widget of widgets) {
      placed.push({ ...widget, x, y, height });
      x += widget.width;
    }
    if (x > DASHBOARD_COLUMNS) {
      throw new RangeError(`row of the dashboard is ${x} columns wide, allowed are ${DASHBOARD_COLUMNS}`);
    }
    y += height;
  }
  return placed;
}
