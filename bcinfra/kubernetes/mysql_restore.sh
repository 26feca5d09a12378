# Restores the newest backup of the cluster $SOURCE into the cluster $SCRATCH, asks it $QUERY, and removes it again.
# Ends with 0 only when the backup is fresh, was restored in time, and the answer is a number above 0.
set -eu

clean() {
  kubectl delete "pxc-restore/$SCRATCH" "pxc/$SCRATCH" --ignore-not-found --wait --timeout=15m
}

fail() {
  echo "test restore of $SOURCE failed: $1" >&2
  exit 1
}

clean # what a test that was ended left behind
trap clean EXIT

newest=$(kubectl get pxc-backup --output jsonpath="{range .items[?(@.spec.pxcCluster==\"$SOURCE\")]}{.status.state} {.status.completed} {.metadata.name}{\"\n\"}{end}" |
  grep '^Succeeded ' | sort -k 2 | tail -n 1) || true
[ -n "$newest" ] || fail "there is no backup"
completed=$(echo "$newest" | cut -d ' ' -f 2)
backup=$(echo "$newest" | cut -d ' ' -f 3)
age=$(($(date +%s) - $(date -u -d "$(echo "$completed" | tr TZ '  ')" +%s)))
[ "$age" -le "$OLDEST" ] || fail "the newest backup, $backup, ended ${age}s ago; at most ${OLDEST}s are allowed"

started=$(date +%s)
kubectl create --filename /manifests/cluster.json
kubectl wait "pxc/$SCRATCH" --for=jsonpath='{.status.state}'=ready --timeout=30m || fail "no cluster to restore into"
sed "s/BACKUP/$backup/" /manifests/restore.json | kubectl create --filename -
kubectl wait "pxc-restore/$SCRATCH" --for=jsonpath='{.status.state}'=Succeeded --timeout="${TIMEOUT}s" ||
  fail "$backup was not restored within ${TIMEOUT}s"
taken=$(($(date +%s) - started))

# The password and the query go by standard input: arguments can be seen by others.
answer=$(printf '%s\n%s\n' "$root" "$QUERY" | kubectl exec --stdin "$SCRATCH-pxc-0" --container pxc -- \
  sh -c 'read -r MYSQL_PWD && export MYSQL_PWD && exec mysql --user=root --batch --skip-column-names') ||
  fail "the restored cluster does not answer"
[ "$answer" -gt 0 ] 2>/dev/null || fail "the query answers '$answer', not a number above 0"

echo "test restore of $SOURCE succeeded: $backup, ${age}s old, restored in ${taken}s, the query answers $answer"
