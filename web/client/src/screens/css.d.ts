// Sheets are bundled by esbuild; to the type checker they are imports with an effect and nothing else.
declare module "*.css";
