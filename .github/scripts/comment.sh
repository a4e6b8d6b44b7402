#!/usr/bin/env bash
# Puts the comment that a pull request's workflow run has written on the pull request, or replaces the one that is there.
#
# Runs with a token that may write comments, and therefore runs no code of the pull request. What that run uploaded may be forged:
# its size, its files, the number of the pull request and the marker are checked, and a check that fails ends the script.
# RUN_ID is the workflow run, HEAD_SHA the commit that it ran on.
set -euo pipefail
: "${GITHUB_API_URL:?}" "${GITHUB_REPOSITORY:?}" "${GITHUB_TOKEN:?}" "${RUN_ID:?}" "${HEAD_SHA:?}"
api=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY
author=${COMMENT_AUTHOR:-github-actions[bot]}
readonly max_artifact=1000000 max_comment=262144 max_characters=60000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() {
  echo "the artifact is refused: $*" >&2
  exit 1
}

call() { curl -fsS --retry 2 -H "Authorization: Bearer $GITHUB_TOKEN" -H "Accept: application/vnd.github+json" "$@"; }

call "$api/actions/runs/$RUN_ID/artifacts?name=carebase-diff" >"$work/artifacts.json"
id=$(jq -r '.artifacts[0].id // empty' "$work/artifacts.json")
if [[ -z $id ]]; then
  echo "the run has written no comment"
  exit 0
fi
[[ $id =~ ^[0-9]+$ ]] || refuse "its id is no number"
size=$(jq -r '.artifacts[0].size_in_bytes' "$work/artifacts.json")
[[ $size =~ ^[0-9]+$ && $size -le $max_artifact ]] || refuse "$size bytes are too many"
call -L "$api/actions/artifacts/$id/zip" | head -c $((max_artifact + 1)) >"$work/artifact.zip" || true
[[ $(wc -c <"$work/artifact.zip") -le $max_artifact ]] || refuse "it is larger than it says"

names=$(unzip -Z1 "$work/artifact.zip" | LC_ALL=C sort | tr '\n' ' ')
[[ $names == "comment.md number " ]] || refuse "it holds other files than comment.md and number"
# At most one byte more than allowed is unpacked, whatever sizes the archive claims.
unzip -p "$work/artifact.zip" number | head -c 16 >"$work/number" || true
unzip -p "$work/artifact.zip" comment.md | head -c $((max_comment + 1)) >"$work/comment.md" || true

number=$(<"$work/number")
[[ $number =~ ^[1-9][0-9]{0,8}$ ]] || refuse "the number of the pull request is none"
[[ $(wc -c <"$work/comment.md") -le $max_comment ]] || refuse "the comment is too long"
[[ $(LC_ALL=C.UTF-8 wc -m <"$work/comment.md") -le $max_characters ]] || refuse "the comment has more than $max_characters characters"
marker=$(head -n 1 "$work/comment.md")
[[ $marker =~ ^\<!--\ carebase:diff:[A-Za-z0-9._-]{1,100}\ --\>$ ]] || refuse "the comment does not begin with the marker"

# The number is the pull request's own word: the run must be of its latest commit.
call "$api/pulls/$number" >"$work/pull.json"
[[ $(jq -r '.head.sha' "$work/pull.json") == "$HEAD_SHA" ]] || refuse "the run is not of the latest commit of pull request $number"

jq -Rs '{body: .}' "$work/comment.md" >"$work/body.json"
existing=""
for ((page = 1; page <= 50; page++)); do
  call "$api/issues/$number/comments?per_page=100&page=$page" >"$work/comments.json"
  existing=$(jq -r --arg marker "$marker" --arg author "$author" \
    '[.[] | select(.user.login == $author and (.body | startswith($marker)))][0].id // empty' "$work/comments.json")
  [[ -z $existing && $(jq length "$work/comments.json") -gt 0 ]] || break
done
if [[ -n $existing ]]; then
  call -X PATCH --data "@$work/body.json" "$api/issues/comments/$existing" >/dev/null
  echo "comment $existing is updated"
else
  call -X POST --data "@$work/body.json" "$api/issues/$number/comments" >/dev/null
  echo "a comment is created"
fi
