// Builds everything a Maru page loads into dist/: one script an entry, one sheet a surface, fonts, drawings.
//
//   node build.mjs            build once
//   node build.mjs --watch    build again whenever a source changes
//   node build.mjs --tests    bundle src/**/*.test.ts and run them with node's own test runner
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { existsSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const dist = join(here, "dist");
const sheets = ["maru", "kiosk", "phone", "console", "look"];
const drawings = ["characters", "icons", "backdrops"];

async function filesUnder(folder, matches) {
  if (!existsSync(folder)) return [];
  const found = await readdir(folder, { recursive: true });
  return found.filter((name) => matches.test(name)).sort().map((name) => join(folder, name));
}

const shared = {
  absWorkingDir: here,
  bundle: true,
  target: ["chrome120", "safari16.4", "firefox121"],
  charset: "utf8",
  logLevel: "warning",
};

// MediaPipe's library for browsers reports each minute to Google how it was used; nothing leaves the building.
const REPORT = 'this.o.send({url:"https://odml.pa.googleapis.com/v1/log"';

const silent = {
  name: "silent",
  setup(builder) {
    builder.onLoad({ filter: /tasks-vision[\\/]vision_bundle\.mjs$/ }, async ({ path }) => {
      const parts = (await readFile(path, "utf8")).split(REPORT);
      if (parts.length !== 2) throw new Error(`${path} no longer reports as it did: look how it does now, and silence that`);
      return { contents: parts.join('(()=>{})({url:""'), loader: "js" };
    });
  },
};

async function scripts() {
  const entries = await filesUnder(join(source, "entries"), /^[^/\\.]+\.tsx?$/);
  return {
    ...shared,
    entryPoints: entries,
    outdir: dist,
    outbase: join(source, "entries"),
    format: "esm",
    sourcemap: true,
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    plugins: [silent],
  };
}

function styles() {
  const written = sheets.map((sheet) => join(source, "styles", `${sheet}.css`)).filter((path) => existsSync(path));
  return {
    ...shared,
    entryPoints: written,
    outdir: dist,
    outbase: join(source, "styles"),
    loader: { ".woff2": "file", ".svg": "dataurl" },
    assetNames: "fonts/[name]",
    minify: true,
  };
}

async function copyDrawings() {
  for (const folder of drawings) {
    const from = join(here, folder);
    if (!existsSync(from)) continue;
    await mkdir(join(dist, folder), { recursive: true });
    await cp(from, join(dist, folder), { recursive: true });
  }
}

/** What finds a person in a picture runs as WebAssembly, which no bundle can hold. */
async function copyVision() {
  const from = join(here, "node_modules", "@mediapipe", "tasks-vision", "wasm");
  await mkdir(join(dist, "vision"), { recursive: true });
  for (const kind of ["js", "wasm"]) await cp(join(from, `vision_wasm_internal.${kind}`), join(dist, "vision", `segmenter.${kind}`));
}

async function build() {
  await mkdir(dist, { recursive: true });
  await Promise.all([esbuild.build(await scripts()), esbuild.build(styles()), copyDrawings(), copyVision()]);
  console.log(`built ${(await readdir(dist)).length} files and folders into ${dist}`);
}

async function watchAll() {
  await build();
  const contexts = [await esbuild.context(await scripts()), await esbuild.context(styles())];
  await Promise.all(contexts.map((context) => context.watch()));
  for (const folder of drawings) {
    if (existsSync(join(here, folder))) watch(join(here, folder), () => void copyDrawings());
  }
}

async function runTests() {
  const tests = await filesUnder(source, /\.test\.tsx?$/);
  if (tests.length === 0) throw new Error("no src/**/*.test.ts found");
  const outdir = await mkdtemp(join(tmpdir(), "maru-client-tests-"));
  try {
    await esbuild.build({
      ...shared,
      entryPoints: tests,
      outdir,
      outbase: source,
      outExtension: { ".js": ".mjs" },
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      jsx: "automatic",
      jsxImportSource: "preact",
    });
    const bundles = await filesUnder(outdir, /\.test\.mjs$/);
    const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...bundles], { stdio: "inherit" });
    return run.status ?? 1;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

const mode = process.argv[2];
if (mode === "--tests") process.exitCode = await runTests();
else if (mode === "--watch") await watchAll();
else if (mode === undefined) await build();
else {
  console.error(`${basename(process.argv[1])}: unknown option ${mode} (known: --watch, --tests)`);
  process.exitCode = 2;
}
