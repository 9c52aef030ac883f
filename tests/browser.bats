#!/usr/bin/env bats
# A browser is a client of lab 14 as good as any: it opens several connections at once, keeps them, and asks for more
# than one file. It talks to `web` through `relay`.
load ../scripts/lib/behaviour.bash
LAB=$LABS_ROOT/labs/14-proxy

# site - makes a page that needs three more files, and whose script says in the page that all of them have come.
site() {
  SITE=$BATS_TEST_TMPDIR/site
  mkdir "$SITE"
  cat >"$SITE/index.html" <<'HTML'
<!doctype html>
<link rel="stylesheet" href="style.css">
<p id="said">nothing</p>
<img id="picture" src="dot.svg">
<script src="say.js"></script>
HTML
  echo 'p { color: rgb(1, 2, 3); }' >"$SITE/style.css"
  echo '<svg xmlns="http://www.w3.org/2000/svg" width="77" height="5"></svg>' >"$SITE/dot.svg"
  cat >"$SITE/say.js" <<'JS'
onload = () => {
  const said = document.getElementById('said');
  said.textContent = `style ${getComputedStyle(said).color}, picture ${document.getElementById('picture').naturalWidth}`;
};
JS
}

@test "a browser gets a page, its style, its script and its picture from web, through relay" {
  # It is installed for the slides only. CI has built them.
  builtin type -P chromium >/dev/null || [[ ${CI-} ]] || skip 'there is no chromium: make slides installs it'
  site
  start web "$LAB/web" "$SITE"
  await web '^web: listening on 127\.0\.0\.1:8014$'
  start relay "$LAB/relay" 127.0.0.1:8014
  await relay '^relay: listening on 127\.0\.0\.1:5014$'
  run timeout -k 5 90 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$BATS_TEST_TMPDIR/browser" \
    --dump-dom http://127.0.0.1:5014/ 2>/dev/null 3>&-
  assert_success
  assert_output --partial 'style rgb(1, 2, 3), picture 77'
  local file
  for file in / /style.css /say.js /dot.svg; do
    await web "^web: 127\\.0\\.0\\.1:[0-9]+ GET $file 200\$"
  done
  await relay '^relay: 1: client '
}
