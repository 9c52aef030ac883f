#!/usr/bin/env bats
# The slides as a class sees them: one browser looks at each slide of each built deck; and what a deck must
# not have fails its build.

bats_require_minimum_version 1.5.0

# `make slides` needs a network once, and a box has none; so it must have been run before.
what_is_missing() {
  local tool
  for tool in node chromium pdftotext gnuplot; do
    builtin type -P "$tool" >/dev/null || { echo "there is no $tool: make slides installs what is missing" && return; }
  done
  [[ -d $ROOT/slides/node_modules ]] || echo "slides/node_modules is not there: make slides, where there is a network"
}

setup_file() {
  ROOT=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
  export ROOT MISSING
  MISSING=$(what_is_missing)
  [[ ! $MISSING ]] || return 0
  make -C "$ROOT/slides" >"$BATS_FILE_TMPDIR/make" 2>&1 3>&- || {
    cat "$BATS_FILE_TMPDIR/make"
    return 1
  }
  node "$ROOT/tests/lib/slides.mjs" "$ROOT/slides" "$ROOT"/slides/out/??-*.html >"$BATS_FILE_TMPDIR/seen" 3>&-
}

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  [[ -z $MISSING || -n ${CI-} ]] || skip "$MISSING"
  [[ -z $MISSING ]] || fail "$MISSING"
  cd "$ROOT/slides" || return
}

# Nothing of this kind was seen.
nothing() {
  run grep -E "^($1) " "$BATS_FILE_TMPDIR/seen"
  refute_output
}

# A copy of slides/ with one deck, 01-tcp-echo, from standard input; sets `copy`.
made_up_deck() {
  copy=$BATS_TEST_TMPDIR/slides
  mkdir -p "$copy"
  cp -r build.mjs lib fields theme.css "$copy"
  ln -sfn "$ROOT/slides/node_modules" "$copy/node_modules"
  ln -sfn "$ROOT/labs" "$BATS_TEST_TMPDIR/labs"
  mkdir -p "$copy/out"
  ln -sfn "$ROOT/slides/out/.cache" "$copy/out/.cache"
  cat >"$copy/${1-01-tcp-echo}.md"
}

# Is this deck refused, with these words? It is the real one, changed by a sed script.
refused() { # SCRIPT WORDS…
  made_up_deck < <(sed -E "$1" 01-tcp-echo.md)
  run node "$copy/build.mjs" check 01-tcp-echo 3>&-
  assert_failure 1
  local words
  for words in "${@:2}"; do assert_output --partial "$words"; done
}

@test "every deck was looked at, and has 12 to 20 slides that last as long as it declares, and then the recording" {
  local deck name slides minutes
  for deck in ??-*.md; do
    name=${deck%.md}
    read -r slides minutes < <(sed -nE "s/^looked $name: ([0-9]+) slides, ([0-9.]+) minutes\$/\1 \2/p" "$BATS_FILE_TMPDIR/seen")
    ((slides >= 13 && slides <= 21)) || fail "$deck has $slides slides"
    assert grep -qx '<!-- cast -->' <(tail -n 9 "$deck")
    assert_equal "$deck: $minutes" "$deck: $(sed -nE 's/^minutes: ([0-9]+)$/\1/p' "$deck")"
  done
  nothing time
}

@test "no slide overflows its frame, and no letters are small" {
  nothing 'overflow|small'
}

@test "no error, no request to anywhere, no picture missing or without words" {
  nothing 'console|request|picture'
}

@test "axe finds nothing serious, and nobody hears a hidden slide" {
  nothing 'axe|heard'
}

@test "the tests see what is wrong with a page" {
  local page=$BATS_TEST_TMPDIR/01-bad.html bad heard
  bad='<p style="color: #bbbbbb">pale<\/p><p style="height: 900px">long<\/p><pre style="font-size: 12px"><code>tiny<\/code><\/pre>'
  bad+='<img src="missing.png"><img src="http:\/\/127.0.0.1:9\/far.png" alt="far"><a href="x"><\/a>'
  bad+='<svg width="100" height="20"><text y="15" font-size="9">minute<\/text><\/svg><script>console.error("oh")<\/script>'
  # Two things hide a slide: its style, and an attribute.
  heard='<style>svg.bespoke-marp-slide { content-visibility: visible !important; interactivity: auto !important }<\/style>'
  heard+='<script>const set = Element.prototype.setAttribute; Element.prototype.setAttribute = function (name, value) {'
  heard+='if (name !== "aria-hidden") set.call(this, name, value) }<\/script>'
  sed -e "s/<h1[^>]*>One waits/$bad&/; s/<h1\([^>]*\)>TCP echo<\/h1>/<p>TCP echo<\/p>/" -e 's/TIME: 2 min/TIME: two min/' \
    -e "s/<\/head>/$heard&/" \
    out/01-tcp-echo.html >"$page"
  run node "$ROOT/tests/lib/slides.mjs" "$PWD" "$page" 3>&-
  assert_line --partial 'overflow 01-bad slide 2: <p> by'
  assert_line 'small 01-bad slide 2: code of 12 px: tiny'
  assert_line 'small 01-bad slide 2: letters in a picture: minute'
  assert_line --partial 'picture 01-bad slide 2: missing: file'
  assert_line 'picture 01-bad slide 2: without a text alternative'
  assert_line 'request 01-bad slide 1: http://127.0.0.1:9/far.png'
  assert_line 'console 01-bad slide 1: oh'
  assert_line --partial 'axe 01-bad slide 2: link-name'
  assert_line --partial 'axe 01-bad slide 2: color-contrast: <p style="color: #bbbbbb">pale'
  assert_line --partial 'time 01-bad slide 1: no line'
  assert_line 'heard 01-bad slide 1: without a heading'
  assert_line --partial "heard 01-bad slide 2: hidden slide"
}

@test "a PDF has a page for each slide and the handout its notes, no page is blank" {
  local deck name text
  for deck in ??-*.md; do
    name=${deck%.md}
    mapfile -t -d $'\f' text < <(pdftotext "out/$name.pdf" -)
    assert_equal "$name: ${#text[@]}" "$name: $(sed -nE "s/^looked $name: ([0-9]+) .*/\1/p" "$BATS_FILE_TMPDIR/seen")"
    for text in "${text[@]}"; do [[ $text =~ [a-z]{3} ]] || fail "$name.pdf has a blank page"; done
    mapfile -t -d $'\f' text < <(pdftotext "out/$name-handout.pdf" -)
    for text in "${text[@]}"; do [[ $text =~ [a-z]{3} ]] || fail "$name-handout.pdf has a blank page"; done
    mapfile -t text < <(pdftotext "out/$name-handout.pdf" - | grep -oE '\bSlide [0-9]+, [0-9.]+ min\.')
    assert_equal "$name: ${#text[@]}" "$name: $(sed -nE "s/^looked $name: ([0-9]+) .*/\1/p" "$BATS_FILE_TMPDIR/seen")"
  done
}

@test "the index and the lesson plan link each deck, and each link is there" {
  local deck file page
  for page in index lesson-plan; do
    for deck in ??-*.md; do assert grep -qF "href=\"${deck%.md}.html\"" "out/$page.html"; done
    while read -r file; do assert [ -s "out/$file" ]; done < <(grep -oE 'href="[^"]+"' "out/$page.html" | cut -d'"' -f2 | cut -d'#' -f1)
  done
}

@test "the index says which decks have a recording, and a recording plays" {
  local deck cast
  nothing cast
  for deck in ??-*.md; do
    cast=$(grep -A 4 -F "href=\"${deck%.md}.html\"" out/index.html | grep -cE 'not recorded yet|html#')
    assert_equal "$deck $cast" "$deck 1"
  done
  made_up_deck <01-tcp-echo.md
  rm "$copy/out/.cache"
  mkdir -p "$copy"/{casts,out/.cache}
  ln -s "$ROOT/slides/out/.cache/01-tcp-echo" "$copy/out/.cache"
  printf '%s\n' '{"version": 2, "width": 100, "height": 30}' '[0.1, "o", "</script><b>at first\r\n"]' \
    '[3, "o", "\u001b[2J\u001b[Hand then\r\n"]' >"$copy/casts/01-tcp-echo.cast"
  node "$copy/build.mjs" deck 01-tcp-echo 3>&-
  node "$copy/build.mjs" index 3>&-
  run node "$ROOT/tests/lib/slides.mjs" "$copy" "$copy/out/01-tcp-echo.html" 3>&-
  assert_line --regexp '^played 01-tcp-echo slide [0-9]+: and then$'
  # Nothing else is wrong with that page.
  assert_equal "${#lines[@]}" 2
  [[ ${lines[0]} =~ slide\ ([0-9]+): ]]
  assert grep -q "href=\"01-tcp-echo.html#${BASH_REMATCH[1]}\">play" "$copy/out/index.html"
}

@test "each report on a slide is what its author gets" {
  run "$ROOT/scripts/test.d/reports" ./??-*.md
  assert_success
}

@test "a report that is not true is found, and mended" {
  sed 's/^  *3  client A sent "[0-9]*" .*/        3  client A sent "nothing"/' 01-tcp-echo.md >"$BATS_TEST_TMPDIR/deck.md"
  run "$ROOT/scripts/test.d/reports" "$BATS_TEST_TMPDIR/deck.md"
  assert_failure 1
  assert_line --partial '-        3  client A sent "nothing"'
  run "$ROOT/scripts/test.d/reports" --refresh "$BATS_TEST_TMPDIR/deck.md"
  assert_success
  cmp 01-tcp-echo.md "$BATS_TEST_TMPDIR/deck.md"
}

@test "a marker that does not resolve fails the build" {
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- ladder 99 -->/' '01-tcp-echo.md:' 'has these ladders:' '1: TCP between client'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- ladder 1 1-99 -->/' 'this ladder has the rungs 1 to'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- ladder 1 -->/' 'too tall to read'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- ladder 99-none 1 -->/' 'there is no lab 99-none'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- rope 1 -->/' "no marker 'rope'"
  refused 's/^<!-- ladder 1 1-3 -->$/<!--ladder 1-->/' 'a ladder is <!-- ladder'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- fields tcp: Nose -->/' "fields/tcp.txt has no field 'Nose'"
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- fields tpc -->/' 'tpc.txt'
  refused 's/^<!-- ladder 1 1-3 -->$/<!-- plot nothing.sh nothing.svg: words -->/' 'nothing.sh drew no nothing.svg'
  refused 's/^<!-- ladder 1 1-3 -->$/![words](nowhere.png)/' 'there is no picture nowhere.png'
  refused 's/^<!-- ladder 1 1-3 -->$/![](theme.css)/' 'theme.css needs a text alternative'
  refused '0,/^<!-- demo -->$/s//Text./' 'a transcript without its marker'
  refused '0,/^<!-- demo -->$/s//<!-- demo --loader -->/' "this is no marker 'demo'"
  refused '0,/^<!-- code .*$/s//<!-- code server.c -->/' "this is no marker 'code'"
}

@test "a deck without a lab quotes the demo in a folder of its name, and a picture is in the page" {
  made_up_deck 00-layers <00-layers.md
  cp -r pictures "$copy"
  run node "$copy/build.mjs" check 00-layers 3>&-
  assert_failure 1
  assert_output --partial 'of which lab? This deck has none of its own'
  cp -r 00-layers "$copy"
  run node "$copy/build.mjs" check 00-layers 3>&-
  assert_success
  sed 's/pictures\/layers\.svg/pictures\/lairs.svg/; s/!\[The 32 bits[^]]*/![/' 00-layers.md >"$copy/00-layers.md"
  run node "$copy/build.mjs" check 00-layers 3>&-
  assert_failure 1
  assert_output --partial 'there is no picture pictures/lairs.svg'
  assert_output --partial 'pictures/prefix.svg needs a text alternative'
  assert grep -q '<title>Two hosts with four layers each' out/00-layers.html
  assert grep -q 'scripts/demo --tmux --record slides/casts/00-layers.cast slides/00-layers' out/00-layers.html
}

@test "a deck without its form fails the build" {
  refused '0,/^TIME: 3 min$/s//TIME: three/' "slide 2 has no note with a line 'TIME: n min'" 'declares 45 minutes, and its notes have 42'
  refused 's/^minutes: 45$/minutes: 50/' 'declares 50 minutes, and its notes have 45'
  # shellcheck disable=SC2016 # a script of sed
  refused '/^# Where does/,$d' 'slides; 12 to 20 are one class'
  refused '/^title: /d' 'its front matter has no title'
  refused '/^<!-- cast -->$/d' 'it has no slide with the recording'
  refused 's/^# Vote:/# Choose:/' 'it lacks a vote'
  refused 's/lab demo 01/lab demo 02/' "it lacks the demo's command"
  refused '/^<!-- code /d' 'it lacks the lines that did it'
  refused '/^<!-- check /d' 'it lacks the classic mistake'
  refused 's/^> //' 'it lacks a sentence that the lab refutes'
  refused 's/lab check 01/lab check 02/' "it lacks the exercise's command"
  refused '/^# Before you go$/d' 'it lacks exit questions'
}

@test "the skeleton of a deck, which lab new makes, builds at once" {
  local course=$BATS_TEST_TMPDIR/course
  mkdir -p "$course"/{labs,slides/out/.cache/17-trial}
  cp -r "$ROOT"/{README.md,common,scripts} "$course"
  cp -r "$ROOT/labs/12-tcp-handshake" "$course/labs"
  cp -r build.mjs lib fields theme.css "$course/slides"
  ln -s "$ROOT/slides/node_modules" "$course/slides"
  "$course/scripts/lab" new 17-trial 'A trial' >/dev/null
  LABS_DEMO_PICTURES=$course/slides/out/.cache/17-trial \
    "$course/scripts/demo" --transcript --ladder "$course/labs/17-trial" >/dev/null 3>&-
  run node "$course/slides/build.mjs" check 17-trial 3>&-
  assert_success
  refute_output
}

@test "a deck that quotes what its lab does not print fails the build" {
  local labs=$BATS_TEST_TMPDIR/labs
  mkdir -p "$labs/01-tcp-echo" "$BATS_TEST_TMPDIR/slides" "$BATS_TEST_TMPDIR/played"
  cp -r "$ROOT"/labs/01-tcp-echo/{*.c,*.md,*.sh} "$labs/01-tcp-echo"
  ln -s "$ROOT/slides/out/.cache/01-tcp-echo" "$BATS_TEST_TMPDIR/played/01-tcp-echo"
  export LABS_DEMO_TRANSCRIPTS=$BATS_TEST_TMPDIR/played
  cp 01-tcp-echo.md "$BATS_TEST_TMPDIR/slides"
  run "$ROOT/scripts/demo" --check "$labs/01-tcp-echo" 3>&-
  assert_success
  sed -i '0,/^server| listen(3) = 0/s//server| listen(3) = 1/; s/^        if (got <= 0)$/        if (got < 0)/' "$BATS_TEST_TMPDIR/slides/01-tcp-echo.md"
  run "$ROOT/scripts/demo" --check "$labs/01-tcp-echo" 3>&-
  assert_failure 1
  assert_line --partial 'slides/01-tcp-echo.md:'
  assert_line '-server| listen(3) = 1'
  assert_line '+        if (got <= 0)'
}

@test "a header has the length that its RFC says, and its overhead is computed" {
  made_up_deck 00-x < <(sed -E '2,9d; s/^<!-- ladder 1 1-3 -->$/<!-- overhead tcp ipv4 ethernet 1 100 1460 -->/' 01-tcp-echo.md)
  run node --input-type=module -e "
    import { fill } from '$copy/lib/markers.mjs';
    console.log(fill('<!-- overhead tcp ipv4 ethernet 1 100 1460 -->', { slides: '$copy' }).text);
    console.log(fill('<!-- overhead udp ipv6 icmp pseudo 1 -->', { slides: '$copy' }).text);"
  assert_line '| 1 | 20 | 20 | 14 | 55 | 98.2 % |'
  assert_line '| 1460 | 20 | 20 | 14 | 1514 | 3.6 % |'
  assert_line '| 1 | 8 | 40 | 8 | 12 | 69 | 98.6 % |'
}

@test "one deck that changes is built again, and no other" {
  run make -n
  assert_output --partial 'Nothing to be done'
  run make -n -W 01-tcp-echo.md
  assert_equal "$(grep -c '^node build.mjs deck' <<<"$output")" 1
  refute_output --partial 'demo --transcript'
  # When a lab changes, its demo is played, once, and the decks that quote it are built.
  run make -n -W ../labs/01-tcp-echo/server.c
  assert_equal "$(grep -c 'scripts/demo --transcript' <<<"$output")" 1
  assert_line 'node build.mjs deck 01-tcp-echo'
  refute_line 'node build.mjs deck 03-unix-sockets'
}

@test "only make recordings records, and only what is not there" {
  local deck name
  run make -n
  refute_output --partial --record
  run make -n recordings
  assert_success
  for deck in ??-*.md; do
    name=${deck%.md}
    [[ -e casts/$name.cast ]] || assert_line --partial "scripts/demo --tmux --record casts/$name.cast --force "
  done
  # The command on the last slide finds its folder in a fresh clone.
  assert [ -e casts/.gitignore ]
}

@test "a plot is the one that the demo drew, whose numbers are in its transcript" {
  local lab file seen=0
  while read -r lab file; do
    base64 -w 0 "out/.cache/$lab/drawn/${file##*/}" >"$BATS_TEST_TMPDIR/drawn"
    assert grep -qF -f "$BATS_TEST_TMPDIR/drawn" "out/$lab.html"
    ((++seen))
  done < <(grep '^<!-- plot ' ./??-*.md | sed -E 's/^\.\/([^:]+)\.md:<!-- plot \S+ ([^ :]+): .*/\1 \2/')
  ((seen > 0))
}

@test "lab slides names the built deck, and what there is" {
  run "$ROOT/scripts/lab" slides 1
  assert_success
  assert_output "file://$ROOT/slides/out/01-tcp-echo.html"
  run "$ROOT/scripts/lab" slides
  assert_output "file://$ROOT/slides/out/index.html"
  run "$ROOT/scripts/lab" slides 98
  assert_failure 2
}

@test "lab slides --check plays the demo anew" {
  run "$ROOT/scripts/lab" slides 01 --check 3>&-
  assert_success
  assert_output --partial 'ok    01-tcp-echo: '
}
