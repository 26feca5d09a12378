#!/bin/sh
# Gives a program a user of its own at the database, with the rights that are stated and none besides. It may run again
# at any time: it ends with the password that is stated, whatever was there.
#
# HOST USER_NAME ADMINISTRATOR   where, who, and by whom
# RIGHTS                         what the user may do, a line for each place: SELECT ON shop.*
# SETUP                          SQL that is run before, such as of a table that the rights name; or nothing
# MYSQL_PWD                      the administrator's password, which the client reads
# USER_PASSWORD                  the user's
set -eu
quoted=$(printf '%s' "$USER_PASSWORD" | sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g")
unset USER_PASSWORD
grants=$(printf '%s\n' "$RIGHTS" | sed -e "s/.*/GRANT & TO '$USER_NAME'@'%';/")
mysql --host="$HOST" --user="$ADMINISTRATOR" --ssl-mode=REQUIRED --connect-timeout=10 <<SQL
${SETUP:-}
CREATE USER IF NOT EXISTS '$USER_NAME'@'%' IDENTIFIED BY '$quoted' REQUIRE SSL;
ALTER USER '$USER_NAME'@'%' IDENTIFIED BY '$quoted' REQUIRE SSL;
$grants
SQL
