// New leaves unfold where they hang; those that were there when the page came are simply there.

export class Leaves {
  #known: ReadonlySet<string> | undefined;

  /** After the picture was swapped: lets the leaves unfold that were not there before. */
  look(): void {
    const leaves = [...document.querySelectorAll<SVGElement>("#picture [data-leaf]")];
    const mine = document.getElementById("picture")?.dataset["mine"];
    for (const leaf of leaves) {
      const id = leaf.dataset["leaf"] ?? "";
      const fresh = this.#known === undefined ? id === mine : !this.#known.has(id);
      if (fresh) leaf.dataset["new"] = "";
    }
    this.#known = new Set(leaves.map((leaf) => leaf.dataset["leaf"] ?? ""));
  }
}
