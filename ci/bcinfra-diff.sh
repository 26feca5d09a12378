#!/bin/sh
# What a pull request does to the shop, on any forge: comment.md and assessment.sarif in $BCINFRA_OUT.
#
# Ends with 0, with 5 where a gate of $BCINFRA_FAIL_ON was not passed (both files are there all the same), or as bcinfra
# does where it could not tell. Where nothing changes, unchanged.md stands in place of comment.md.
#
# Whoever opens a pull request names branches and stacks: they come in variables and are never part of a command's text.
#   BCINFRA_FORGE     github, gitlab, bitbucket or azure, whose own variable names the branch that is asked to pull;
#                     where it names none, as after a merge, the shop is assessed and nothing is compared
#   BCINFRA_PROJECT   folder with Pulumi.yaml; the repository's own by default
#   BCINFRA_STACK     the only stack to look at; every one by default
#   BCINFRA_FAIL_ON   gates of `bcinfra diff --fail-on`, with spaces between
#   BCINFRA_BASELINE  accepted risks, as for `bcinfra assess --baseline`
#   BCINFRA_OUT       folder for the results; bcinfra-results by default
set -euf

case $BCINFRA_FORGE in
  github) target=${GITHUB_BASE_REF-} ;;
  gitlab) target=${CI_MERGE_REQUEST_TARGET_BRANCH_NAME-} ;;
  bitbucket) target=${BITBUCKET_PR_DESTINATION_BRANCH-} ;;
  azure) target=${SYSTEM_PULLREQUEST_TARGETBRANCH-} ;;
  *) echo "BCINFRA_FORGE=$BCINFRA_FORGE: github, gitlab, bitbucket or azure" >&2; exit 2 ;;
esac
target=${target#refs/heads/}
out=${BCINFRA_OUT:-bcinfra-results}
mkdir -p "$out"
rm -f "$out/comment.md" "$out/unchanged.md" "$out/assessment.sarif"

code=0
if [ -n "$target" ]; then
  set -- "origin/$target..." HEAD --project="${BCINFRA_PROJECT:-.}" ${BCINFRA_STACK:+"--stack=$BCINFRA_STACK"}
  for gate in ${BCINFRA_FAIL_ON-}; do set -- "$@" "--fail-on=$gate"; done
  bcinfra diff "$@" --exit-code --format=markdown --forge="$BCINFRA_FORGE" --output="$out/comment.md" || code=$?
  case $code in
    0) mv "$out/comment.md" "$out/unchanged.md" ;;
    7) code=0 ;; # there are changes
    5) ;;
    *) exit "$code" ;;
  esac
fi

set -- --project="${BCINFRA_PROJECT:-.}" ${BCINFRA_BASELINE:+"--baseline=$BCINFRA_BASELINE"}
if [ -n "${BCINFRA_STACK-}" ]; then set -- "$@" --stack="$BCINFRA_STACK"; else set -- "$@" --all; fi
bcinfra assess "$@" --format=sarif --output="$out/assessment.sarif"
exit "$code"
