// The drawn sign of a consult topic; topics are content, so an unknown one gets the sign of a talk.

const ICONS: Readonly<Record<string, string>> = {
  tax: "tax",
  realestate: "house",
  products: "seed",
};

export function topicIcon(slug: string): string {
  return ICONS[slug] ?? "chat";
}
