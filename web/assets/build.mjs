// Compiles the stylesheet, and lays font and licences beside it: node build.mjs FOLDER. See build.py.

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import * as sass from "sass";

const out = process.argv[2];
const parts = join(process.cwd(), "node_modules");
const fontPackage = join(parts, "@fontsource", "atkinson-hyperlegible-next");
const frontend = join(parts, "govuk-frontend");

const family = "Atkinson Hyperlegible Next";
const weights = [400, 700];
// Two files a weight: the second has what Welsh and other languages write beyond Latin 1.
const subsets = ["latin", "latin-ext"];

mkdirSync(join(out, "fonts"), { recursive: true });

const compiled = sass.compile("app.scss", {
  style: "compressed",
  charset: false,
  loadPaths: [parts],
  quietDeps: true,
});
const ranges = JSON.parse(readFileSync(join(fontPackage, "unicode.json"), "utf8"));
const faces = [];
for (const weight of weights) {
  for (const subset of subsets) {
    const name = `atkinson-hyperlegible-next-${subset}-${weight}-normal`;
    const stem = join(fontPackage, "files", name);
    copyFileSync(`${stem}.woff2`, join(out, "fonts", `${name}.woff2`));
    // Charts and papers are drawn on the server, by programs that read only the uncompressed form.
    const ext = subset === "latin" ? "" : " Ext";
    writeFileSync(join(out, "fonts", `${name}.ttf`), uncompressed(readFileSync(`${stem}.woff`), family, ext));
    faces.push(
      `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};font-display:swap;` +
        `src:url(fonts/${name}.woff2) format("woff2");unicode-range:${ranges[subset]}}`,
    );
  }
}
writeFileSync(join(out, "app.css"), `${faces.join("")}${compiled.css}\n`);
copyFileSync(join(fontPackage, "LICENSE"), join(out, "fonts", "OFL.txt"));

const { version, license } = JSON.parse(readFileSync(join(frontend, "package.json"), "utf8"));
if (license !== "MIT") throw new Error(`the licence of govuk-frontend is now ${license}`);
writeFileSync(
  join(out, "LICENCES.txt"),
  `app.css is made from govuk-frontend ${version}:

The MIT License (MIT)

Copyright (c) Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

fonts/ has ${family}, under the SIL Open Font License 1.1: fonts/OFL.txt.
`,
);

// A WOFF 1.0 file is the tables of a font, each deflated. The second subset gets a family of its own: programs that
// know no unicode-range would otherwise take one of two files of the same name, and miss the letters of the other.
function uncompressed(woff, named, ext) {
  if (woff.toString("latin1", 0, 4) !== "wOFF") throw new Error("not a WOFF 1.0 file");
  const count = woff.readUInt16BE(12);
  const tables = [];
  for (let index = 0; index < count; index += 1) {
    const at = 44 + 20 * index;
    const [offset, packed, length] = [4, 8, 12].map((step) => woff.readUInt32BE(at + step));
    const raw = woff.subarray(offset, offset + packed);
    const tag = woff.toString("latin1", at, at + 4);
    const data = packed < length ? inflateSync(raw) : raw;
    tables.push({ tag, sum: woff.readUInt32BE(at + 16), data: tag === "name" ? renamed(data, named, ext) : data });
  }
  const power = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  header.writeUInt32BE(woff.readUInt32BE(4), 0);
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((value, index) => {
    header.writeUInt16BE(value, 4 + 2 * index);
  });
  const bodies = [];
  let place = header.length;
  tables.forEach((table, index) => {
    const at = 12 + 16 * index;
    header.write(table.tag, at, "latin1");
    header.writeUInt32BE(table.sum, at + 4);
    header.writeUInt32BE(place, at + 8);
    header.writeUInt32BE(table.data.length, at + 12);
    const padded = Buffer.alloc(Math.ceil(table.data.length / 4) * 4);
    table.data.copy(padded);
    bodies.push(padded);
    place += padded.length;
  });
  return Buffer.concat([header, ...bodies]);
}

// The names by which a font is found: its family, with what sets the subset apart.
function renamed(table, named, ext) {
  const count = table.readUInt16BE(2);
  const strings = table.readUInt16BE(4);
  const records = Buffer.from(table.subarray(6, 6 + 12 * count));
  const texts = [];
  let place = 0;
  for (let index = 0; index < count; index += 1) {
    const at = 12 * index;
    const platform = records.readUInt16BE(at);
    const name = records.readUInt16BE(at + 6);
    const start = strings + records.readUInt16BE(at + 10);
    let text = table.subarray(start, start + records.readUInt16BE(at + 8));
    if (platform === 3 && [1, 3, 4, 16].includes(name)) {
      const said = Buffer.from(text).swap16().toString("utf16le").replace(named, named + ext);
      text = Buffer.from(said, "utf16le").swap16();
    }
    texts.push(text);
    records.writeUInt16BE(text.length, at + 8);
    records.writeUInt16BE(place, at + 10);
    place += text.length;
  }
  const head = Buffer.from(table.subarray(0, 6));
  head.writeUInt16BE(6 + records.length, 4);
  return Buffer.concat([head, records, ...texts]);
}
