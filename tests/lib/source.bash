# shellcheck shell=bash
# source.bash - the course as it is now, in a repository of its own, for tests of what is made out of a commit. Sourced.

# source_repository - makes it, in $SOURCE, and goes there.
source_repository() {
  export SOURCE=$BATS_FILE_TMPDIR/source
  cd "$BATS_TEST_DIRNAME/.." || return
  mkdir "$SOURCE"
  tar -c --exclude=./.git --exclude=./.build --exclude=./slides/node_modules --exclude=./slides/out . | tar -x -C "$SOURCE"
  cd "$SOURCE" || return
  rm -f labs/*/exercise/*.c # what somebody has written for an exercise here
  git init -q -b main
  git add .
  commit 'The course'
}

# commit MESSAGE - commits what is added, in the current folder.
commit() { git -c user.name=test -c user.email=test@localhost commit -q -m "$1"; }
