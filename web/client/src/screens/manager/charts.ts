// Charts drawn from the tables beside them: what the table says is what the chart shows, and nothing else.
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface Drawing {
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

/** Tokens of the bars, in the order of the columns: the darker one first, so that they differ without colour too. */
const FILLS = ["--pine", "--celadon", "--wood"];
// What one label's bars take of the width while labels are few, so that they stand together.
const SLOT = 0.12;
const PRINTED = { width: 480, height: 220 };

/** The named columns of a table: labels from the row heads, values from `data-value`; a cell without one is a gap. */
export function readTable(table: ParentNode, columns: readonly string[]): Drawing {
  const rows = [...table.querySelectorAll("tbody tr")];
  const words = (element: Element | null | undefined) => element?.textContent?.trim() ?? "";
  return {
    labels: rows.map((row) => words(row.querySelector("th"))),
    series: columns.map((column) => ({
      label: words(table.querySelector(`thead [data-column="${column}"]`)),
      values: rows.map((row) => numberIn(row.querySelector<HTMLElement>(`[data-column="${column}"]`))),
    })),
  };
}

function numberIn(cell: HTMLElement | null): number | null {
  const text = cell?.dataset["value"];
  return text === undefined ? null : Number(text);
}

/** One chart in its figure; `update` reads the table again, since a live page puts a new one in its place. */
export class TableChart {
  readonly #figure: HTMLElement;
  readonly #chart: Chart<"bar", (number | null)[], string>;

  constructor(figure: HTMLElement) {
    this.#figure = figure;
    const canvas = figure.querySelector("canvas");
    if (canvas === null) throw new Error("a chart without a canvas");
    this.#chart = new Chart<"bar", (number | null)[], string>(canvas, { type: "bar", data: this.#data(), options: look() });
  }

  update(): void {
    this.#chart.data = this.#data();
    this.#chart.update("none");
  }

  /** Paper has a width of its own. */
  toPrint(printing: boolean): void {
    if (printing) this.#chart.resize(PRINTED.width, PRINTED.height);
    else this.#chart.resize();
  }

  #data() {
    const table = document.getElementById(this.#figure.dataset["table"] ?? "");
    const columns = (this.#figure.dataset["columns"] ?? "").split(" ");
    const drawing = table === null ? { labels: [], series: [] } : readTable(table, columns);
    return {
      labels: [...drawing.labels],
      datasets: drawing.series.map((series, place) => ({
        label: series.label,
        data: [...series.values],
        backgroundColor: token(FILLS[place] ?? "--wood"),
        borderColor: token("--ink"),
        borderWidth: place === 0 ? 0 : 1,
        borderRadius: 3,
        maxBarThickness: 36,
        categoryPercentage: Math.min(0.8, drawing.labels.length * SLOT),
      })),
    };
  }
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function look() {
  const [ink, mute, line] = [token("--ink"), token("--mute"), token("--line")];
  const font = { family: getComputedStyle(document.body).fontFamily, size: 13 };
  return {
    animation: false as const,
    responsive: true,
    maintainAspectRatio: false,
    scales: {
      x: { ticks: { color: mute, font }, grid: { display: false }, border: { color: line } },
      y: { beginAtZero: true, ticks: { color: mute, font, precision: 0 }, grid: { color: line }, border: { display: false } },
    },
    plugins: {
      legend: { position: "bottom" as const, labels: { color: ink, font, boxWidth: 14, boxHeight: 14 } },
      tooltip: { bodyFont: font, titleFont: font, backgroundColor: ink },
    },
  };
}
