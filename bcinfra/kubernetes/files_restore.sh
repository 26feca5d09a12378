# Restores the newest copy of $FILES from $RESTIC_REPOSITORY into $RESTORED, which is thrown away.
# Ends with 0 only when the copy is whole, fresh, not empty, and was restored in time.
set -eu

fail() {
  echo "test restore of $HOST failed: $1" >&2
  exit 1
}

started=$(date +%s)
timeout "$TIMEOUT" restic restore latest --no-lock --host "$HOST" --target "$RESTORED" --verify ||
  fail "the newest copy was not restored whole within ${TIMEOUT}s"
taken=$(($(date +%s) - started))
age=$((started - $(cat "$RESTORED$MARK/taken")))
[ "$age" -le "$OLDEST" ] || fail "the newest copy is ${age}s old; at most ${OLDEST}s are allowed"
files=$(find "$RESTORED$FILES" -type f | wc -l)
[ "$files" -gt 0 ] || fail "the newest copy is empty"
echo "test restore of $HOST succeeded: $files files, ${age}s old, restored in ${taken}s"
