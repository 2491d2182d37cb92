import { placeWidgets, type Widget } from '../../../constructs/observability/dashboard-layout';

const widget = (width: number): Widget => ({ type: 'text', width, properties: {} });

describe('placeWidgets', () => {
  test('goes from left to right and from row to row', () => {
    const placed = placeWidgets([
      { height: 3, widgets: [widget(8), widget(16)] },
      { height: 6, widgets: [widget(24)] },
    ]);
    expect(placed.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([
      [0, 0, 8, 3],
      [8, 0, 16, 3],
      [0, 3, 24, 6],
    ]);
  });

  test('refuses a row that is too wide', () => {
    expect(() => placeWidgets([{ height: 1, widgets: [widget(20), widget(5)] }])).toThrow(
      'row of the dashboard is 25 columns wide',
    );
  });
});
