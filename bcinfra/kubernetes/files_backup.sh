# Copies $FILES to $RESTIC_REPOSITORY, with a mark of when, and drops what is older than it is told to keep.
set -eu

mkdir -p "$MARK"
date +%s >"$MARK/taken"
restic cat config >/dev/null 2>&1 || restic init
restic backup --host "$HOST" "$FILES" "$MARK"
if [ -n "${KEEP_HOURS:-}" ]; then
  restic forget --host "$HOST" --keep-hourly "$KEEP_HOURS" --keep-daily "$KEEP_DAYS" --prune
fi
