// The four corners of a call where the own picture can rest.

export interface Corner {
  readonly vertical: "top" | "bottom";
  readonly horizontal: "left" | "right";
}

/** The corner nearest to a point of an area, both in pixels. */
export function nearestCorner(x: number, y: number, width: number, height: number): Corner {
  return { vertical: y < height / 2 ? "top" : "bottom", horizontal: x < width / 2 ? "left" : "right" };
}

/** The corner an arrow key leads to. */
export function cornerByKey(corner: Corner, key: string): Corner {
  const moves: Readonly<Record<string, Partial<Corner>>> = {
    ArrowUp: { vertical: "top" },
    ArrowDown: { vertical: "bottom" },
    ArrowLeft: { horizontal: "left" },
    ArrowRight: { horizontal: "right" },
  };
  return { ...corner, ...moves[key] };
}
