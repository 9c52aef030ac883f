// ladder.mjs - cuts one conversation, or some rungs of it, out of the pictures that `ladder -f svg` drew.
//
// A picture has a <g> for each conversation: what stands above its ladder, then for each rung a <g> with
// the arrow, and the states that it leads to. <desc> says the same in words, a line for each rung.

const HEAD = 104; // where the first rung may begin, below the names of both ends
const GAP = 24;

// The conversations of all pictures: { title, head, rungs: [{ drawing, words }] }.
export function readLadders(pictures) {
  return pictures.flatMap((picture) => {
    const words = picture
      .match(/<desc[^>]*>([^]*?)<\/desc>/)[1]
      .split(/\n(?=\S+ between .* and .*\.$)/m)
      .slice(1);
    const drawings = picture.split('\n<g fill="#111111"').slice(1);
    return drawings.map((drawing, i) => readLadder(drawing.split('\n'), words[i].split('\n')));
  });
}

// `top` is how far below the top of the picture it begins. "TCP, 2 of 5", its first line, is left out.
function readLadder([first, ...lines], [title, ...words]) {
  const top = Number(first.match(/ y="(\d+)"/)[1]) - 50;
  const ladder = { title: title.replace(/\.$/, ''), top, head: [], rungs: [] };
  for (const line of lines) {
    if (line.startsWith('</')) continue;
    if (line.startsWith('<g transform'))
      ladder.rungs.push({ drawing: [], words: words[ladder.rungs.length] ?? '' });
    const rung = ladder.rungs.at(-1);
    if (rung) rung.drawing.push(line);
    else ladder.head.push(line);
  }
  return ladder;
}

// How high the drawing of some rungs begins and ends; an arrow leans by 34.
function extent(lines) {
  const reach = lines.flatMap((line) => {
    const [, arrow] = line.match(/^<g transform="translate\([\d.]+ ([\d.]+)\)/) ?? [];
    const [, box] = line.match(/^<rect [^>]*?y="([\d.]+)"/) ?? [];
    return arrow ? [arrow - 36, Number(arrow) + 40] : box ? [Number(box), Number(box) + 36] : [];
  });
  return [Math.min(...reach), Math.max(...reach)];
}

export function drawLadder(ladder, id, from = 1, to = ladder.rungs.length) {
  const rungs = ladder.rungs.slice(from - 1, to);
  if (from < 1 || to > ladder.rungs.length || rungs.length === 0)
    throw new Error(`this ladder has the rungs 1 to ${ladder.rungs.length}, not ${from} to ${to}`);
  if (rungs.some((rung) => !rung.words))
    throw new Error('a picture says only its first 50 rungs in words: show some of those');
  const drawing = rungs.flatMap((rung) => rung.drawing);
  const [top, bottom] = extent(drawing);
  const shift = HEAD - top;
  const height = Math.ceil(bottom + shift + GAP);
  const head = ladder.head.join('\n').replace(/V[\d.]+"/g, `V${height - 8 + ladder.top}"`);
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="ladder" viewBox="0 20 1280 ${height - 20}" role="img"`,
    ` style="aspect-ratio: 1280 / ${height - 20}" aria-labelledby="${id}-title" aria-describedby="${id}-words">`,
    `<title id="${id}-title">Ladder: ${ladder.title}</title>`,
    `<desc id="${id}-words">${rungs.map((rung) => rung.words).join(' ')}</desc>`,
    `<g text-anchor="middle"><g transform="translate(0 ${-ladder.top})">${head}</g>`,
    `<g transform="translate(0 ${shift})">`,
    ...drawing,
    '</g></g>',
    '</svg>',
  ].join('\n');
  return { text, height };
}

export const listLadders = (ladders) =>
  ladders
    .map((ladder, i) => `  ${i + 1}: ${ladder.title}, ${ladder.rungs.length} rungs`)
    .join('\n');
