// One of the icons of web/client/icons, in the colour of its text.

export function Icon({ name }: { readonly name: string }) {
  return <i class={`icon icon-${name}`} aria-hidden="true" />;
}
