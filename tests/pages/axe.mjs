// Pages in a browser, at the width of a desk and of a phone: what axe-core finds, and a picture of each.
//
//   node axe.mjs OUT PAGE...      PAGE is a file; OUT a folder for pictures and findings.json
//
// Leaves with 1 where something serious or critical is found, a page scrolls sideways, or anything is
// fetched from elsewhere. Looks for its packages where MODULES points (`make pages` sets it).

import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const modules = createRequire(join(resolve(process.env.MODULES ?? "."), "package.json"));
const puppeteer = modules("puppeteer-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf-8");
const chromium = process.env.CHROMIUM ?? "/usr/bin/chromium";

const WIDTHS = { desk: 1280, phone: 390 };
const BAD = ["serious", "critical"];
const [out, ...pages] = process.argv.slice(2);
if (!out || !pages.length) {
  console.error("usage: node axe.mjs OUT PAGE...");
  process.exit(2);
}
mkdirSync(out, { recursive: true });

const browser = await puppeteer.launch({
  executablePath: chromium,
  protocolTimeout: 600_000, // a page of a whole rulebook takes minutes on a busy machine
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--allow-file-access-from-files"],
});
const findings = [];
for (const page of pages) {
  const file = resolve(page);
  const name = `${basename(dirname(file))}-${basename(file, ".html")}`;
  for (const [kind, width] of Object.entries(WIDTHS)) {
    for (const scheme of ["light", "dark"]) {
      const apart = await browser.createBrowserContext(); // a page may remember the colours of the last one
      const tab = await apart.newPage();
      const fetched = [];
      tab.on("request", (request) => {
        if (!/^(file|data|blob|about):/.test(request.url())) fetched.push(request.url());
      });
      await tab.setBypassCSP(true); // axe is put into the page; the page's own policy would forbid it
      await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await tab.setViewport({ width, height: 900, isMobile: kind === "phone", hasTouch: kind === "phone" });
      await tab.goto(pathToFileURL(file).href, { waitUntil: "load" });
      await new Promise((done) => setTimeout(done, 500)); // scripts of the page choose colours after it has loaded
      const sideways = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      await tab.screenshot({ path: join(out, `${name}-${kind}-${scheme}.png`) });
      await tab.evaluate(axe);
      const found = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      for (const one of found.violations) {
        findings.push({
          page, kind, scheme, rule: one.id, impact: one.impact, help: one.help, count: one.nodes.length,
          nodes: one.nodes.slice(0, 5).map((n) => `${n.target.join(" ")}: ${n.html.slice(0, 160)} | ${n.failureSummary ?? ""}`),
        });
      }
      if (sideways > 0) findings.push({ page, kind, scheme, rule: "sideways", impact: "serious", help: `${sideways} pixels too wide`, count: 1, nodes: [] });
      if (fetched.length) findings.push({ page, kind, scheme, rule: "fetched", impact: "serious", help: fetched.join(" "), count: fetched.length, nodes: [] });
      await apart.close();
    }
  }
}
await browser.close();
writeFileSync(join(out, "findings.json"), JSON.stringify(findings, null, 1));

const bad = findings.filter((f) => BAD.includes(f.impact));
// One line for each rule and page, however many widths and colours it was found in.
const told = new Map();
for (const f of findings) {
  const line = `${f.impact}  ${f.rule}  ${f.page}: ${f.help}`;
  told.set(line, [...(told.get(line) ?? []), `${f.kind} ${f.scheme}`]);
}
for (const [line, where] of told) console.log(`${line} (${where.join(", ")})`);
console.log(`${pages.length} pages, ${told.size} findings, ${bad.length} serious or critical`);
process.exit(bad.length ? 1 : 0);
