// markers.mjs - reads a deck, and puts in the place of each marker what it stands for.
//
// A marker is a comment alone on its line. The first three stand above a block whose text is in the deck;
// `scripts/demo --check` and the tests compare that with the truth. The others are replaced:
//   <!-- demo … -->, <!-- code … -->, <!-- check … -->   what is quoted
//   <!-- ladder [LAB] N [A-B] -->      conversation N of the lab's demo, or its rungs A to B
//   <!-- fields NAME[: FIELD, …] -->   a header, some of its fields coloured
//   <!-- overhead NAME… N… -->         what headers add to N bytes of data, as a table
//   <!-- plot [LAB] COMMAND FILE: WORDS -->   a picture that a script of the lab draws
//   <!-- cast -->                      the recording of the lab's demo
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { bytesOf, drawFields, readFields } from './fields.mjs';
import { drawLadder, listLadders, readLadders } from './ladder.mjs';
import { escape } from './text.mjs';

// What may stand in a marker that has a block below it.
const QUOTES = {
  demo: /^( \d\d-[a-z0-9-]+)?( --ladder)?$/,
  code: /^ [^ ]+ [A-Za-z_0-9]+( part)?$/,
  check: /^ \d\d-[a-z0-9-]+ [^ ]+ [^ ]+$/,
};
const MARKERS = [...Object.keys(QUOTES), 'ladder', 'fields', 'overhead', 'plot', 'cast'];
const TALLEST = 760; // units of a ladder, of which a slide shows 1280 in its width

// fill(TEXT, PLACE) - PLACE says where things are: { root, slides, cache, deck }. Returns { text, faults },
// where a fault is 'LINE: what is wrong'.
export function fill(text, place) {
  const lines = text.split('\n');
  const filled = [];
  const faults = [];
  let pending = null; // the marker that waits for its block
  for (let i = 0; i < lines.length; i++) {
    const [, word, rest] =
      lines[i].match(/^<!-- ([a-z]+)( .*)? -->$/) ??
      lines[i].match(/^\s*<!--\s*([a-z]+)\b()/) ??
      [];
    const fence = lines[i].match(/^```([a-z]*)$/);
    if (fence) {
      const end = lines.indexOf('```', i + 1);
      if (end < 0) faults.push(`${i + 1}: this block has no end`);
      const block = lines.slice(i + 1, end < 0 ? lines.length : end);
      if (!pending && fence[1] === 'console')
        faults.push(`${i + 1}: a transcript without its marker`);
      filled.push(...showBlock(pending, block, fence[1]));
      pending = null;
      i = end < 0 ? lines.length : end;
    } else if (QUOTES[word]) {
      pending = word;
      if (!QUOTES[word].test(`${rest ?? ''}`))
        faults.push(`${i + 1}: this is no marker '${word}': slides/README.md`);
      // A deck without a lab may have a demo, in a folder beside it.
      const homes = [`${place.root}/labs/${place.deck}`, `${place.slides}/${place.deck}/demo.sh`];
      if (
        word !== 'check' &&
        !homes.some((home) => existsSync(home)) &&
        !/^ \d\d-/.test(rest ?? '')
      )
        faults.push(`${i + 1}: of which lab? This deck has none of its own`);
      if (
        !lines
          .slice(i + 1)
          .find(Boolean)
          ?.startsWith('```')
      )
        faults.push(`${i + 1}: no block follows this marker`);
    } else if (MARKERS.includes(word)) {
      try {
        filled.push(...make[word]((rest ?? '').trim(), place, i));
      } catch (error) {
        faults.push(`${i + 1}: ${error.message}`);
      }
    } else if (word) {
      faults.push(`${i + 1}: no marker '${word}'; there are: ${MARKERS.join(', ')}`);
    } else {
      filled.push(pictures(lines[i], place, (why) => faults.push(`${i + 1}: ${why}`)));
    }
  }
  return { text: filled.join('\n'), faults };
}

// Code is highlighted by Marp. What terminals show is ours: what was typed stands out. A block that is small
// enough gets larger letters.
function showBlock(kind, block, language) {
  const roomy = block.length <= 10 && block.every((line) => line.length <= 80);
  const [before, after] = roomy
    ? [
        ['<div class="roomy">', ''],
        ['', '</div>', ''],
      ]
    : [[], ['']];
  if (kind === 'code' || !['', 'console', 'text'].includes(language))
    return [...before, '```' + language, ...block, '```', ...after];
  const shown = block.map((line) => {
    const typed = /^[a-z0-9]+[$>] /.test(line) || (kind === 'check' && /^ +FAIL/.test(line));
    return typed ? `<b>${escape(line)}</b>` : escape(line);
  });
  const look = kind === 'check' ? 'report' : 'terminal';
  return [...before, `<pre class="${look}"><code>${shown.join('\n')}</code></pre>`, ...after];
}

// A picture of Markdown, ![words](file), goes into the page; a slide must not need a second file.
function pictures(line, place, complain) {
  return line.replace(/!\[([^\]]*)\]\(([^)\s]+)\)/g, (all, words, file) => {
    if (!words.replace(/^bg\b.*/, '').trim())
      complain(`${file} needs a text alternative: ![what it shows](${file})`);
    const path = `${place.slides}/${file}`;
    if (!existsSync(path)) {
      complain(`there is no picture ${file}`);
      return all;
    }
    const inline = file.endsWith('.svg') && line === all && !/^(bg|[wh]:)/.test(words);
    return inline ? drawing(path, words) : `![${words}](${dataUri(path)})`;
  });
}

// An SVG that is alone on its line becomes a part of the page, and so has the page's letters. (For Markdown an
// empty line would end it.)
function drawing(path, words) {
  const svg = readFileSync(path, 'utf8').trim().replace(/\n\s*\n/g, '\n');
  return figure(
    'drawing',
    svg.replace(/<svg ([^>]*)>/, `<svg role="img" $1><title>${escape(words)}</title>`),
  ).join('\n');
}

export function dataUri(path) {
  const type = { svg: 'image/svg+xml', png: 'image/png', jpg: 'image/jpeg', woff2: 'font/woff2' }[
    path.split('.').pop()
  ];
  return `data:${type};base64,${readFileSync(path).toString('base64')}`;
}

const figure = (kind, ...content) => [`<figure class="${kind}">`, ...content, '</figure>', ''];

// The lab that a marker names, or else the deck's own; and what is left of the marker.
function ownLab(rest, place) {
  const [, named, words] = rest.match(/^(\d\d-[a-z0-9-]+ )?(.*)$/);
  const lab = (named ?? place.deck).trim();
  if (!existsSync(`${place.root}/labs/${lab}`)) throw new Error(`there is no lab ${lab}`);
  return [lab, words];
}

const make = {
  ladder(rest, place, line) {
    const [lab, words] = ownLab(rest, place);
    const [, number, from, to] = words.match(/^(\d+)(?: (\d+)-(\d+))?$/) ?? [];
    if (!number) throw new Error('a ladder is <!-- ladder [LAB] NUMBER [FIRST-LAST] -->');
    const folder = `${place.cache}/${lab}`;
    const files = readdirSync(folder).filter((file) => /^\d+\.svg$/.test(file));
    files.sort((a, b) => parseInt(a) - parseInt(b));
    const ladders = readLadders(files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')));
    const ladder = ladders[number - 1];
    if (!ladder) throw new Error(`the demo of ${lab} has these ladders:\n${listLadders(ladders)}`);
    const { text, height } = drawLadder(
      ladder,
      `ladder-${line}`,
      from && Number(from),
      to && Number(to),
    );
    if (height > TALLEST)
      throw new Error(`too tall to read (${height} of ${TALLEST}): show fewer rungs`);
    return figure('ladder', text);
  },

  fields(rest, place) {
    const [, name, marked] = rest.match(/^([a-z0-9]+)(?:: (.+))?$/) ?? [];
    if (!name) throw new Error('a header is <!-- fields NAME[: FIELD, FIELD] -->');
    const header = readFields(`${place.slides}/fields`, name);
    return figure(
      'fields',
      drawFields(header, marked?.split(', ')),
      `<figcaption>${escape(header.source)}</figcaption>`,
    );
  },

  overhead(rest, place) {
    const words = rest.split(' ');
    const headers = words
      .filter((word) => !/^\d+$/.test(word))
      .map((name) => readFields(`${place.slides}/fields`, name));
    const sizes = words.filter((word) => /^\d+$/.test(word)).map(Number);
    const added = headers.reduce((sum, header) => sum + bytesOf(header), 0);
    const names = headers.map(
      (header) => `${header.title.replace(/ header.*/, '')} ${bytesOf(header)}`,
    );
    return [
      `| data | ${names.join(' | ')} | bytes in all | overhead |`,
      `|--:|${'--:|'.repeat(names.length + 2)}`,
      ...sizes.map((size) => {
        const cells = headers.map((header) => bytesOf(header));
        return `| ${[size, ...cells, size + added].join(' | ')} | ${((100 * added) / (size + added)).toFixed(1)} % |`;
      }),
    ];
  },

  // What the demo has drawn when it was played shows the same numbers as its transcript. Any other script of a
  // lab is run, and because that may take long, its picture is kept as long as the lab's files are the same.
  plot(rest, place) {
    const [lab, words] = ownLab(rest, place);
    const [, command, file, alternative] = words.match(/^(\S+) (\S+): (.+)$/) ?? [];
    if (!command) throw new Error('a plot is <!-- plot [LAB] COMMAND FILE: WORDS -->');
    const folder = `${place.root}/labs/${lab}`;
    const hash = createHash('sha256').update(words);
    for (const source of readdirSync(folder).sort())
      if (/\.(c|h|sh|awk)$/.test(source)) hash.update(readFileSync(`${folder}/${source}`));
    const drawn = `${place.cache}/${lab}/drawn/${file.split('/').pop()}`;
    const kept = existsSync(drawn)
      ? drawn
      : `${place.cache}/${lab}/plot-${hash.digest('hex').slice(0, 16)}.svg`;
    if (!existsSync(kept)) {
      const run = spawnSync('bash', ['-c', `make -s && ./${command}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      if (run.status !== 0 || !existsSync(`${place.root}/${file}`))
        throw new Error(`${command} drew no ${file}:\n${run.stdout}${run.stderr}`);
      mkdirSync(`${place.cache}/${lab}`, { recursive: true });
      writeFileSync(kept, readFileSync(`${place.root}/${file}`));
    }
    return figure('plot', `<img alt="${escape(alternative)}" src="${dataUri(kept)}">`);
  },

  cast(rest, place) {
    if (existsSync(castOf(place)))
      return ['<div class="cast" role="group" aria-label="Recording of the demo"></div>', ''];
    const recorded = `--tmux --record slides/casts/${place.deck}.cast`;
    const command = existsSync(`${place.root}/labs/${place.deck}`)
      ? `scripts/lab demo ${place.deck.slice(0, 2)} ${recorded}`
      : `scripts/demo ${recorded} slides/${place.deck}`;
    return [
      `<div class="cast"><p>Not recorded yet. <code>${command}</code>, then <code>make slides</code>.</p></div>`,
      '',
    ];
  },
};

export const castOf = (place) => `${place.slides}/casts/${place.deck}.cast`;
