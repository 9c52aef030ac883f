#!/usr/bin/env node
// build.mjs - builds one deck, or the index of all. `make slides` calls it.
//
//   node build.mjs deck NAME     NAME.md -> out/NAME.html, out/NAME.pdf, out/NAME-handout.pdf
//   node build.mjs index         out/index.html, out/lesson-plan.html
//   node build.mjs check NAME    only says what is wrong with the deck
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { castOf, dataUri, fill } from './lib/markers.mjs';
import { options, withSvg } from './lib/marp.mjs';
import { handout, indexPage, planPage, withCast } from './lib/pages.mjs';

const slides = dirname(fileURLToPath(import.meta.url));
const out = `${slides}/out`;
const place = { root: resolve(slides, '..'), slides, cache: `${out}/.cache` };

// The theme with its fonts inside.
function theme() {
  const css = readFileSync(`${slides}/theme.css`, 'utf8');
  return css.replace(
    /url\("(node_modules\/[^"]+)"\)/g,
    (_, file) => `url("${dataUri(`${slides}/${file}`)}")`,
  );
}

// What the front matter declares: { title, minutes, … }.
export function frontMatter(text) {
  const [, block] = text.match(/^---\n([^]*?)\n---\n/) ?? [];
  return Object.fromEntries(
    (block ?? '').split('\n').map((line) => line.match(/^(\w+): "?(.*?)"?$/)?.slice(1) ?? ['', '']),
  );
}

const timeOf = (notes) => notes.join('\n').match(/^TIME: (\d+(?:\.\d+)?) min$/m)?.[1];

// What the deck of lab NN shows its class, besides the idea.
const pieces = (number) => [
  ["a vote, '# Vote: …'", /^# Vote\b/m],
  ["the demo's command", new RegExp(`scripts/lab demo ${number}\\b`)],
  ["the lines that did it, '<!-- code …'", /^<!-- code /m],
  ["the classic mistake, '<!-- check …'", /^<!-- check /m],
  ["a sentence that the lab refutes, '> …'", /^> /m],
  ["the exercise's command", new RegExp(`scripts/lab check ${number}\\b`)],
  ["exit questions, '# Before you go'", /^# Before you go$/m],
];

// The form of a deck: what a class of so many minutes needs.
function faultsOfForm(deck, rendered, text) {
  const faults = [];
  const times = rendered.comments.map(timeOf);
  const shown = times.filter((time) => time !== '0').length; // the others are there in case of need
  if (shown < 12 || shown > 20) faults.push(`has ${shown} slides; 12 to 20 are one class`);
  times.forEach(
    (time, i) => time ?? faults.push(`slide ${i + 1} has no note with a line 'TIME: n min'`),
  );
  const sum = times.reduce((total, time) => total + Number(time ?? 0), 0);
  if (sum !== Number(deck.minutes))
    faults.push(`declares ${deck.minutes} minutes, and its notes have ${sum}`);
  if (!/^<!-- cast -->$/m.test(text))
    faults.push('it has no slide with the recording, <!-- cast -->: copy it from another deck');
  // What is still to do, the lab's form says.
  if (existsSync(`${place.root}/labs/${deck.name}`) && !text.includes('TODO'))
    for (const [piece, marks] of pieces(deck.name.slice(0, 2)))
      if (!marks.test(text)) faults.push(`it lacks ${piece}`);
  if (!deck.title) faults.push('its front matter has no title');
  return faults;
}

// Reads a deck, fills in its markers, and renders it: { name, title, minutes, markdown, css, html, comments }.
async function read(name) {
  const { Marp } = await import('@marp-team/marp-core'); // the index needs none of it
  const text = readFileSync(`${slides}/${name}.md`, 'utf8');
  const filled = fill(text, { ...place, deck: name });
  const marp = withSvg(new Marp(options));
  marp.themeSet.default = marp.themeSet.add(theme());
  const rendered = marp.render(filled.text, { htmlAsArray: true });
  const deck = { name, ...frontMatter(text), markdown: filled.text, ...rendered };
  const faults = [
    ...filled.faults.map((fault) => `${name}.md:${fault}`),
    ...faultsOfForm(deck, rendered, text).map((fault) => `${name}.md: ${fault}`),
  ];
  if (faults.length) {
    console.error(faults.map((fault) => `slides/${fault}`).join('\n'));
    process.exit(1);
  }
  return deck;
}

async function build(name) {
  const deck = await read(name);
  mkdirSync(place.cache, { recursive: true });
  const files = {
    markdown: `${place.cache}/${name}.md`,
    theme: `${place.cache}/theme-${name}.css`,
    html: `${out}/${name}.html`,
  };
  const { marpCli } = await import('@marp-team/marp-cli');
  writeFileSync(files.markdown, deck.markdown);
  writeFileSync(files.theme, theme());
  const status = await marpCli([
    '--quiet',
    '--config-file',
    `${slides}/lib/marp.mjs`,
    '--theme-set',
    files.theme,
    '--output',
    files.html,
    '--',
    files.markdown,
  ]);
  if (status !== 0) process.exit(1);
  const cast = castOf({ ...place, deck: name });
  if (existsSync(cast))
    writeFileSync(files.html, withCast(readFileSync(files.html, 'utf8'), cast, slides));
  writeFileSync(`${place.cache}/${name}-handout.html`, handout(deck));
  const { openBrowser } = await import('./lib/browser.mjs');
  const browser = await openBrowser();
  await print(browser, files.html, `${out}/${name}.pdf`, { width: '1280px', height: '720px' });
  await print(browser, `${place.cache}/${name}-handout.html`, `${out}/${name}-handout.pdf`, {
    format: 'A4',
  });
  await browser.close();
}

async function print(browser, html, pdf, size) {
  const page = await browser.newPage();
  await page.goto(`file://${html}`, { waitUntil: 'load' });
  await page.evaluate(() => document.fonts.ready.then(() => true));
  await page.pdf({
    path: pdf,
    printBackground: true,
    tagged: true,
    outline: true,
    preferCSSPageSize: true,
    ...size,
  });
  await page.close();
}

function index() {
  const names = readdirSync(slides)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .map((file) => file.slice(0, -3))
    .sort();
  const decks = names.map((name) => {
    const text = readFileSync(`${slides}/${name}.md`, 'utf8');
    // The number of the slide that plays it.
    const cast =
      existsSync(castOf({ ...place, deck: name })) &&
      text.split(/^<!-- cast -->$/m)[0].split('\n\n---\n').length;
    return { name, ...frontMatter(text), cast };
  });
  mkdirSync(out, { recursive: true });
  const plan = existsSync(`${slides}/lesson-plan.md`);
  if (plan)
    writeFileSync(
      `${out}/lesson-plan.html`,
      planPage(readFileSync(`${slides}/lesson-plan.md`, 'utf8')),
    );
  writeFileSync(`${out}/index.html`, indexPage(decks, plan));
}

const [verb, name] = process.argv.slice(2);
if (verb === 'deck') await build(name);
else if (verb === 'check') await read(name);
else if (verb === 'index') index();
else {
  console.error('usage: node build.mjs deck NAME | check NAME | index');
  process.exit(2);
}
